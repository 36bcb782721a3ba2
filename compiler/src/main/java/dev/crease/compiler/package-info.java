/// The public face of the compiler: a model file and [Options] in, a plan out.
///
/// [Compiler] leads a model through the rooms, in the order of the data:
///
/// ```
/// dev.crease.compiler.frontend.onnx   ONNX file -> graph, and back; protobuf ends here
/// dev.crease.compiler.frontend.dsl    Crease text -> graph, and back
/// dev.crease.compiler.ir              the typed, immutable graph
/// dev.crease.compiler.op              the operators: one list, one file each
/// dev.crease.compiler.verify          the reference interpreter, which judges the rest
/// dev.crease.compiler.lint            findings on a model's numbers
/// dev.crease.compiler.plan            graph -> program
/// dev.crease.compiler.pass            graph -> better graph
/// dev.crease.compiler.provenance      what was folded, recorded and undone
/// dev.crease.compiler.cli             one class per command
/// ```
///
/// A room knows the rooms above it, as `ArchitectureTest` holds; only the command line knows this
/// face. The three exceptions belong to all of them.
package dev.crease.compiler;
