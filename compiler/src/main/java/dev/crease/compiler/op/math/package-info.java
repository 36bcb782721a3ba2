/// Element by element: arithmetic, comparison, activation functions of one or two operands, with
/// broadcasting.
package dev.crease.compiler.op.math;
