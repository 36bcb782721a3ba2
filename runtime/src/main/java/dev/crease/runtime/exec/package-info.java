/// Runs a program: binds symbols to concrete shapes, plans memory, prepares kernels, splits them
/// over threads.
///
/// Binding does all shape work once per set of input shapes; a bound run walks an array of prepared
/// kernels and allocates nothing.
@NullMarked
package dev.crease.runtime.exec;

import org.jspecify.annotations.NullMarked;
