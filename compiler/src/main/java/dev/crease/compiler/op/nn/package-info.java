/// Operators of neural networks: convolution, pooling, normalization, matrix products, dropout.
@NullMarked
package dev.crease.compiler.op.nn;

import org.jspecify.annotations.NullMarked;
