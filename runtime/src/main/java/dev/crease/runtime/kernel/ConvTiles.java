package dev.crease.runtime.kernel;

/// Direct convolution in tiles of several output pixels by one or two output blocks. A tile's sums
/// stay in registers from the first product to the last; a step broadcasts one input element per
/// pixel and multiplies it with the weights of `L` output channels.
///
/// A patch is cut into runs of seven neighbouring pixels, two runs to a tile: 28 sums, 2 weights
/// and a broadcast fill the 32 registers of AVX-512 and NEON, and the two runs may be in different
/// rows, so pictures 7, 14, 28, 56 wide are covered without a rest. Eight lanes are AVX2 with its
/// 16 registers, where a tile of two output blocks is one run of six pixels. A rest of five or six
/// pixels is a run that overlaps its neighbour: pixels computed twice get the same bits.
///
/// One method a tile, one loop a method, and indices that differ by constants: that is what the
/// compiler's limits on inlining and its elimination of range checks ask for. A loop over taps
/// around one over channels is slower by half as soon as one layer of the process has fewer
/// channels than lanes, for the inner loop then has no constant length in any layer.
final class ConvTiles {
  private final VectorLanes lanes;
  private final ConvTilesOfOneBlock one;
  private final ConvTilesOfTwoBlocks two;
  private final boolean fewRegisters;

  ConvTiles(VectorLanes lanes) {
    this.lanes = lanes;
    one = new ConvTilesOfOneBlock(lanes);
    two = new ConvTilesOfTwoBlocks(lanes);
    fewRegisters = lanes.species().length() == 8;
  }

  /// See [Microkernels#convolve] and [Microkernels#convolveLanes]; lanes `begin` to `end` are
  /// written, all of them if there are two blocks.
  void patch(
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
      int blocks,
      int begin,
      int end) {
    int run = run(blocks);
    int rest = columns % run;
    int runs = columns / run + (rest > 4 && columns > run ? 1 : 0);
    runs(
        geometry,
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
        blocks,
        begin,
        end,
        runs);
    for (int row = 0; row < rows; row++) {
      rest(
          geometry,
          x,
          xOffset + row * geometry.xRowStep(),
          weights,
          weightOffset,
          bias,
          biasOffset,
          y,
          yOffset + row * geometry.yRowStep(),
          Math.min(columns, runs * run),
          columns,
          blocks,
          begin,
          end);
    }
  }

  /// Pixels of a run.
  private int run(int blocks) {
    return fewRegisters && blocks == 2 ? 6 : 7;
  }

  /// The runs of all rows, in pairs where the stride is 1.
  private void runs(
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
      int blocks,
      int begin,
      int end,
      int runs) {
    int length = run(blocks);
    int l = lanes.species().length();
    int step = geometry.xPixelStep();
    boolean pairs = end - begin == l && step == l && length == 7;
    int all = rows * runs;
    int xRow = xOffset;
    int yRow = yOffset;
    int inRow = 0;
    int done = 0;
    while (done < all) {
      int column = column(inRow, length, columns);
      int xa = xRow + column * step;
      int ya = yRow + column * l;
      if (++inRow == runs) {
        inRow = 0;
        xRow += geometry.xRowStep();
        yRow += geometry.yRowStep();
      }
      if (pairs && done + 1 < all) {
        column = column(inRow, length, columns);
        int xb = xRow + column * step;
        int yb = yRow + column * l;
        if (++inRow == runs) {
          inRow = 0;
          xRow += geometry.xRowStep();
          yRow += geometry.yRowStep();
        }
        if (blocks == 2) {
          two.tile14(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, xb, yb);
        } else {
          one.tile14(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, xb, yb);
        }
        done += 2;
      } else {
        if (length == 6) {
          two.tile6(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya);
        } else if (blocks == 2) {
          two.tile7(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya);
        } else {
          one.tile7(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, begin, end);
        }
        done++;
      }
    }
  }

  /// The first column of a run; the last one is moved back to end with the row.
  private static int column(int run, int length, int columns) {
    return Math.min(run * length, columns - length);
  }

  /// The columns of a row from `firstColumn`, fewer than a run.
  private void rest(
      ConvGeometry geometry,
      float[] x,
      int xOffset,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int yOffset,
      int firstColumn,
      int columns,
      int blocks,
      int begin,
      int end) {
    int l = lanes.species().length();
    int column = firstColumn;
    while (column < columns) {
      boolean four = columns - column > 1 && columns >= 4 && blocks == 2;
      int first = four ? Math.min(column, columns - 4) : column;
      int xa = xOffset + first * geometry.xPixelStep();
      int ya = yOffset + first * l;
      if (four) {
        two.tile4(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya);
      } else if (blocks == 2) {
        two.tile1(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya);
      } else {
        one.tile1(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, begin, end);
      }
      column = first + (four ? 4 : 1);
    }
  }
}
