package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.Packing;

/// `y = activation(conv(x, weights) + bias + residual)`, directly on blocked layout.
///
/// Padding is read from the halo of `x`. A task is one or two output blocks of one image over a
/// patch of rows and columns.
public final class ConvKernel implements Kernel {
  /// Packed weights of no more than so many elements stay in the cache beside a patch.
  private static final int CACHED_WEIGHTS = 1 << 16;

  /// Columns of one task where rows are long.
  private static final int COLUMNS = 224;

  private final Microkernels microkernels;
  private final Blocked x;
  private final float[] weights;
  private final int weightsOffset;
  private final float[] bias;
  private final int biasOffset;
  private final @Nullable Blocked residual;
  private final Blocked y;
  private final ConvWindow window;
  private final ConvGeometry geometry;
  private final Epilogue epilogue;

  /// First output block of each unit of work, ending with the number of blocks.
  private final int[] units;

  /// First input block of each unit.
  private final int[] firstInputs;

  /// Whether neighbouring tasks are the units of one patch, which then stays in the cache, rather
  /// than the patches of one unit, whose weights then stay in the cache.
  private final boolean unitsInside;

  private final int rowsPerTask;
  private final int rowTasks;
  private final int columnsPerTask;
  private final int columnTasks;

  /// @param weights see [Packing#conv]
  /// @param bias one element per output channel padded to whole blocks, or null
  /// @param residual a tensor of `y`'s shape to add before the activation, or null
  /// @throws IllegalArgumentException if the window reads past the halo of `x`
  public ConvKernel(
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
      int group,
      Activation activation) {
    ConvWindow asGiven = new ConvWindow(kernel, strides, dilations, padsBegin);
    asGiven.requireHalo(x, y);
    boolean joins =
        asGiven.isPointwise()
            && x.isTight()
            && y.isTight()
            && (residual == null || residual.isTight());
    this.microkernels = microkernels;
    this.window = asGiven;
    this.x = joins ? x.joined() : x;
    this.y = joins ? y.joined() : y;
    this.residual = joins && residual != null ? residual.joined() : residual;
    this.weights = weights;
    this.weightsOffset = weightsOffset;
    this.bias = bias != null ? bias : new float[Packing.vectorSize(y.channels(), y.lanes())];
    this.biasOffset = bias != null ? biasOffset : 0;
    this.epilogue = new Epilogue(microkernels, activation);
    this.geometry = geometry(group);
    int[] first = firstInputs(group);
    this.units = units(first);
    this.firstInputs = new int[units.length - 1];
    for (int i = 0; i < firstInputs.length; i++) {
      firstInputs[i] = first[units[i]];
    }
    unitsInside = (long) y.blocks() * geometry.weightBlockStep() <= CACHED_WEIGHTS;
    columnsPerTask = this.y.width() < 2 * COLUMNS ? this.y.width() : COLUMNS;
    columnTasks = Math.ceilDiv(this.y.width(), columnsPerTask);
    rowsPerTask = Math.max(1, COLUMNS / columnsPerTask);
    rowTasks = Math.ceilDiv(this.y.height(), rowsPerTask);
  }

  private ConvGeometry geometry(int group) {
    int lanes = x.lanes();
    int reads = Packing.convInputBlocks(y.channels(), x.channels(), group, lanes);
    int taps = reads * window.taps();
    boolean ragged = group == 1 && x.channels() % lanes != 0;
    return new ConvGeometry(
        window.tapOffsets(x, reads),
        ragged ? taps - window.taps() : taps,
        x.channels() % lanes,
        window.strides()[2] * lanes,
        window.strides()[1] * x.rowStride(),
        y.rowStride(),
        y.blockStride(),
        taps * lanes * lanes);
  }

  private int[] firstInputs(int group) {
    int[] first = new int[y.blocks()];
    for (int block = 0; block < first.length; block++) {
      first[block] =
          Packing.convFirstInputBlock(block, y.channels(), x.channels(), group, x.lanes());
    }
    return first;
  }

  /// Pairs of neighbouring output blocks where both read the same input blocks, else single ones.
  private static int[] units(int[] firstInputs) {
    int[] units = new int[firstInputs.length + 1];
    int count = 0;
    for (int block = 0; block < firstInputs.length; ) {
      units[count++] = block;
      boolean pair = block + 1 < firstInputs.length && firstInputs[block] == firstInputs[block + 1];
      block += pair ? 2 : 1;
    }
    units[count++] = firstInputs.length;
    return java.util.Arrays.copyOf(units, count);
  }

  @Override
  public int tasks() {
    return y.batch() * firstInputs.length * y.depth() * rowTasks * columnTasks;
  }

  @Override
  public long operationsPerTask() {
    return 4L * geometry.taps().length * x.lanes() * x.lanes() * rowsPerTask * columnsPerTask;
  }

  @Override
  public void run(int begin, int end) {
    int units = firstInputs.length;
    int patches = y.depth() * rowTasks * columnTasks;
    for (int task = begin; task < end; task++) {
      int image = task / (units * patches);
      int rest = task % (units * patches);
      int unit = unitsInside ? rest % units : rest / patches;
      int patch = unitsInside ? rest / units : rest % patches;
      int row = patch / columnTasks % rowTasks * rowsPerTask;
      patch(
          image, unit, patch / (columnTasks * rowTasks), row, patch % columnTasks * columnsPerTask);
    }
  }

  private void patch(int image, int unit, int plane, int row, int column) {
    int rows = Math.min(rowsPerTask, y.height() - row);
    int columns = Math.min(columnsPerTask, y.width() - column);
    int block = units[unit];
    int blocks = units[unit + 1] - block;
    int in =
        x.row(image, firstInputs[unit], 0, 0)
            + window.origin(x, plane, row)
            + column * geometry.xPixelStep();
    int out = y.row(image, block, plane, row) + column * y.lanes();
    microkernels.convolve(
        geometry,
        x.array(),
        in,
        weights,
        weightsOffset + block * geometry.weightBlockStep(),
        bias,
        biasOffset + block * y.lanes(),
        y.array(),
        out,
        rows,
        columns,
        blocks);
    for (int i = block; i < block + blocks; i++) {
      for (int r = row; r < row + rows; r++) {
        finish(image, i, plane, r, column, columns);
      }
    }
  }

  private void finish(int image, int block, int plane, int row, int column, int columns) {
    int residualOffset =
        residual == null ? 0 : residual.row(image, block, plane, row) + column * y.lanes();
    epilogue.apply(
        residual,
        residualOffset,
        y.array(),
        y.row(image, block, plane, row) + column * y.lanes(),
        columns,
        y.lanesOf(block));
  }
}
