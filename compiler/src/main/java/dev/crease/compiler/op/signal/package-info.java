/// Fourier transforms, windows, and what else makes features of a signal.
package dev.crease.compiler.op.signal;
