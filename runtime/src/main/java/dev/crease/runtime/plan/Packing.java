package dev.crease.runtime.plan;

/// The packed forms of constants for a channel block of `L` lanes, and their inverses, so that a
/// plan made for one `L` can be repacked for another. Everything is float32; lanes that stand for
/// no channel hold zero. Weights of other convolutions than depthwise ones are a matter of
/// [ConvPacking].
public final class Packing {
  private Packing() {}

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
    for (int row = 0; row < batch * depth; row++) {
      gemmRow(b, row * columns, row, depth, columns, lanes, packed);
    }
    return packed;
  }

  /// Packs row `row`, counted through the batch, whose elements are in `b` from index `from` on.
  public static void gemmRow(
      float[] b, int from, int row, int depth, int columns, int lanes, float[] packed) {
    int first = row / depth * gemmSize(1, depth, columns, lanes) + row % depth * lanes;
    for (int column = 0; column < columns; column += lanes) {
      int length = Math.min(lanes, columns - column);
      System.arraycopy(b, from + column, packed, first + column * depth, length);
    }
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

  static void requireLength(int length, long expected) {
    if (length != expected) {
      throw new IllegalArgumentException("expected " + expected + " elements, got " + length);
    }
  }
}
