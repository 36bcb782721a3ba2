/// Operators that only the compiler makes: the results of fusion, and the check of a branch that
/// was chosen while reading. Each expands back into ONNX operators.
package dev.crease.compiler.op.crease;
