package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.UnaryFunction;
import dev.crease.runtime.plan.Winograd;
import java.util.Arrays;

/// Plain loops for any channel block: the specification of [Microkernels], and what runs where the
/// Vector API is absent.
///
/// The innermost loops go over lanes, columns or elements with nothing carried from one iteration
/// to the next wherever the operation allows it, so that the compiler can vectorize them.
public class ScalarMicrokernels implements Microkernels {
  private final int lanes;

  /// @param lanes the channel block, at least 1
  public ScalarMicrokernels(int lanes) {
    if (lanes < 1) {
      throw new IllegalArgumentException("a channel block has at least one lane, not " + lanes);
    }
    this.lanes = lanes;
  }

  @Override
  public final int lanes() {
    return lanes;
  }

  @Override
  public Microkernels plain() {
    return this;
  }

  @Override
  public void convolve(
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
      int blocks) {
    for (int block = 0; block < blocks; block++) {
      convolveLanes(
          geometry,
          x,
          xOffset,
          weights,
          weightOffset + block * geometry.weightBlockStep(),
          bias,
          biasOffset + block * lanes,
          y,
          yOffset + block * geometry.yBlockStep(),
          rows,
          columns,
          0,
          lanes);
    }
  }

  @Override
  public void convolveLanes(
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
      int end) {
    int[] inputs = geometry.inputs();
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int out = yOffset + row * geometry.yRowStep() + column * lanes + begin;
        int in = xOffset + row * geometry.xRowStep() + column * geometry.xPixelStep();
        System.arraycopy(bias, biasOffset + begin, y, out, end - begin);
        for (int i = 0; i < inputs.length; i++) {
          int w = weightOffset + i * lanes + begin;
          multiplyAdd(x[in + inputs[i]], weights, w, y, out, end - begin);
        }
        clip(geometry.clip(), y, out, end - begin);
      }
    }
  }

  private static void clip(Clip clip, float[] y, int yOffset, int count) {
    for (int i = yOffset; i < yOffset + count; i++) {
      y[i] = clip.of(y[i]);
    }
  }

  @Override
  public void winogradInput(
      Winograd form,
      float[] x,
      int xOffset,
      int xStep,
      int xNext,
      float[] y,
      int yOffset,
      int yStep,
      int yNext,
      int count) {
    for (int k = 0; k < count; k++) {
      int i = xOffset + k * xNext;
      int o = yOffset + k * yNext;
      switch (form) {
        case F2 -> WinogradLoops.input2(lanes, x, i, xStep, y, o, yStep);
        case F4 -> WinogradLoops.input4(lanes, x, i, xStep, y, o, yStep);
      }
    }
  }

  @Override
  public void winogradOutput(
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
      int count) {
    for (int k = 0; k < count; k++) {
      int i = mOffset + k * mNext;
      int o = yOffset + k * yNext;
      switch (form) {
        case F2 -> WinogradLoops.output2(lanes, m, i, mStep, bias, biasOffset, y, o, yStep);
        case F4 -> WinogradLoops.output4(lanes, m, i, mStep, bias, biasOffset, y, o, yStep);
      }
    }
  }

  @Override
  public void lrn(
      LrnGeometry geometry,
      float[] x,
      int xOffset,
      float[] squares,
      int squaresOffset,
      float[] y,
      int yOffset,
      int columns) {
    for (int column = 0; column < columns; column++) {
      int in = xOffset + column * lanes;
      int out = yOffset + column * lanes;
      for (int c = 0; c < geometry.channels(); c++) {
        float value = x[in + c / lanes * geometry.xBlockStep() + c % lanes];
        squares[squaresOffset + geometry.before() + c] = value * value;
      }
      for (int c = 0; c < geometry.channels(); c++) {
        float sum = 0;
        for (int i = 0; i <= geometry.before() + geometry.after(); i++) {
          sum += squares[squaresOffset + c + i];
        }
        double power = Math.pow(geometry.bias() + geometry.scale() * sum, geometry.beta());
        float value = x[in + c / lanes * geometry.xBlockStep() + c % lanes];
        y[out + c / lanes * geometry.yBlockStep() + c % lanes] = (float) (value / power);
      }
    }
  }

  private static void multiplyAdd(
      float a, float[] b, int bOffset, float[] y, int yOffset, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = Math.fma(a, b[bOffset + i], y[yOffset + i]);
    }
  }

  @Override
  public void depthwise(
      DepthwiseGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int columns) {
    for (int column = 0; column < columns; column++) {
      int out = yOffset + column * lanes;
      System.arraycopy(bias, biasOffset, y, out, lanes);
      depthwisePixel(
          geometry, x, xOffset + column * geometry.xPixelStep(), weights, weightOffset, y, out);
      clip(geometry.clip(), y, out, lanes);
    }
  }

  private void depthwisePixel(
      DepthwiseGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] y,
      int yOffset) {
    int w = weightOffset;
    for (int row : geometry.rows()) {
      for (int column = 0; column < geometry.columns(); column++) {
        int in = xOffset + row + column * geometry.columnStep();
        for (int lane = 0; lane < lanes; lane++) {
          y[yOffset + lane] = Math.fma(x[in + lane], weights[w + lane], y[yOffset + lane]);
        }
        w += lanes;
      }
    }
  }

  @Override
  public void gemm(
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
      int depth) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column += lanes) {
        int panel = bOffset + column * depth;
        int width = Math.min(lanes, columns - column);
        int out = yOffset + row * yStride + column;
        for (int k = 0; k < depth; k++) {
          multiplyAdd(a[aOffset + row * aStride + k], b, panel + k * lanes, y, out, width);
        }
      }
    }
  }

  @Override
  public void maxPool(
      PoolGeometry geometry,
      int planes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int pixels) {
    int step = geometry.pixelStep();
    Arrays.fill(y, yOffset, yOffset + pixels * lanes, Float.NEGATIVE_INFINITY);
    for (int plane = 0; plane < planes; plane++) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          int in =
              xOffset
                  + plane * geometry.planeStep()
                  + row * geometry.rowStep()
                  + column * geometry.columnStep();
          for (int pixel = 0; pixel < pixels; pixel++) {
            int out = yOffset + pixel * lanes;
            for (int lane = 0; lane < lanes; lane++) {
              y[out + lane] = Math.max(y[out + lane], x[in + pixel * step + lane]);
            }
          }
        }
      }
    }
    for (int i = yOffset; i < yOffset + pixels * lanes; i++) {
      y[i] += 0;
    }
  }

  @Override
  public void sumPool(
      PoolGeometry geometry,
      int planes,
      int rows,
      int columns,
      float[] x,
      int xOffset,
      float divisor,
      float[] y,
      int yOffset,
      int pixels) {
    Arrays.fill(y, yOffset, yOffset + pixels * lanes, 0);
    for (int plane = 0; plane < planes; plane++) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          int in =
              xOffset
                  + plane * geometry.planeStep()
                  + row * geometry.rowStep()
                  + column * geometry.columnStep();
          for (int pixel = 0; pixel < pixels; pixel++) {
            int out = yOffset + pixel * lanes;
            for (int lane = 0; lane < lanes; lane++) {
              y[out + lane] += x[in + pixel * geometry.pixelStep() + lane];
            }
          }
        }
      }
    }
    for (int i = yOffset; i < yOffset + pixels * lanes; i++) {
      y[i] /= divisor;
    }
  }

  @Override
  public void resample(
      float[] x,
      int xOffset,
      int[] index,
      float[] weights,
      int taps,
      float rowWeight,
      boolean accumulates,
      float[] y,
      int yOffset,
      int pixels) {
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int lane = 0; lane < lanes; lane++) {
        float sum = 0;
        for (int tap = pixel * taps; tap < (pixel + 1) * taps; tap++) {
          sum = Math.fma(weights[tap], x[xOffset + index[tap] + lane], sum);
        }
        int out = yOffset + pixel * lanes + lane;
        y[out] = accumulates ? Math.fma(rowWeight, sum, y[out]) : rowWeight * sum;
      }
    }
  }

  @Override
  public void gatherLanes(
      float[] x, int xOffset, int[] from, int fromOffset, float[] y, int yOffset, int pixels) {
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int lane = 0; lane < lanes; lane++) {
        y[yOffset + pixel * lanes + lane] = x[xOffset + pixel * lanes + from[fromOffset + lane]];
      }
    }
  }

  @Override
  public void unary(
      UnaryFunction function,
      float alpha,
      float beta,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      int count) {
    switch (function) {
      case RELU -> clip(0, Float.POSITIVE_INFINITY, x, xOffset, y, yOffset, count);
      case CLIP -> clip(alpha, beta, x, xOffset, y, yOffset, count);
      default -> {
        for (int i = 0; i < count; i++) {
          y[yOffset + i] = (float) ScalarFunctions.unary(function, alpha, beta, x[xOffset + i]);
        }
      }
    }
  }

  /// The functions of nearly all nets, without a choice among all in each element.
  private static void clip(
      float low, float high, float[] x, int xOffset, float[] y, int yOffset, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = Math.min(high, Math.max(low, x[xOffset + i]));
    }
  }

  @Override
  public void binary(
      BinaryFunction function,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = ScalarFunctions.binary(function, a[aOffset + i], b[bOffset + i]);
    }
  }

  @Override
  public void binaryScalar(
      BinaryFunction function,
      boolean swapped,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int count) {
    float constant = b[bOffset];
    for (int i = 0; i < count; i++) {
      float value = a[aOffset + i];
      y[yOffset + i] =
          swapped
              ? ScalarFunctions.binary(function, constant, value)
              : ScalarFunctions.binary(function, value, constant);
    }
  }

  @Override
  public void binaryLanes(
      BinaryFunction function,
      boolean swapped,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset,
      int pixels) {
    for (int pixel = 0; pixel < pixels; pixel++) {
      int in = aOffset + pixel * lanes;
      int out = yOffset + pixel * lanes;
      if (swapped) {
        binary(function, b, bOffset, a, in, y, out, lanes);
      } else {
        binary(function, a, in, b, bOffset, y, out, lanes);
      }
    }
  }

  @Override
  public void normalize(
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
      int pixels) {
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int lane = 0; lane < lanes; lane++) {
        float distance = x[xOffset + pixel * lanes + lane] - mean[meanOffset + lane];
        y[yOffset + pixel * lanes + lane] =
            Math.fma(distance, slope[slopeOffset + lane], bias[biasOffset + lane]);
      }
    }
  }

  @Override
  public void clamp(
      float[] x,
      int xOffset,
      float[] lower,
      int lowerOffset,
      float[] upper,
      int upperOffset,
      float[] y,
      int yOffset,
      int pixels) {
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int lane = 0; lane < lanes; lane++) {
        float raised = Math.max(x[xOffset + pixel * lanes + lane], lower[lowerOffset + lane]);
        y[yOffset + pixel * lanes + lane] = Math.min(raised, upper[upperOffset + lane]);
      }
    }
  }

  @Override
  public void addClip(
      float[] residual, int residualOffset, Clip clip, float[] y, int yOffset, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = clip.of(y[yOffset + i] + residual[residualOffset + i]);
    }
  }

  @Override
  public void scale(float factor, float[] x, int xOffset, float[] y, int yOffset, int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = factor * x[xOffset + i];
    }
  }

  @Override
  public float max(float[] x, int xOffset, int count) {
    float max = x[xOffset];
    for (int i = 1; i < count; i++) {
      max = Math.max(max, x[xOffset + i]);
    }
    return max;
  }

  @Override
  public float min(float[] x, int xOffset, int count) {
    float min = x[xOffset];
    for (int i = 1; i < count; i++) {
      min = Math.min(min, x[xOffset + i]);
    }
    return min;
  }

  @Override
  public float product(float[] x, int xOffset, int count) {
    double product = 1;
    for (int i = 0; i < count; i++) {
      product *= x[xOffset + i];
    }
    return (float) product;
  }

  @Override
  public float sum(float[] x, int xOffset, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += x[xOffset + i];
    }
    return (float) sum;
  }

  @Override
  public void affine(
      float[] x,
      int xOffset,
      float mean,
      float slope,
      float shift,
      float[] y,
      int yOffset,
      int count) {
    for (int i = 0; i < count; i++) {
      y[yOffset + i] = Math.fma(x[xOffset + i] - mean, slope, shift);
    }
  }

  @Override
  public void affineSpans(
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
      int count) {
    for (int i = 0; i < count; i++) {
      float standard = (x[xOffset + i] - mean) * slope;
      y[yOffset + i] = Math.fma(standard, factor[factorOffset + i], shift[shiftOffset + i]);
    }
  }

  @Override
  public float squares(float[] x, int xOffset, float shift, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      double distance = x[xOffset + i] - shift;
      sum += distance * distance;
    }
    return (float) sum;
  }

  @Override
  public float expSum(float[] x, int xOffset, float shift, float[] y, int yOffset, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      float value = (float) Math.exp((double) x[xOffset + i] - shift);
      y[yOffset + i] = value < Float.MIN_NORMAL ? 0 : value;
      sum += y[yOffset + i];
    }
    return (float) sum;
  }
}
