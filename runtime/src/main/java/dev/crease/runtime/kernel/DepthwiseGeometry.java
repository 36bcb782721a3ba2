package dev.crease.runtime.kernel;

/// Where a row of a depthwise convolution finds its inputs, relative to the first one, and between
/// what its results are clipped. Steps are in elements.
///
/// @param rows for each row of the kernel window, over all its planes, the distance of its first
///   tap
/// @param columns taps of a kernel row
/// @param columnStep distance between neighbouring taps of a kernel row
/// @param xPixelStep distance between the inputs of neighbouring output pixels
/// @param clip what to do with a sum
public record DepthwiseGeometry(
    int[] rows, int columns, int columnStep, int xPixelStep, Clip clip) {
  /// Whether the window has three rows of three taps, each next to the other.
  boolean isThreeByThree(int lanes) {
    return rows.length == 3 && columns == 3 && columnStep == lanes;
  }
}
