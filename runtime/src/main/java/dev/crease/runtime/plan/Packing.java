package dev.crease.runtime.plan;

/// The packed forms of constants for a channel block of `L` lanes, and their inverses, so that a
/// plan made for one `L` can be repacked for another. Everything is float32; lanes that stand for
/// no channel hold zero.
///
/// Convolution weights are cut into output blocks of `L` output channels. An output block reads
/// [#convInputBlocks] consecutive input blocks, from [#convFirstInputBlock]: all of them if `group`
/// is 1, else those that hold the channels of its groups (the same number for every output block,
/// so that packed blocks have one size). Channels of other groups in those input blocks have zero
/// weights.
public final class Packing {
  private Packing() {}

  /// How many input blocks each output block of a convolution reads.
  ///
  /// @param outputChannels M
  /// @param inputChannels C, of all groups
  public static int convInputBlocks(int outputChannels, int inputChannels, int group, int lanes) {
    int outputBlocks = Math.ceilDiv(outputChannels, lanes);
    int most = 0;
    for (int block = 0; block < outputBlocks; block++) {
      int first = firstInput(block, outputChannels, inputChannels, group, lanes) / lanes;
      int end = Math.ceilDiv(endInput(block, outputChannels, inputChannels, group, lanes), lanes);
      most = Math.max(most, end - first);
    }
    return most;
  }

  /// The first input block that an output block reads.
  public static int convFirstInputBlock(
      int outputBlock, int outputChannels, int inputChannels, int group, int lanes) {
    int first = firstInput(outputBlock, outputChannels, inputChannels, group, lanes) / lanes;
    int reads = convInputBlocks(outputChannels, inputChannels, group, lanes);
    return Math.min(first, Math.ceilDiv(inputChannels, lanes) - reads);
  }

  private static int firstInput(
      int block, int outputChannels, int inputChannels, int group, int lanes) {
    int firstGroup = block * lanes / (outputChannels / group);
    return firstGroup * (inputChannels / group);
  }

  private static int endInput(
      int block, int outputChannels, int inputChannels, int group, int lanes) {
    int lastOutput = Math.min(outputChannels, (block + 1) * lanes) - 1;
    int lastGroup = lastOutput / (outputChannels / group);
    return (lastGroup + 1) * (inputChannels / group);
  }

  /// Elements of packed convolution weights.
  ///
  /// @param taps product of the kernel's dimensions
  public static int convSize(
      int outputChannels, int inputChannels, int group, int taps, int lanes) {
    long blocks = Math.ceilDiv(outputChannels, lanes);
    long reads = convInputBlocks(outputChannels, inputChannels, group, lanes);
    return Math.toIntExact(Math.multiplyExact(blocks * reads, (long) taps * lanes * lanes));
  }

  /// Packs `(M, C / group, taps)` as `[output block][input block][tap][input lane][output lane]`.
  ///
  /// Input block `i` of output block `o` is the tensor's block `convFirstInputBlock(o) + i`.
  public static float[] conv(
      float[] weights, int outputChannels, int inputChannels, int group, int taps, int lanes) {
    requireLength(weights.length, (long) outputChannels * (inputChannels / group) * taps);
    float[] packed = new float[convSize(outputChannels, inputChannels, group, taps, lanes)];
    copyConv(weights, packed, true, outputChannels, inputChannels, group, taps, lanes);
    return packed;
  }

  /// The inverse of [#conv]: `(M, C / group, taps)`.
  public static float[] unpackConv(
      float[] packed, int outputChannels, int inputChannels, int group, int taps, int lanes) {
    requireLength(packed.length, convSize(outputChannels, inputChannels, group, taps, lanes));
    float[] weights = new float[outputChannels * (inputChannels / group) * taps];
    copyConv(weights, packed, false, outputChannels, inputChannels, group, taps, lanes);
    return weights;
  }

  private static void copyConv(
      float[] plain,
      float[] packed,
      boolean pack,
      int outputChannels,
      int inputChannels,
      int group,
      int taps,
      int lanes) {
    int groupInputs = inputChannels / group;
    int groupOutputs = outputChannels / group;
    int reads = convInputBlocks(outputChannels, inputChannels, group, lanes);
    int tapSize = lanes * lanes;
    int first = 0;
    for (int m = 0; m < outputChannels; m++) {
      int outputBlock = m / lanes;
      if (m % lanes == 0) {
        first = convFirstInputBlock(outputBlock, outputChannels, inputChannels, group, lanes);
      }
      for (int i = 0; i < groupInputs; i++) {
        int c = m / groupOutputs * groupInputs + i;
        int block = outputBlock * reads + (c / lanes - first);
        int to = block * taps * tapSize + c % lanes * lanes + m % lanes;
        int from = (m * groupInputs + i) * taps;
        for (int tap = 0; tap < taps; tap++) {
          if (pack) {
            packed[to + tap * tapSize] = plain[from + tap];
          } else {
            plain[from + tap] = packed[to + tap * tapSize];
          }
        }
      }
    }
  }

