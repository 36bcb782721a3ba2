package dev.crease.compiler.folding;

/// What a normalization scales its channels with.
enum Slopes {
  POSITIVE,
  /// Every other channel is reversed.
  MIXED,
  /// The second channel has scale 0.
  ONE_ZERO
}
