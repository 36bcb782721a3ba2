package dev.crease.runtime.kernel;

/// A float32 tensor in blocked layout: `(N, ceil(C / L), D, H, W, L)` with `L` lanes contiguous, a
/// stride for every other dimension but W (whose stride is `L`), and a halo around the picture.
///
/// `offset` is the first element *inside* the halo. Tensors with fewer than three spatial
/// dimensions have `depth` 1 and `height` 1 as needed.
///
/// @param haloBefore planes, rows and columns of zeros before the picture `{depth, height, width}`
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
}
