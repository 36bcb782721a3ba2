package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.Packing;
import dev.crease.runtime.plan.Winograd;
import java.util.Arrays;
import java.util.List;

/// `y = functions(conv(x, w) + bias + residual)` for kernels of 3 by 3, stride 1, by [Winograd].
///
/// A task transforms the inputs of a patch of tiles, multiplies them with the weights of some
/// output blocks, one product of tiles after the other, and transforms the sums back. What is
/// transformed stays in the cache. The products are a convolution with a kernel of one pixel, over
/// a picture whose pixels are the tiles of the patch.
public final class WinogradConvKernel implements Kernel {
  /// Transformed inputs and sums of a patch that stay in a second-level cache.
  private static final int CACHED = 1 << 18;

  /// More weights than this are not fetched for few tiles.
  private static final int FAR_WEIGHTS = 1 << 22;

  private static final int FEWEST_TILES = 28;
  private static final int MOST_TILES = 56;

  /// Columns of tiles whose half transformed inputs stay in a first-level cache.
  private static final int MOST_COLUMNS = 28;

  /// Tasks that keep a few threads busy, and the output blocks that make a task worth its input
  /// transform.
  private static final int ENOUGH_TASKS = 4;

  private static final int FEWEST_BLOCKS = 8;

  private final Microkernels microkernels;
  private final Scratch scratch;
  private final Blocked x;
  private final float[] weights;
  private final int weightsOffset;
  private final float[] bias;
  private final int biasOffset;
  private final float[] zeros;
  private final @Nullable Blocked residual;
  private final Blocked y;
  private final Winograd form;
  private final int top;
  private final int left;

  /// Past the last row and column that an output's own window reads.
  private final int endRow;

  private final int endColumn;
  private final Epilogue epilogue;

  private final int tileRows;
  private final int tileColumns;
  private final int rowsPerTask;
  private final int columnsPerTask;
  private final int rowTasks;
  private final int columnTasks;
  private final int blocksPerTask;
  private final int blockTasks;

  /// Rows of input offsets for a patch of so many tiles.
  private final ConvGeometry[] geometries;

  private final int betweenOffset;
  private final int edgeOffset;
  private final int inputOffset;

  /// @param weights [Winograd#products] matrices `(M, C)`, each packed as the weights of a
  ///   convolution with a kernel of one pixel; `M` is a multiple of the lanes
  /// @param padsBegin padding before the picture: rows, columns
  /// @throws IllegalArgumentException if the window reads past the halo of `x`
  public WinogradConvKernel(
      Microkernels microkernels,
      Scratch scratch,
      Winograd form,
      Blocked x,
      float[] weights,
      int weightsOffset,
      float @Nullable [] bias,
      int biasOffset,
      @Nullable Blocked residual,
      Blocked y,
      int[] padsBegin,
      List<RowFunction> functions) {
    int[] ones = {1, 1, 1};
    new ConvWindow(new int[] {1, 3, 3}, ones, ones, padsBegin).requireHalo(x, y);
    this.microkernels = microkernels;
    this.scratch = scratch;
    this.form = form;
    this.x = x;
    this.weights = weights;
    this.weightsOffset = weightsOffset;
    this.bias = bias != null ? bias : new float[Packing.vectorSize(y.channels(), y.lanes())];
    this.biasOffset = bias != null ? biasOffset : 0;
    this.zeros = new float[2 * y.lanes()];
    this.residual = residual;
    this.y = y;
    this.top = padsBegin[1];
    this.left = padsBegin[2];
    this.endRow = y.height() + 2 - top;
    this.endColumn = y.width() + 2 - left;
    this.epilogue = new Epilogue(microkernels, functions, y.channels(), false);
    tileRows = Math.ceilDiv(y.height(), form.outputs());
    tileColumns = Math.ceilDiv(y.width(), form.outputs());
    int perTile = form.products() * (x.blocks() + y.blocks()) * x.lanes();
    boolean heavy = (long) form.products() * x.channels() * y.channels() > FAR_WEIGHTS;
    int tiles = heavy ? MOST_TILES : Math.clamp(CACHED / perTile, FEWEST_TILES, MOST_TILES);
    columnsPerTask = Math.min(tileColumns, Math.min(tiles, MOST_COLUMNS));
    rowsPerTask = Math.min(tileRows, Math.max(1, tiles / columnsPerTask));
    rowTasks = Math.ceilDiv(tileRows, rowsPerTask);
    columnTasks = Math.ceilDiv(tileColumns, columnsPerTask);
    int patches = y.batch() * rowTasks * columnTasks;
    int parts = Math.clamp(y.blocks() / FEWEST_BLOCKS, 1, Math.ceilDiv(ENOUGH_TASKS, patches));
    blocksPerTask = (Math.ceilDiv(y.blocks(), parts) + 1) / 2 * 2;
    blockTasks = Math.ceilDiv(y.blocks(), blocksPerTask);
    int most = rowsPerTask * columnsPerTask;
    geometries = new ConvGeometry[most + 1];
    int pixel = form.products() * x.lanes();
    int room = most * pixel;
    betweenOffset = room * (x.blocks() + blocksPerTask);
    edgeOffset = betweenOffset + form.inputs() * (columnsPerTask * form.outputs() + 2) * x.lanes();
    inputOffset = room * blocksPerTask;
    scratch.reserve(edgeOffset + pixel);
    for (int patch = 0; patch < rowTasks * columnTasks; patch++) {
      int count = rows(patch / columnTasks) * columns(patch % columnTasks);
      if (geometries[count] == null) {
        geometries[count] = geometry(count);
      }
    }
  }

