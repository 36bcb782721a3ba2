/// Operators of neural networks: convolution, pooling, normalization, matrix products, dropout.
package dev.crease.compiler.op.nn;
