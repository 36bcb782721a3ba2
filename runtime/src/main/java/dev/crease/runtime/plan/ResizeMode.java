package dev.crease.runtime.plan;

/// How an element between others is made of them.
public enum ResizeMode {
  NEAREST,
  LINEAR,
  /// Cubic convolution (Keys, "Cubic convolution interpolation for digital image processing").
  CUBIC
}
