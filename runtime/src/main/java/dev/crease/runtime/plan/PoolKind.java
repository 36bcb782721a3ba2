package dev.crease.runtime.plan;

/// What a pooling window yields.
public enum PoolKind {
  MAX,
  /// The mean over the taps inside the picture.
  AVERAGE,
  /// The mean over all taps of the window, padding counted as zeros (`count_include_pad = 1`).
  AVERAGE_WITH_PADDING
}
