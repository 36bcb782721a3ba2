package dev.crease.runtime.plan;

import java.util.Arrays;

/// Convolution weights in the order in which kernels read them, for a channel block of `L` lanes.
///
/// The output channels are cut into *slices*: where an output block ends, and where a group ends.
/// All outputs of a slice are in one block and sum over the same inputs, those of their group and
/// no others. A slice is a matrix of [#rows] rows, one for each product of a sum, and `L` columns,
/// one for each lane of its output block; lanes outside the slice hold zero. Rows go through the
/// input blocks, in each through the taps, and for each tap through the group's channels in the
/// block.
///
/// @param outputChannels `M`
/// @param inputChannels `C`, of all groups
/// @param taps product of the kernel's dimensions
/// @param lanes `L`
public record ConvPacking(int outputChannels, int inputChannels, int group, int taps, int lanes) {
  /// @throws IllegalArgumentException unless the channels can be divided into that many groups
  public ConvPacking {
    if (group < 1 || outputChannels % group != 0 || inputChannels % group != 0) {
      throw new IllegalArgumentException(
          "%d output and %d input channels cannot be divided into %d groups"
              .formatted(outputChannels, inputChannels, group));
    }
  }

  /// The first output channel of each slice, and the number of output channels after them.
  public int[] starts() {
    int[] starts = new int[Math.ceilDiv(outputChannels, lanes) + group];
    int slices = 0;
    for (int m = 0; m < outputChannels; m = end(m)) {
      starts[slices++] = m;
    }
    starts[slices] = outputChannels;
    return Arrays.copyOf(starts, slices + 1);
  }

  /// Where the slice that begins with output channel `m` ends.
  private int end(int m) {
    int blockEnd = (m / lanes + 1) * lanes;
    int groupEnd = (m / groupOutputs() + 1) * groupOutputs();
    return Math.min(outputChannels, Math.min(blockEnd, groupEnd));
  }

  /// Output channels of a group, `M / group`.
  public int groupOutputs() {
    return outputChannels / group;
  }

  /// Input channels of a group, `C / group`.
  public int groupInputs() {
    return inputChannels / group;
  }

  /// The first input channel that output channel `m` reads.
  public int firstInput(int m) {
    return m / groupOutputs() * groupInputs();
  }

  /// Products in a sum, `C / group * taps`.
  public int rows() {
    return Math.multiplyExact(groupInputs(), taps);
  }

  /// Elements of a packed slice.
  public int sliceSize() {
    return Math.multiplyExact(rows(), lanes);
  }

  /// Elements of the packed weights.
  public int size() {
    return Math.multiplyExact(starts().length - 1, sliceSize());
  }

  /// Packs `(M, C / group, taps)` as `[slice][row][lane]`.
  ///
  /// @throws IllegalArgumentException if `weights` has another number of elements
  public float[] pack(float[] weights) {
    Packing.requireLength(weights.length, (long) outputChannels * rows());
    float[] packed = new float[size()];
    int[] starts = starts();
    for (int slice = 0; slice + 1 < starts.length; slice++) {
      int to = slice * sliceSize();
      packSlice(weights, 0, starts[slice], starts[slice + 1], packed, to);
    }
    return packed;
  }

  /// Packs output channels `begin` to `end`, one slice, of the weights at `offset`. What is in the
  /// other lanes stays.
  public void packSlice(
      float[] weights, int offset, int begin, int end, float[] packed, int packedOffset) {
    for (int channel = 0; channel < groupInputs(); channel++) {
      for (int tap = 0; tap < taps; tap++) {
        int from = offset + begin * rows() + channel * taps + tap;
        int to = packedOffset + row(begin, channel, tap) * lanes + begin % lanes;
        for (int m = 0; m < end - begin; m++) {
          packed[to + m] = weights[from + m * rows()];
        }
      }
    }
  }

  /// The inverse of [#pack].
  ///
  /// @throws IllegalArgumentException if `packed` has another number of elements
  public float[] unpack(float[] packed) {
    Packing.requireLength(packed.length, size());
    float[] weights = new float[Math.multiplyExact(outputChannels, rows())];
    int[] starts = starts();
    for (int slice = 0; slice + 1 < starts.length; slice++) {
      int begin = starts[slice];
      for (int channel = 0; channel < groupInputs(); channel++) {
        for (int tap = 0; tap < taps; tap++) {
          int from = slice * sliceSize() + row(begin, channel, tap) * lanes + begin % lanes;
          int to = begin * rows() + channel * taps + tap;
          for (int m = 0; m < starts[slice + 1] - begin; m++) {
            weights[to + m * rows()] = packed[from + m];
          }
        }
      }
    }
    return weights;
  }

  /// The row of a weight of output channel `m`.
  ///
  /// @param c the input channel, counted in the group
  private int row(int m, int c, int tap) {
    int first = firstInput(m);
    int channel = first + c;
    int begin = Math.max(first, channel / lanes * lanes);
    int end = Math.min(first + groupInputs(), (channel / lanes + 1) * lanes);
    return (begin - first) * taps + tap * (end - begin) + channel - begin;
  }
}