  /// Elements of packed depthwise weights.
  public static int depthwiseSize(int channels, int taps, int lanes) {
    return Math.toIntExact((long) Math.ceilDiv(channels, lanes) * lanes * taps);
  }

  /// Packs `(C, 1, taps)` as `[block][tap][lane]`.
  public static float[] depthwise(float[] weights, int channels, int taps, int lanes) {
    requireLength(weights.length, (long) channels * taps);
    return blocked(weights, 1, channels, taps, lanes);
  }

  /// The inverse of [#depthwise].
  public static float[] unpackDepthwise(float[] packed, int channels, int taps, int lanes) {
    return unpackBlocked(packed, 1, channels, taps, lanes);
  }

  /// Elements of a packed right operand of matrix products.
  ///
  /// @param batch product of the leading dimensions
  public static int gemmSize(int batch, int depth, int columns, int lanes) {
    return Math.toIntExact(
        Math.multiplyExact((long) batch * depth, (long) Math.ceilDiv(columns, lanes) * lanes));
  }

  /// Packs `(batch, K, N)` as `[batch][panel of L columns][k][column]`.
  public static float[] gemm(float[] b, int batch, int depth, int columns, int lanes) {
    requireLength(b.length, (long) batch * depth * columns);
    float[] packed = new float[gemmSize(batch, depth, columns, lanes)];
    for (int i = 0; i < batch; i++) {
      int matrix = i * gemmSize(1, depth, columns, lanes);
      for (int k = 0; k < depth; k++) {
        for (int column = 0; column < columns; column += lanes) {
          int from = (i * depth + k) * columns + column;
          int to = matrix + column * depth + k * lanes;
          System.arraycopy(b, from, packed, to, Math.min(lanes, columns - column));
        }
      }
    }
    return packed;
  }

  /// The inverse of [#gemm].
  public static float[] unpackGemm(float[] packed, int batch, int depth, int columns, int lanes) {
    requireLength(packed.length, gemmSize(batch, depth, columns, lanes));
    float[] b = new float[batch * depth * columns];
    for (int i = 0; i < batch; i++) {
      int matrix = i * gemmSize(1, depth, columns, lanes);
      for (int k = 0; k < depth; k++) {
        for (int column = 0; column < columns; column += lanes) {
          int from = matrix + column * depth + k * lanes;
          int to = (i * depth + k) * columns + column;
          System.arraycopy(packed, from, b, to, Math.min(lanes, columns - column));
        }
      }
    }
    return b;
  }

  /// Elements of a vector of one element per channel, padded to whole blocks.
  public static int vectorSize(int channels, int lanes) {
    return Math.ceilDiv(channels, lanes) * lanes;
  }

  /// Pads a vector of one element per channel with zeros to whole blocks: BLOCKED `(1, C)`.
  public static float[] vector(float[] values, int lanes) {
    return java.util.Arrays.copyOf(values, vectorSize(values.length, lanes));
  }

  /// The inverse of [#vector].
  public static float[] unpackVector(float[] packed, int channels) {
    return java.util.Arrays.copyOf(packed, channels);
  }

  /// Elements of blocked activations without a halo.
  ///
  /// @param pixels product of the spatial dimensions
  public static int blockedSize(int batch, int channels, int pixels, int lanes) {
    return Math.toIntExact(
        Math.multiplyExact((long) batch * pixels, (long) Math.ceilDiv(channels, lanes) * lanes));
  }

  /// Packs `(N, C, spatial...)` as `[image][block][pixel][lane]`, without a halo.
  public static float[] blocked(float[] plain, int batch, int channels, int pixels, int lanes) {
    requireLength(plain.length, (long) batch * channels * pixels);
    float[] packed = new float[blockedSize(batch, channels, pixels, lanes)];
    for (int i = 0; i < batch * channels; i++) {
      int to = firstOf(i, channels, pixels, lanes);
      for (int pixel = 0; pixel < pixels; pixel++) {
        packed[to + pixel * lanes] = plain[i * pixels + pixel];
      }
    }
    return packed;
  }

  /// The inverse of [#blocked].
  public static float[] unpackBlocked(
      float[] packed, int batch, int channels, int pixels, int lanes) {
    requireLength(packed.length, blockedSize(batch, channels, pixels, lanes));
    float[] plain = new float[batch * channels * pixels];
    for (int i = 0; i < batch * channels; i++) {
      int from = firstOf(i, channels, pixels, lanes);
      for (int pixel = 0; pixel < pixels; pixel++) {
        plain[i * pixels + pixel] = packed[from + pixel * lanes];
      }
    }
    return plain;
  }

  /// Index of the first pixel of one channel of one image, both counted in `plane`.
  private static int firstOf(int plane, int channels, int pixels, int lanes) {
    int image = plane / channels;
    int channel = plane % channels;
    int block = image * Math.ceilDiv(channels, lanes) + channel / lanes;
    return block * pixels * lanes + channel % lanes;
  }

  private static void requireLength(int length, long expected) {
    if (length != expected) {
      throw new IllegalArgumentException("expected " + expected + " elements, got " + length);
    }
  }
}
