/// Operators that draw random numbers, the same at each run: those of `java.util.SplittableRandom`
/// (SplitMix64), seeded with the bits of the attribute `seed`, or with 0 if it is left out.
package dev.crease.compiler.op.random;
