package dev.crease.runtime;

/// What an input, an output, or anything between them can be.
public sealed interface Value permits Tensor, Sequence, Absence {}
