package dev.crease.runtime.kernel;

/// A float32 tensor in blocked layout: `(N, ceil(C / L), D, H, W, L)` with `L` lanes contiguous, a
/// stride for every other dimension but W (whose stride is `L`), and a halo around the picture.
/// With one lane, planes of channels.
///
/// `offset` is the first element *inside* the halo. Tensors with fewer than three spatial
/// dimensions have `depth` 1 and `height` 1 as needed.
///
/// @param haloBefore planes, rows and columns of padding before the picture `{depth, height,
///   width}`
/// @param haloAfter likewise after it
public record Blocked(
    float[] array,
    int offset,
    int lanes,
    int batch,
    int channels,
    int depth,
    int height,
    int width,
    int batchStride,
    int blockStride,
    int depthStride,
    int rowStride,
    int[] haloBefore,
    int[] haloAfter) {
  /// Number of channel blocks, `ceil(C / L)`.
  public int blocks() {
    return Math.ceilDiv(channels, lanes);
  }

  /// Index of lane 0 of the first pixel of a row.
  int row(int image, int block, int plane, int row) {
    return offset
        + image * batchStride
        + block * blockStride
        + plane * depthStride
        + row * rowStride;
  }

  /// How many of a block's lanes are channels.
  int lanesOf(int block) {
    return Math.min(lanes, channels - block * lanes);
  }

  /// Whether all pixels of a block follow each other without a gap.
  boolean isTight() {
    return (height == 1 || rowStride == width * lanes)
        && (depth == 1 || depthStride == height * width * lanes);
  }

  int rows() {
    return depth * height;
  }

  int pixels() {
    return depth * height * width;
  }

  /// The same elements with all rows of a block joined into one.
  ///
  /// Only for a tensor that [#isTight].
  Blocked joined() {
    int all = pixels() * lanes;
    return new Blocked(
        array,
        offset,
        lanes,
        batch,
        channels,
        1,
        1,
        pixels(),
        batchStride,
        blockStride,
        all,
        all,
        haloBefore,
        haloAfter);
  }
}
