package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.UnaryFunction;
import dev.crease.runtime.plan.Winograd;

/// The few loops in which nearly all time is spent, behind one seam: arrays, offsets and counts in;
/// nothing is allocated, nothing is remembered.
///
/// [ScalarMicrokernels] is the specification. Another implementation may round differently in
/// transcendental functions and may sum reductions in another order, as documented there; in
/// convolutions and matrix products every output is one chain of fused multiply-adds in the order
/// of taps and input channels, whatever the tile, so all implementations agree bit for bit.
///
/// A *pixel* is `L` consecutive elements, `L` = [#lanes]. Where an output may be the same array as
/// an input, it may only coincide with it element by element.
public interface Microkernels {
  /// The channel block `L`.
  int lanes();

  /// The same for the same layout in plain loops, see [TwinMicrokernels]; itself if it is that.
  Microkernels plain();

  /// Direct convolution of a patch of `rows` by `columns` output pixels of `blocks` (1 or 2) output
  /// blocks: `y = clip(bias + sum over inputs of x w)`.
  ///
  /// `bias` holds `blocks * L` elements from `biasOffset`.
  void convolve(
      ConvGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int rows,
      int columns,
      int blocks);

  /// As [#convolve] for one output block, of which lanes `begin` to `end` are written and the
  /// others left as they are.
  void convolveLanes(
      ConvGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int rows,
      int columns,
      int begin,
      int end);

  /// `y = B^T x` of [Winograd] for `count` columns or rows of `m + 2` pixels: pixel `i` of `x` is
  /// `i * xStep` elements from the first, and the next column or row `xNext` from this one;
  /// likewise for `y`.
  void winogradInput(
      Winograd form,
      float[] x,
      int xOffset,
      int xStep,
      int xNext,
      float[] y,
      int yOffset,
      int yStep,
      int yNext,
      int count);

  /// `y = A^T m + bias` for `count` columns or rows of `m + 2` pixels, which become `m`; `bias` is
  /// one pixel.
  void winogradOutput(
      Winograd form,
      float[] m,
      int mOffset,
      int mStep,
      int mNext,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int yStep,
      int yNext,
      int count);

  /// A row of a depthwise convolution: for each pixel and lane `y = clip(bias + sum over taps of x
  /// w)`, with the weights of tap `t`, counted row by row, at `weightOffset + t * L`.
  void depthwise(
      DepthwiseGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int columns);

  /// A row of local response normalization, through all channel blocks of `columns` pixels.
  ///
  /// `squares` has [LrnGeometry#room] elements from `squaresOffset`, of which the first `before`
  /// and the last `after` are zero; the others are overwritten.
  void lrn(
      LrnGeometry geometry,
      float[] x,
      int xOffset,
      float[] squares,
      int squaresOffset,
      float[] y,
      int yOffset,
      int columns);

  /// `y += a b` for `rows` rows and `columns` columns: `a` row-major with leading dimension
  /// `aStride`, `b` in panels of `L` columns (see [dev.crease.runtime.plan.Packing#gemm]), `y`
  /// row-major with leading dimension `yStride`.
  void gemm(
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int yStride,
      int rows,
      int columns,
      int depth);

  /// A row of max pooling over a window of `planes * rows * columns` taps, all inside the picture;
  /// NaN if a tap is, and never `-0`.
  void maxPool(
      PoolGeometry geometry,
      int planes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int pixels);

  /// A row of `sum / divisor` over a window of taps, all inside the picture.
  void sumPool(
      PoolGeometry geometry,
      int planes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      float divisor,
      float[] y,
      int yOffset,
      int pixels);

  /// A row of interpolated pixels: `rowWeight` times the sum of `taps` pixels from `xOffset +
  /// index[p * taps + t]`, each times `weights[p * taps + t]`; added to what is there if
  /// `accumulates`.
  void resample(
      float[] x,
      int xOffset,
      int[] index,
      float[] weights,
      int taps,
      float rowWeight,
      boolean accumulates,
      float[] y,
      int yOffset,
      int pixels);

  /// Pixels of channels from anywhere: `y[p * L + l] = x[xOffset + p * L + from[fromOffset + l]]`.
  void gatherLanes(
      float[] x, int xOffset, int[] from, int fromOffset, float[] y, int yOffset, int pixels);

  /// `y[i] = function(x[i]; alpha, beta)`.
  void unary(
      UnaryFunction function,
      float alpha,
      float beta,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int count);

  /// `y[i] = function(a[i], b[i])`.
  void binary(
      BinaryFunction function,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int count);

  /// `y[i] = function(a[i], b[bOffset])`, or with the arguments exchanged if `swapped`.
  void binaryScalar(
      BinaryFunction function,
      boolean swapped,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int count);

  /// `y[p * L + l] = function(a[p * L + l], b[l])`, or with the arguments exchanged if `swapped`.
  void binaryLanes(
      BinaryFunction function,
      boolean swapped,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int pixels);

  /// `y[p * L + l] = (x[p * L + l] - mean[l]) slope[l] + bias[l]`, the last two in one rounding.
  void normalize(
      float[] x,
      int xOffset,
      float[] mean,
      int meanOffset,
      float[] slope,
      int slopeOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int pixels);

  /// `y[i] = (x[i] - mean) slope + shift`, the last two in one rounding.
  void affine(
      float[] x,
      int xOffset,
      float mean,
      float slope,
      float shift,
      float[] y,
      int yOffset,
      int count);

  /// `y[i] = ((x[i] - mean) slope) factor[i] + shift[i]`, the last two in one rounding.
  void affineSpans(
      float[] x,
      int xOffset,
      float mean,
      float slope,
      float[] factor,
      int factorOffset,
      float[] shift,
      int shiftOffset,
      float[] y,
      int yOffset,
      int count);

  /// `y[p * L + l] = min(max(x[p * L + l], lower[l]), upper[l])`; NaN stays NaN.
  void clamp(
      float[] x,
      int xOffset,
      float[] lower,
      int lowerOffset,
      float[] upper,
      int upperOffset,
      float[] y,
      int yOffset,
      int pixels);

  /// `y[i] = clip(y[i] + residual[i])`.
  void addClip(float[] residual, int residualOffset, Clip clip, float[] y, int yOffset, int count);

  /// `y[i] = factor * x[i]`.
  void scale(float factor, float[] x, int xOffset, float[] y, int yOffset, int count);

  /// The greatest of `count >= 1` elements; NaN if one is NaN.
  float max(float[] x, int xOffset, int count);

  /// The least of `count >= 1` elements; NaN if one is NaN.
  float min(float[] x, int xOffset, int count);

  /// The product of `count` elements.
  float product(float[] x, int xOffset, int count);

  /// The sum of `count` elements.
  float sum(float[] x, int xOffset, int count);

  /// The sum of `(x[i] - shift)^2` over `count` elements.
  float squares(float[] x, int xOffset, float shift, int count);

  /// `y[i] = e^(x[i] - shift)` for `x[i] <= shift`, zero where that is below the least normal
  /// number, and returns the sum of all `y[i]`.
  float expSum(float[] x, int xOffset, float shift, float[] y, int yOffset, int count);
}
