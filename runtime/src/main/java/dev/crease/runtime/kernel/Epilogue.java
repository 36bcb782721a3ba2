package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.UnaryFunction;

/// What happens to a row of a blocked result after its sums: `activation(y + residual)`, and zeros
/// in the lanes past the last channel.
final class Epilogue {
  private final Microkernels microkernels;
  private final Activation activation;
  private final boolean clips;
  private final float low;
  private final float high;
  private final boolean movesZero;

  Epilogue(Microkernels microkernels, Activation activation) {
    this.microkernels = microkernels;
    this.activation = activation;
    UnaryFunction function = activation.function();
    clips = function == UnaryFunction.RELU || function == UnaryFunction.CLIP;
    low = function == UnaryFunction.RELU ? 0 : activation.alpha();
    high = function == UnaryFunction.RELU ? Float.POSITIVE_INFINITY : activation.beta();
    movesZero = movesZero(activation);
  }

  /// Whether the activation turns zero into something else.
  static boolean movesZero(Activation activation) {
    return ScalarFunctions.unary(activation.function(), activation.alpha(), activation.beta(), 0)
        != 0;
  }

  /// @param residual what to add, or null
  /// @param channels how many of the block's lanes are channels
  void apply(
      @Nullable Blocked residual,
      int residualOffset,
      float[] y,
      int yOffset,
      int pixels,
      int channels) {
    int count = pixels * microkernels.lanes();
    if (residual != null && clips) {
      microkernels.addClip(residual.array(), residualOffset, low, high, y, yOffset, count);
    } else {
      if (residual != null) {
        microkernels.binary(
            BinaryFunction.ADD, y, yOffset, residual.array(), residualOffset, y, yOffset, count);
      }
      activate(y, yOffset, count);
    }
    if (movesZero) {
      clearTail(y, yOffset, pixels, microkernels.lanes(), channels);
    }
  }

  private void activate(float[] y, int yOffset, int count) {
    if (activation.function() != UnaryFunction.IDENTITY) {
      microkernels.unary(
          activation.function(),
          activation.alpha(),
          activation.beta(),
          y,
          yOffset,
          y,
          yOffset,
          count);
    }
  }

  /// Zeros in lanes `channels` and following of each pixel.
  static void clearTail(float[] y, int yOffset, int pixels, int lanes, int channels) {
    if (channels == lanes) {
      return;
    }
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int lane = channels; lane < lanes; lane++) {
        y[yOffset + pixel * lanes + lane] = 0;
      }
    }
  }
}
