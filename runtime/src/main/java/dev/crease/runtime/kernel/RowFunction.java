package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Activation;

/// A [dev.crease.runtime.plan.PostOp] whose vectors are in memory: tensors of one image and one
/// pixel, with zeros in the lanes past the last channel as in every tensor.
public sealed interface RowFunction {
  /// `function(x; alpha, beta)`.
  record Apply(Activation activation) implements RowFunction {}

  /// `(x - mean) slope + bias`.
  record Normalize(Blocked mean, Blocked slope, Blocked bias) implements RowFunction {}

  /// `min(max(x, lower), upper)`; NaN stays NaN.
  record Clamp(Blocked lower, Blocked upper) implements RowFunction {}

  /// Whether it turns zero into something else in lanes past the last channel.
  default boolean movesZero() {
    return switch (this) {
      case Apply(Activation f) -> ScalarFunctions.unary(f.function(), f.alpha(), f.beta(), 0) != 0;
      case Normalize _, Clamp _ -> false;
    };
  }

  /// Computes `pixels` pixels of a block; `y` may be `x`.
  default void apply(
      Microkernels microkernels,
      int block,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int pixels) {
    switch (this) {
      case Apply(Activation f) ->
          microkernels.unary(
              f.function(),
              f.alpha(),
              f.beta(),
              x,
              xOffset,
              y,
              yOffset,
              pixels * microkernels.lanes());
      case Normalize(Blocked mean, Blocked slope, Blocked bias) ->
          microkernels.normalize(
              x,
              xOffset,
              mean.array(),
              mean.row(0, block, 0, 0),
              slope.array(),
              slope.row(0, block, 0, 0),
              bias.array(),
              bias.row(0, block, 0, 0),
              y,
              yOffset,
              pixels);
      case Clamp(Blocked lower, Blocked upper) ->
          microkernels.clamp(
              x,
              xOffset,
              lower.array(),
              lower.row(0, block, 0, 0),
              upper.array(),
              upper.row(0, block, 0, 0),
              y,
              yOffset,
              pixels);
    }
  }
}
