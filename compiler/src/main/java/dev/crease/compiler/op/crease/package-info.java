/// Operators that only the compiler makes: the results of fusion. Each expands back into ONNX
/// operators.
package dev.crease.compiler.op.crease;
