/// Operators that move or describe data: shapes, slices, joins, casts, constants.
@NullMarked
package dev.crease.compiler.op.tensor;

import org.jspecify.annotations.NullMarked;
