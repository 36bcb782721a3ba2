/// Operators that move or describe data: shapes, slices, joins, casts, constants.
package dev.crease.compiler.op.tensor;
