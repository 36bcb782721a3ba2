/// Operators that fold an axis: sums, means, softmax.
package dev.crease.compiler.op.reduce;