  private int rows(int rowTask) {
    return Math.min(rowsPerTask, tileRows - rowTask * rowsPerTask);
  }

  private int columns(int columnTask) {
    return Math.min(columnsPerTask, tileColumns - columnTask * columnsPerTask);
  }

  private ConvGeometry geometry(int tiles) {
    int lanes = x.lanes();
    int[] inputs = new int[x.channels()];
    Arrays.setAll(inputs, c -> c / lanes * tiles * lanes + c % lanes);
    return new ConvGeometry(inputs, lanes, 0, 0, tiles * lanes, x.channels() * lanes, Clip.NONE);
  }

  @Override
  public int tasks() {
    return y.batch() * rowTasks * columnTasks * blockTasks;
  }

  @Override
  public long operationsPerTask() {
    return 2L
        * form.products()
        * rowsPerTask
        * columnsPerTask
        * x.channels()
        * blocksPerTask
        * y.lanes();
  }

  @Override
  public void run(int begin, int end) {
    float[] memory = scratch.take();
    for (int task = begin; task < end; task++) {
      int part = task % blockTasks;
      int patch = task / blockTasks;
      int column = patch % columnTasks;
      int row = patch / columnTasks % rowTasks;
      patch(memory, patch / (columnTasks * rowTasks), row, column, part * blocksPerTask);
    }
    scratch.give(memory);
  }

  private void patch(float[] memory, int image, int rowTask, int columnTask, int block) {
    int rows = rows(rowTask);
    int columns = columns(columnTask);
    int tiles = rows * columns;
    int row = rowTask * rowsPerTask;
    int column = columnTask * columnsPerTask;
    int blocks = Math.min(blocksPerTask, y.blocks() - block);
    for (int b = 0; b < x.blocks(); b++) {
      for (int r = 0; r < rows; r++) {
        int at = inputOffset + (b * tiles + r * columns) * x.lanes();
        readRow(memory, image, b, row + r, column, columns, at, x.blocks() * tiles * x.lanes());
      }
    }
    multiply(memory, tiles, block, blocks);
    for (int b = 0; b < blocks; b++) {
      for (int r = 0; r < rows; r++) {
        int at = (b * tiles + r * columns) * y.lanes();
        writeRow(
            memory, image, block + b, row + r, column, columns, at, blocks * tiles * y.lanes());
      }
    }
  }

  /// Transforms the inputs of a row of tiles of a block.
  private void readRow(
      float[] memory, int image, int block, int row, int column, int columns, int at, int step) {
    int size = form.inputs();
    int first = row * form.outputs() - top;
    boolean inside = first + size <= endRow;
    int reach = endColumn + left - size;
    int last = Math.floorDiv(reach, form.outputs());
    int whole = inside ? Math.clamp(last + 1 - column, 0, columns) : 0;
    int pixel = x.row(image, block, 0, 0) + first * x.rowStride();
    if (whole > 0) {
      int from = pixel + (column * form.outputs() - left) * x.lanes();
      transformInputs(x.array(), from, x.rowStride(), memory, at, step, whole);
    }
    for (int c = whole; c < columns; c++) {
      copyEdge(memory, pixel, first, (column + c) * form.outputs() - left);
      int to = at + c * x.lanes();
      transformInputs(memory, edgeOffset, size * x.lanes(), memory, to, step, 1);
    }
  }

