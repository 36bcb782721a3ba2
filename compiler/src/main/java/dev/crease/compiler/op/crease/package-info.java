/// Operators that only the compiler makes: the results of fusion. Each expands back into ONNX
/// operators.
@NullMarked
package dev.crease.compiler.op.crease;

import org.jspecify.annotations.NullMarked;
