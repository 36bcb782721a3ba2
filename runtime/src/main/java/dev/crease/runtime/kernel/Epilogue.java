package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Nullable;
import java.util.List;

/// What happens to a row of a blocked result while it is in the cache: a residual is added, then
/// come functions, then zeros in the lanes past the last channel.
final class Epilogue {
  private final Microkernels microkernels;
  private final RowFunction[] functions;
  private final int channels;
  private final boolean clears;

  /// The first function, which goes with the sum in one sweep, or none.
  private final Clip clip;

  /// @param channels of the result
  /// @param movesZero whether the lanes past the last channel are not zeros to begin with
  Epilogue(
      Microkernels microkernels, List<RowFunction> functions, int channels, boolean movesZero) {
    this.microkernels = microkernels;
    this.functions = functions.toArray(RowFunction[]::new);
    this.channels = channels;
    clip = Clip.first(functions);
    clears = movesZero || functions.stream().anyMatch(RowFunction::movesZero);
  }

  /// `pixels` pixels of a block of the result, which lie where they belong.
  ///
  /// @param residual what to add, or null
  void apply(
      @Nullable Blocked residual,
      int residualOffset,
      int block,
      float[] y,
      int yOffset,
      int pixels) {
    if (residual != null) {
      add(residual.array(), residualOffset, y, yOffset, pixels * microkernels.lanes());
    }
    finish(residual != null && !clip.isNone() ? 1 : 0, block, y, yOffset, pixels);
  }

  /// The same for what lies elsewhere; `y` may be `x`. There is at least one function.
  void apply(int block, float[] x, int xOffset, float[] y, int yOffset, int pixels) {
    functions[0].apply(microkernels, block, x, xOffset, y, yOffset, pixels);
    finish(1, block, y, yOffset, pixels);
  }

  private void add(float[] residual, int residualOffset, float[] y, int yOffset, int count) {
    if (clip.isNone()) {
      microkernels.binary(
          BinaryFunction.ADD, y, yOffset, residual, residualOffset, y, yOffset, count);
    } else {
      microkernels.addClip(residual, residualOffset, clip, y, yOffset, count);
    }
  }

  private void finish(int first, int block, float[] y, int yOffset, int pixels) {
    for (int i = first; i < functions.length; i++) {
      functions[i].apply(microkernels, block, y, yOffset, y, yOffset, pixels);
    }
    if (clears) {
      int lanes = microkernels.lanes();
      clearTail(y, yOffset, pixels, lanes, Math.min(lanes, channels - block * lanes));
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
