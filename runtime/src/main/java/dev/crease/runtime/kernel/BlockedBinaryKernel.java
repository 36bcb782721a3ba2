package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.BinaryFunction;
import java.util.List;

/// `y = functions(function(a, b))` on blocked tensors. Each dimension of an operand is `y`'s or 1,
/// which broadcasts; a per-channel vector is a tensor with one image and one pixel.
///
/// A task is one row of one block, or a whole block where rows follow each other.
public final class BlockedBinaryKernel extends RowKernel {
  private final Microkernels microkernels;
  private final BinaryFunction function;
  private final Blocked a;
  private final Blocked b;
  private final Blocked y;
  private final Epilogue epilogue;

  /// @throws IllegalArgumentException if an operand does not broadcast to `y`
  public BlockedBinaryKernel(
      Microkernels microkernels,
      BinaryFunction function,
      Blocked a,
      Blocked b,
      Blocked y,
      List<RowFunction> functions) {
    requireBroadcast(a, y);
    requireBroadcast(b, y);
    boolean joins = y.isTight() && joinsWith(a, y) && joinsWith(b, y);
    super(joins ? y.joined() : y);
    this.microkernels = microkernels;
    this.function = function;
    this.a = joins ? a.joined() : a;
    this.b = joins ? b.joined() : b;
    this.y = joins ? y.joined() : y;
    boolean movesZero =
        function == BinaryFunction.DIV
            || function == BinaryFunction.POW
            || a.channels() != y.channels()
            || b.channels() != y.channels();
    this.epilogue = new Epilogue(microkernels, functions, y.channels(), movesZero);
  }

  private static void requireBroadcast(Blocked x, Blocked y) {
    int[] from = {x.batch(), x.channels(), x.depth(), x.height(), x.width()};
    int[] to = {y.batch(), y.channels(), y.depth(), y.height(), y.width()};
    for (int i = 0; i < to.length; i++) {
      if (from[i] != to[i] && from[i] != 1) {
        throw new IllegalArgumentException(
            java.util.Arrays.toString(from)
                + " does not broadcast to "
                + java.util.Arrays.toString(to));
      }
    }
  }

  private static boolean joinsWith(Blocked x, Blocked y) {
    return x.isTight() && (x.pixels() == 1 || x.pixels() == y.pixels());
  }

  @Override
  public long operationsPerTask() {
    return (long) y.width() * y.lanes();
  }

  @Override
  void row(int image, int block, int plane, int row) {
    int left = rowOf(a, image, block, plane, row);
    int right = rowOf(b, image, block, plane, row);
    int out = y.row(image, block, plane, row);
    compute(left, right, out);
    epilogue.apply(null, 0, block, y.array(), out, y.width());
  }

  private static int rowOf(Blocked x, int image, int block, int plane, int row) {
    return x.row(
        x.batch() == 1 ? 0 : image,
        x.channels() == 1 ? 0 : block,
        x.depth() == 1 ? 0 : plane,
        x.height() == 1 ? 0 : row);
  }

  private void compute(int left, int right, int out) {
    boolean fullA = a.channels() == y.channels();
    boolean fullB = b.channels() == y.channels();
    if (!fullA || !fullB) {
      pixelByPixel(left, right, out);
    } else if (a.width() == y.width() && b.width() == y.width()) {
      microkernels.binary(
          function, a.array(), left, b.array(), right, y.array(), out, y.width() * y.lanes());
    } else if (a.width() == y.width()) {
      microkernels.binaryLanes(
          function, false, a.array(), left, b.array(), right, y.array(), out, y.width());
    } else if (b.width() == y.width()) {
      microkernels.binaryLanes(
          function, true, b.array(), right, a.array(), left, y.array(), out, y.width());
    } else {
      pixelByPixel(left, right, out);
    }
  }

  /// An operand of one channel spreads its lane 0 over all lanes.
  private void pixelByPixel(int left, int right, int out) {
    int lanes = y.lanes();
    for (int pixel = 0; pixel < y.width(); pixel++) {
      int p = left + (a.width() == 1 ? 0 : pixel * lanes);
      int q = right + (b.width() == 1 ? 0 : pixel * lanes);
      int to = out + pixel * lanes;
      if (a.channels() == y.channels() && b.channels() == y.channels()) {
        microkernels.binary(function, a.array(), p, b.array(), q, y.array(), to, lanes);
      } else if (a.channels() == y.channels()) {
        microkernels.binaryScalar(
            function, false, a.array(), p, b.array(), q, y.array(), to, lanes);
      } else {
        spreadLeft(p, q, to);
      }
    }
  }

  private void spreadLeft(int p, int q, int to) {
    if (b.channels() == y.channels()) {
      microkernels.binaryScalar(
          function, true, b.array(), q, a.array(), p, y.array(), to, y.lanes());
    } else {
      float value = ScalarFunctions.binary(function, a.array()[p], b.array()[q]);
      java.util.Arrays.fill(y.array(), to, to + y.lanes(), value);
    }
  }
}