  /// Transforms the columns of a row of tiles, which overlap, and then each tile's rows.
  private void transformInputs(
      float[] from, int offset, int rowStride, float[] memory, int at, int step, int tiles) {
    int lanes = x.lanes();
    int size = form.inputs();
    int columns = tiles * form.outputs() + size - form.outputs();
    microkernels.winogradInput(
        form,
        from,
        offset,
        rowStride,
        lanes,
        memory,
        betweenOffset,
        columns * lanes,
        lanes,
        columns);
    for (int row = 0; row < size; row++) {
      microkernels.winogradInput(
          form,
          memory,
          betweenOffset + row * columns * lanes,
          lanes,
          form.outputs() * lanes,
          memory,
          at + row * size * step,
          step,
          lanes,
          tiles);
    }
  }

  /// Transforms the columns of each tile's sums, and then its rows, into rows of outputs.
  private void transformSums(
      float[] memory,
      int at,
      int step,
      int block,
      float[] to,
      int offset,
      int rowStride,
      int tiles) {
    int lanes = y.lanes();
    int size = form.inputs();
    int tile = size * lanes;
    for (int column = 0; column < size; column++) {
      microkernels.winogradOutput(
          form,
          memory,
          at + column * step,
          size * step,
          lanes,
          zeros,
          0,
          memory,
          betweenOffset + column * lanes,
          tiles * tile,
          tile,
          tiles);
    }
    for (int row = 0; row < form.outputs(); row++) {
      microkernels.winogradOutput(
          form,
          memory,
          betweenOffset + row * tiles * tile,
          lanes,
          tile,
          bias,
          biasOffset + block * lanes,
          to,
          offset + row * rowStride,
          lanes,
          form.outputs() * lanes,
          tiles);
    }
  }

  /// The inputs of a tile that reaches past what its outputs need, zeros there.
  private void copyEdge(float[] memory, int pixel, int row, int column) {
    int size = form.inputs();
    int lanes = x.lanes();
    int rows = Math.min(size, endRow - row);
    int columns = Math.min(size, endColumn - column);
    for (int r = 0; r < rows; r++) {
      int to = edgeOffset + r * size * lanes;
      System.arraycopy(
          x.array(), pixel + r * x.rowStride() + column * lanes, memory, to, columns * lanes);
      Arrays.fill(memory, to + columns * lanes, to + size * lanes, 0);
    }
    Arrays.fill(memory, edgeOffset + rows * size * lanes, edgeOffset + size * size * lanes, 0);
  }

  private void multiply(float[] memory, int tiles, int block, int blocks) {
    ConvGeometry geometry = geometries[tiles];
    int slice = geometry.weightBlockStep();
    int inputs = x.blocks() * tiles * x.lanes();
    int sums = blocks * tiles * y.lanes();
    for (int product = 0; product < form.products(); product++) {
      for (int b = 0; b < blocks; b += 2) {
        microkernels.convolve(
            geometry,
            memory,
            inputOffset + product * inputs,
            weights,
            weightsOffset + (product * y.blocks() + block + b) * slice,
            zeros,
            0,
            memory,
            product * sums + b * tiles * y.lanes(),
            1,
            tiles,
            Math.min(2, blocks - b));
      }
    }
  }

  /// Transforms the sums of a row of tiles of a block back, and finishes the rows of outputs.
  private void writeRow(
      float[] memory, int image, int block, int row, int column, int columns, int at, int step) {
    int size = form.outputs();
    int first = row * size;
    int rows = Math.min(size, y.height() - first);
    int whole = rows == size ? Math.min(columns, y.width() / size - column) : 0;
    int to = y.row(image, block, 0, first) + column * size * y.lanes();
    if (whole > 0) {
      transformSums(memory, at, step, block, y.array(), to, y.rowStride(), whole);
    }
    for (int c = whole; c < columns; c++) {
      int from = at + c * y.lanes();
      transformSums(memory, from, step, block, memory, edgeOffset, size * y.lanes(), 1);
      int kept = Math.min(size, y.width() - (column + c) * size) * y.lanes();
      for (int r = 0; r < rows; r++) {
        System.arraycopy(
            memory,
            edgeOffset + r * size * y.lanes(),
            y.array(),
            to + c * size * y.lanes() + r * y.rowStride(),
            kept);
      }
    }
    int pixels = Math.min(columns * size, y.width() - column * size);
    for (int r = 0; r < rows; r++) {
      finish(image, block, first + r, column * size, pixels);
    }
  }

  private void finish(int image, int block, int row, int column, int pixels) {
    int from = residual == null ? 0 : residual.row(image, block, 0, row) + column * y.lanes();
    epilogue.apply(
        residual, from, block, y.array(), y.row(image, block, 0, row) + column * y.lanes(), pixels);
  }
}
