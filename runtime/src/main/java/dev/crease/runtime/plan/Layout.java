package dev.crease.runtime.plan;

import dev.crease.runtime.Holder;

/// How a slot's elements lie in memory. `L` is [Program#lanes]; lanes past the last channel hold
/// zero as long as all inputs are finite, and nothing that is a channel depends on them.
public enum Layout {
  /// Row-major, as in ONNX.
  PLAIN,

  /// Activations `(N, C, spatial...)` with up to three spatial dimensions as `(N, ceil(C / L),
  /// spatial..., L)`; also per-channel vectors, as `(1, C)`. Spatial dimensions may be surrounded
  /// by a halo that the memory planner adds where convolutions read padding: of zeros, or of the
  /// values of an [Instruction.Border].
  BLOCKED,

  /// Pictures of few channels, row-major, each channel's plane with a halo around it as of
  /// [#BLOCKED], which this is with one lane: what a first convolution reads without the lanes that
  /// its picture has no channels for.
  PLANES,

  /// Convolution weights `(M, C / group, k...)`, float32; see [ConvPacking#pack].
  CONV_WEIGHTS,

  /// Depthwise convolution weights `(C, 1, k...)`, float32; see [Packing#depthwise].
  DEPTHWISE_WEIGHTS,

  /// The right operand `(batch..., K, N)` of a matrix product in panels, float32; see
  /// [Packing#gemm].
  GEMM_WEIGHTS,

  /// No memory of the arena, but a [dev.crease.runtime.Sequence] of any length; its slot has no
  /// dimensions, and only [Instruction.Deciding] ones name it.
  SEQUENCE,

  /// Likewise, but a tensor of any shape, or nothing.
  OPTIONAL,

  /// Likewise, but a sequence, or nothing.
  OPTIONAL_SEQUENCE;

  public Holder holder() {
    return switch (this) {
      case PLAIN, BLOCKED, PLANES, CONV_WEIGHTS, DEPTHWISE_WEIGHTS, GEMM_WEIGHTS -> Holder.TENSOR;
      case SEQUENCE -> Holder.SEQUENCE;
      case OPTIONAL -> Holder.OPTIONAL;
      case OPTIONAL_SEQUENCE -> Holder.OPTIONAL_SEQUENCE;
    };
  }

  /// The layout in which whole values move between sections.
  public static Layout of(Holder holder) {
    return switch (holder) {
      case TENSOR -> PLAIN;
      case SEQUENCE -> SEQUENCE;
      case OPTIONAL -> OPTIONAL;
      case OPTIONAL_SEQUENCE -> OPTIONAL_SEQUENCE;
    };
  }
}
