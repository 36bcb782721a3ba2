package dev.crease.compiler.pass;

import dev.crease.runtime.plan.Winograd;

/// What a convolution with a kernel of 3 by 3 costs, in products of one vector of 16 lanes: its
/// arithmetic, transforms and weights that have to be fetched. The factors are fitted to
/// `ConvolutionBenchmark` with its parameter `tile`, 16 to 512 channels and pictures 7 to 224 wide,
/// on an AMD EPYC (Zen 5, AVX-512).
///
/// @param channels of the input, `C`
/// @param maps of the output, `M`
/// @param height of the output
/// @param width of the output
record ConvolutionCost(long channels, long maps, long height, long width) {
  private static final int LANES = 16;
  private static final int TAPS = 9;

  /// Of a product of a tile and a block of channels: its loads, sums and stores in both passes.
  private static final double TRANSFORM = 18;

  /// Weights that stay in a second-level cache, and those that do not even in a third-level one.
  private static final long NEAR = 1 << 18;

  private static final long FAR = 1 << 22;

  /// Tiles that are multiplied at once; their weights are fetched once.
  private static final int PATCH = 56;

  double direct() {
    return vectors(TAPS) * (height * width + 2);
  }

  double of(Winograd form) {
    long tiles = Math.ceilDiv(height, form.outputs()) * Math.ceilDiv(width, form.outputs());
    double fetches = fetch(form.products() * channels * maps) * Math.ceilDiv(tiles, PATCH);
    double transforms = TRANSFORM * form.products() * tiles * (blocks(channels) + blocks(maps));
    return vectors(form.products()) * (roundedUp(tiles) + fetches) + transforms;
  }

  /// Vectors of weights.
  private double vectors(int products) {
    return (double) products * channels * blocks(maps);
  }

  /// What a vector of so many weights costs beyond its products.
  private static double fetch(long weights) {
    return weights > FAR ? 18 : weights > NEAR ? 8 : 2;
  }

  /// Tiles are multiplied seven at a time; what is left takes nearly as long.
  private static long roundedUp(long tiles) {
    return Math.ceilDiv(tiles, 7) * 7;
  }

  private static long blocks(long count) {
    return Math.ceilDiv(count, LANES);
  }
}
