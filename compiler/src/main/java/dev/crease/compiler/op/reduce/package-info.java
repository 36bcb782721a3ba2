/// Operators that fold an axis: sums, means, softmax.
@NullMarked
package dev.crease.compiler.op.reduce;

import org.jspecify.annotations.NullMarked;
