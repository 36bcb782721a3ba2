package dev.crease.runtime.kernel;

import java.util.Arrays;

/// A sliding window over `{depth, height, width}`: sizes of the kernel, strides, dilations, and
/// padding before the picture.
///
/// Dimensions that a tensor does not have are 1, with stride and dilation 1 and no padding.
record ConvWindow(int[] kernel, int[] strides, int[] dilations, int[] padsBegin) {
  /// @throws IllegalArgumentException unless all four have three entries
  ConvWindow {
    if (kernel.length != 3
        || strides.length != 3
        || dilations.length != 3
        || padsBegin.length != 3) {
      throw new IllegalArgumentException("a window has three entries: depth, height, width");
    }
  }

  int taps() {
    return kernel[0] * kernel[1] * kernel[2];
  }

  /// Whether every output pixel reads the one input pixel at its own place.
  boolean isPointwise() {
    int[] one = {1, 1, 1};
    return Arrays.equals(kernel, one)
        && Arrays.equals(strides, one)
        && Arrays.equals(padsBegin, new int[3]);
  }

  /// Checks that every tap lies in the picture or in the halo around it.
  void requireHalo(Blocked x, Blocked y) {
    int[] in = {x.depth(), x.height(), x.width()};
    int[] out = {y.depth(), y.height(), y.width()};
    for (int i = 0; i < 3; i++) {
      int last = (out[i] - 1) * strides[i] + (kernel[i] - 1) * dilations[i] - padsBegin[i];
      if (padsBegin[i] > x.haloBefore()[i] || last >= in[i] + x.haloAfter()[i]) {
        throw new IllegalArgumentException(
            "the window reads from "
                + -padsBegin[i]
                + " to "
                + last
                + " along spatial dimension "
                + i
                + ", but the picture has "
                + in[i]
                + " with a halo of "
                + x.haloBefore()[i]
                + " before and "
                + x.haloAfter()[i]
                + " after");
      }
    }
  }

  /// Distance from the picture's first pixel to the first tap of the output pixel in `plane` and
  /// `row` and column 0.
  int origin(Blocked x, int plane, int row) {
    return (plane * strides[0] - padsBegin[0]) * x.depthStride()
        + (row * strides[1] - padsBegin[1]) * x.rowStride()
        - padsBegin[2] * x.lanes();
  }

  /// Distances of the kernel's rows, over all its planes, from the first tap.
  int[] rowOffsets(Blocked x) {
    int[] offsets = new int[kernel[0] * kernel[1]];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] =
          i / kernel[1] * dilations[0] * x.depthStride()
              + i % kernel[1] * dilations[1] * x.rowStride();
    }
    return offsets;
  }

  /// Distances of the inputs of one output from the first tap over the block of the first channel,
  /// in the order of [dev.crease.runtime.plan.ConvPacking]. The lanes of `x` may be fewer than
  /// those of the packing, which are a multiple of them.
  ///
  /// @param lanes of the packing
  /// @param firstLane lane of the first channel
  int[] inputOffsets(Blocked x, int lanes, int firstLane, int channels) {
    int[] taps = tapOffsets(x);
    int[] offsets = new int[channels * taps.length];
    int count = 0;
    for (int first = firstLane; first < firstLane + channels; ) {
      int end = Math.min(firstLane + channels, (first / lanes + 1) * lanes);
      for (int tap : taps) {
        for (int channel = first; channel < end; channel++) {
          offsets[count++] = channel / x.lanes() * x.blockStride() + channel % x.lanes() + tap;
        }
      }
      first = end;
    }
    return offsets;
  }

  /// Distances of the taps from the first one.
  private int[] tapOffsets(Blocked x) {
    int[] rows = rowOffsets(x);
    int[] offsets = new int[taps()];
    for (int tap = 0; tap < offsets.length; tap++) {
      offsets[tap] = rows[tap / kernel[2]] + tap % kernel[2] * dilations[2] * x.lanes();
    }
    return offsets;
  }
}
