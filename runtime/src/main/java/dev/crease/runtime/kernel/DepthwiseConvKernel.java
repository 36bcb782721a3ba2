package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.Packing;
import java.util.List;

/// Convolution of each channel with its own kernel: `y = functions(conv(x, weights) + bias +
/// residual)`.
///
/// Padding is read from the halo of `x`. A task is one output row of one block.
public final class DepthwiseConvKernel extends RowKernel {
  private final Microkernels microkernels;
  private final Blocked x;
  private final float[] weights;
  private final int weightsOffset;
  private final float[] bias;
  private final int biasOffset;
  private final @Nullable Blocked residual;
  private final Blocked y;
  private final ConvWindow window;
  private final DepthwiseGeometry geometry;
  private final Epilogue epilogue;

  /// @param weights see [Packing#depthwise]
  /// @param bias one element per channel padded to whole blocks, or null
  /// @param residual a tensor of `y`'s shape to add before the functions, or null
  /// @throws IllegalArgumentException if the window reads past the halo of `x`
  public DepthwiseConvKernel(
      Microkernels microkernels,
      Blocked x,
      float[] weights,
      int weightsOffset,
      float @Nullable [] bias,
      int biasOffset,
      @Nullable Blocked residual,
      Blocked y,
      int[] kernel,
      int[] strides,
      int[] dilations,
      int[] padsBegin,
      List<RowFunction> functions) {
    super(y);
    this.window = new ConvWindow(kernel, strides, dilations, padsBegin);
    window.requireHalo(x, y);
    this.microkernels = microkernels;
    this.x = x;
    this.weights = weights;
    this.weightsOffset = weightsOffset;
    this.bias = bias != null ? bias : new float[Packing.vectorSize(y.channels(), y.lanes())];
    this.biasOffset = bias != null ? biasOffset : 0;
    this.residual = residual;
    this.y = y;
    Clip clip = residual == null ? Clip.first(functions) : Clip.NONE;
    this.geometry =
        new DepthwiseGeometry(
            window.rowOffsets(x),
            kernel[2],
            dilations[2] * x.lanes(),
            strides[2] * x.lanes(),
            clip);
    this.epilogue =
        new Epilogue(microkernels, clip.rest(functions), y.channels(), clip.movesZero());
  }

  @Override
  public long operationsPerTask() {
    return 2L * window.taps() * y.width() * y.lanes();
  }

  @Override
  void row(int image, int block, int plane, int row) {
    int lanes = y.lanes();
    int out = y.row(image, block, plane, row);
    microkernels.depthwise(
        geometry,
        x.array(),
        x.row(image, block, 0, 0) + window.origin(x, plane, row),
        weights,
        weightsOffset + block * window.taps() * lanes,
        bias,
        biasOffset + block * lanes,
        y.array(),
        out,
        y.width());
    epilogue.apply(
        residual,
        residual == null ? 0 : residual.row(image, block, plane, row),
        block,
        y.array(),
        out,
        y.width());
  }
}
