package dev.crease.compiler;

import dev.crease.runtime.Machine;

/// The kind of machine that weights are packed for. A plan runs on every machine: where the lanes
/// differ, the runtime repacks the weights when it opens the plan.
public enum Target {
  /// 16 float32 lanes.
  AVX512,
  /// 8 float32 lanes.
  AVX2,
  /// 4 float32 lanes.
  NEON,
  /// The machine that compiles.
  AUTO;

  /// How many float32 numbers one vector register holds: 4, 8 or 16.
  public int lanes() {
    return switch (this) {
      case AVX512 -> 16;
      case AVX2 -> 8;
      case NEON -> 4;
      case AUTO -> Machine.lanes();
    };
  }
}
