/// Element by element: arithmetic, comparison, activation functions of one or two operands, with
/// broadcasting.
@NullMarked
package dev.crease.compiler.op.math;

import org.jspecify.annotations.NullMarked;
