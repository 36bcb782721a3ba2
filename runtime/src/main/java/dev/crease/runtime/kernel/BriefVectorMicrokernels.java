package dev.crease.runtime.kernel;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/// The vector loops, briefly.
///
/// The virtual machine compiles a method with its first compiler after 200 calls, and with its
/// second, which alone makes vector code of it, after 600 calls that went 15,000 times round loops
/// in all. Long sums would take a hundred times as many rounds until there are as many calls, each
/// slower than a plain loop; so the first calls have sums of one product, the later ones just as
/// many as it takes.
final class BriefVectorMicrokernels extends VectorMicrokernels implements BriefMicrokernels {
  private static final int FIRST_CALLS = 200;
  private static final int DEPTH = 24;

  /// Calls with a geometry, and what it is shortened to.
  private static final class Brief {
    private final ConvGeometry one;
    private final ConvGeometry few;
    private int calls;

    Brief(ConvGeometry whole) {
      one = shortened(whole, 1);
      few = shortened(whole, DEPTH);
    }

    private static ConvGeometry shortened(ConvGeometry whole, int depth) {
      int[] inputs = Arrays.copyOf(whole.inputs(), Math.min(depth, whole.inputs().length));
      return new ConvGeometry(
          inputs,
          whole.xPixelStep(),
          whole.xRowStep(),
          whole.yRowStep(),
          whole.yBlockStep(),
          whole.weightBlockStep());
    }

    ConvGeometry next() {
      return calls++ < FIRST_CALLS ? one : few;
    }
  }

  private final Map<ConvGeometry, Brief> geometries = new IdentityHashMap<>();
  private int matrixCalls;
  private long products;

  BriefVectorMicrokernels(int lanes) {
    super(lanes);
  }

  @Override
  public long products() {
    return products;
  }

  private ConvGeometry brief(ConvGeometry whole) {
    return geometries.computeIfAbsent(whole, Brief::new).next();
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
    ConvGeometry brief = brief(geometry);
    products += (long) rows * columns * blocks * brief.inputs().length;
    super.convolve(
        brief,
        x,
        xOffset,
        weights,
        weightOffset,
        bias,
        biasOffset,
        y,
        yOffset,
        rows,
        columns,
        blocks);
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
    ConvGeometry brief = brief(geometry);
    products += (long) rows * columns * brief.inputs().length;
    super.convolveLanes(
        brief,
        x,
        xOffset,
        weights,
        weightOffset,
        bias,
        biasOffset,
        y,
        yOffset,
        rows,
        columns,
        begin,
        end);
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
    int brief = Math.min(depth, matrixCalls++ < FIRST_CALLS ? 1 : DEPTH);
    products += (long) rows * Math.ceilDiv(columns, lanes()) * brief;
    super.gemm(a, aOffset, aStride, b, bOffset, y, yOffset, yStride, rows, columns, brief);
  }
}
