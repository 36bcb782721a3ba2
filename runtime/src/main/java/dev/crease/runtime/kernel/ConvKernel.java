package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.ConvPacking;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.Packing;
import java.util.Arrays;
import java.util.List;

/// `y = functions(conv(x, weights) + bias + residual)`, directly on blocked layout, or from planes
/// of channels to it.
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

  /// The first function, where nothing has to be done before it.
  private final Clip clip;

  private final Epilogue epilogue;
  private final ConvPacking packing;

  /// See [ConvPacking#starts].
  private final int[] slices;

  /// By slice; those of groups that begin in the same lane share one.
  private final ConvGeometry[] geometries;

  /// First slice of each unit of work, ending with the number of slices. A unit is all slices of
  /// one block, or two whole blocks that read the same inputs.
  private final int[] units;

  /// Whether neighbouring tasks are the units of one patch, which then stays in the cache, rather
  /// than the patches of one unit, whose weights then stay in the cache.
  private final boolean unitsInside;

  private final int rowsPerTask;
  private final int rowTasks;
  private final int columnsPerTask;
  private final int columnTasks;

  /// @param weights see [ConvPacking#pack]
  /// @param bias one element per output channel padded to whole blocks, or null
  /// @param residual a tensor of `y`'s shape to add before the functions, or null
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
      List<RowFunction> functions) {
    ConvWindow asGiven = new ConvWindow(kernel, strides, dilations, padsBegin);
    asGiven.requireHalo(x, y);
    boolean joins =
        asGiven.isPointwise()
            && x.depth() == y.depth()
            && x.height() == y.height()
            && x.width() == y.width()
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
    clip = residual == null ? Clip.first(functions) : Clip.NONE;
    this.epilogue =
        new Epilogue(microkernels, clip.rest(functions), y.channels(), clip.movesZero());
    packing = new ConvPacking(y.channels(), x.channels(), group, asGiven.taps(), y.lanes());
    slices = packing.starts();
    geometries = geometries();
    units = units();
    unitsInside = packing.size() <= CACHED_WEIGHTS;
    columnsPerTask = this.y.width() < 2 * COLUMNS ? this.y.width() : COLUMNS;
    columnTasks = Math.ceilDiv(this.y.width(), columnsPerTask);
    rowsPerTask = Math.max(1, COLUMNS / columnsPerTask);
    rowTasks = Math.ceilDiv(this.y.height(), rowsPerTask);
  }

  private ConvGeometry[] geometries() {
    ConvGeometry[] byLane = new ConvGeometry[y.lanes()];
    ConvGeometry[] bySlice = new ConvGeometry[slices.length - 1];
    for (int slice = 0; slice < bySlice.length; slice++) {
      int lane = packing.firstInput(slices[slice]) % y.lanes();
      if (byLane[lane] == null) {
        byLane[lane] = geometry(lane);
      }
      bySlice[slice] = byLane[lane];
    }
    return bySlice;
  }

  private ConvGeometry geometry(int firstLane) {
    return new ConvGeometry(
        window.inputOffsets(x, y.lanes(), firstLane, packing.groupInputs()),
        window.strides()[2] * x.lanes(),
        window.strides()[1] * x.rowStride(),
        y.rowStride(),
        y.blockStride(),
        packing.sliceSize(),
        clip);
  }

  private int[] units() {
    int[] starts = new int[slices.length];
    int count = 0;
    for (int slice = 0; slice < slices.length - 1; ) {
      starts[count++] = slice;
      int next = slice + 1;
      if (isWholeBlock(slice)) {
        boolean pair =
            isWholeBlock(next)
                && packing.firstInput(slices[slice]) == packing.firstInput(slices[next]);
        slice = pair ? next + 1 : next;
      } else {
        while (slices[next] < y.channels() && slices[next] % y.lanes() != 0) {
          next++;
        }
        slice = next;
      }
    }
    starts[count++] = slices.length - 1;
    return Arrays.copyOf(starts, count);
  }

  /// Whether a slice is all channels of its block.
  private boolean isWholeBlock(int slice) {
    return slice < slices.length - 1
        && slices[slice] % y.lanes() == 0
        && (slices[slice + 1] % y.lanes() == 0 || slices[slice + 1] == y.channels());
  }

  @Override
  public int tasks() {
    return y.batch() * (units.length - 1) * y.depth() * rowTasks * columnTasks;
  }

  @Override
  public long operationsPerTask() {
    return 4L * packing.sliceSize() * rowsPerTask * columnsPerTask;
  }

  @Override
  public void run(int begin, int end) {
    int count = units.length - 1;
    int patches = y.depth() * rowTasks * columnTasks;
    for (int task = begin; task < end; task++) {
      int image = task / (count * patches);
      int rest = task % (count * patches);
      int unit = unitsInside ? rest % count : rest / patches;
      int patch = unitsInside ? rest / count : rest % patches;
      int row = patch / columnTasks % rowTasks * rowsPerTask;
      patch(
          image, unit, patch / (columnTasks * rowTasks), row, patch % columnTasks * columnsPerTask);
    }
  }

  private void patch(int image, int unit, int plane, int row, int column) {
    int rows = Math.min(rowsPerTask, y.height() - row);
    int columns = Math.min(columnsPerTask, y.width() - column);
    int begin = units[unit];
    int end = units[unit + 1];
    if (isWholeBlock(begin)) {
      convolve(image, begin, plane, row, column, rows, columns, end - begin);
    } else {
      for (int slice = begin; slice < end; slice++) {
        convolveSlice(image, slice, plane, row, column, rows, columns);
      }
    }
    int lastBlock = (slices[end] - 1) / y.lanes();
    for (int block = slices[begin] / y.lanes(); block <= lastBlock; block++) {
      for (int r = row; r < row + rows; r++) {
        finish(image, block, plane, r, column, columns);
      }
    }
  }

  private void convolve(
      int image, int slice, int plane, int row, int column, int rows, int columns, int blocks) {
    int block = slices[slice] / y.lanes();
    microkernels.convolve(
        geometries[slice],
        x.array(),
        input(image, slice, plane, row, column),
        weights,
        weightsOffset + slice * packing.sliceSize(),
        bias,
        biasOffset + block * y.lanes(),
        y.array(),
        y.row(image, block, plane, row) + column * y.lanes(),
        rows,
        columns,
        blocks);
  }

  private void convolveSlice(
      int image, int slice, int plane, int row, int column, int rows, int columns) {
    int block = slices[slice] / y.lanes();
    int begin = slices[slice] % y.lanes();
    microkernels.convolveLanes(
        geometries[slice],
        x.array(),
        input(image, slice, plane, row, column),
        weights,
        weightsOffset + slice * packing.sliceSize(),
        bias,
        biasOffset + block * y.lanes(),
        y.array(),
        y.row(image, block, plane, row) + column * y.lanes(),
        rows,
        columns,
        begin,
        begin + slices[slice + 1] - slices[slice]);
  }

  /// Index of the first input of a patch.
  private int input(int image, int slice, int plane, int row, int column) {
    int firstOfBlock = packing.firstInput(slices[slice]) / y.lanes() * y.lanes();
    return x.row(image, firstOfBlock / x.lanes(), 0, 0)
        + window.origin(x, plane, row)
        + column * geometries[slice].xPixelStep();
  }

  private void finish(int image, int block, int plane, int row, int column, int columns) {
    int residualOffset =
        residual == null ? 0 : residual.row(image, block, plane, row) + column * y.lanes();
    epilogue.apply(
        residual,
        residualOffset,
        block,
        y.array(),
        y.row(image, block, plane, row) + column * y.lanes(),
        columns);
  }
}
