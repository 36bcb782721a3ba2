/// Operators of sequence models: attention, positions, and convolutions that keep a state.
package dev.crease.compiler.op.attention;
