/// The public face of the runtime: load a [Plan], open a [Session], run it on [Tensor]s; on
/// [Sequence]s of them too, where a model takes or gives such [Value]s.
///
/// Inside, the data goes one way: [dev.crease.runtime.plan] is the plan as data and its file
/// format; [dev.crease.runtime.exec] binds it to concrete shapes and memory;
/// [dev.crease.runtime.kernel] does the arithmetic. Nothing here knows ONNX, the compiler's graph,
/// or any library.
package dev.crease.runtime;
