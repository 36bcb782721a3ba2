package dev.crease.runtime.kernel;

/// Direct convolution in tiles of several output pixels by one or two output blocks. A tile's sums
/// stay in registers from the first product to the clip that often follows; a step broadcasts one
/// input element per pixel and multiplies it with the weights of `L` output channels.
///
/// A patch is cut into runs of seven neighbouring pixels, two runs to a tile: 28 sums, 2 weights
/// and a broadcast fill the 32 registers of AVX-512 and NEON, and the two runs may be in different
/// rows, so pictures 7, 14, 28, 56 wide are covered without a rest. Eight lanes are AVX2 with its
/// 16 registers, where a tile of two output blocks is one run of six pixels. A rest of five or six
/// pixels is a run that overlaps its neighbour: pixels computed twice get the same bits. What then
/// is left of all rows is covered by runs of four and by tiles of any four pixels.
///
/// One method a tile, one loop a method, and indices that differ by constants: that is what the
/// compiler's limits on inlining and its elimination of range checks ask for. A loop over taps
/// around one over channels is slower by half as soon as one layer of the process has fewer
/// channels than lanes, for the inner loop then has no constant length in any layer. A method of
/// ours that takes or gives a vector is not inlined into one so long, and then each vector is
/// boxed. So tiles that differ in a distance or in the blocks they compute are written out, each.
final class ConvTiles {
  private final VectorLanes lanes;
  private final ConvTilesOfOneBlock one;
  private final ConvTilesOfTwoBlocks two;
  private final ConvTilesOfStride2 stride2;
  private final ConvTilesOfPlanes planes;
  private final boolean fewRegisters;

  ConvTiles(VectorLanes lanes) {
    this.lanes = lanes;
    one = new ConvTilesOfOneBlock(lanes);
    two = new ConvTilesOfTwoBlocks(lanes);
    stride2 = new ConvTilesOfStride2(lanes);
    planes = new ConvTilesOfPlanes(lanes);
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
    int runs = columns / run + (columns % run > fewest(blocks) && columns > run ? 1 : 0);
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
    int done = Math.min(columns, runs * run);
    if (blocks == 2 && run == 7 && isDense(geometry) && columns - done >= 4) {
      fours(geometry, x, xOffset, weights, weightOffset, bias, biasOffset, y, yOffset, rows, done);
      done += 4;
    }
    rest(
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
        done,
        columns,
        blocks,
        begin,
        end);
  }

  /// Pixels of a run.
  private int run(int blocks) {
    return fewRegisters && blocks == 2 ? 6 : 7;
  }

  /// From so many pixels on, a run that overlaps another is no slower than fours.
  private static int fewest(int blocks) {
    return blocks == 2 ? 4 : 3;
  }

  private boolean isDense(ConvGeometry geometry) {
    return geometry.xPixelStep() == lanes.species().length();
  }

  /// Whether there are tiles of two runs.
  private boolean inPairs(int step, int blocks) {
    int l = lanes.species().length();
    return run(blocks) == 7 && (step == l || step == 2 * l || step == 1 || step == 2);
  }

  /// The runs of all rows, in pairs where there are such tiles.
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
    boolean pairs = end - begin == l && inPairs(step, blocks);
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
        pair(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, xb, yb, blocks);
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

  private void pair(
      ConvGeometry geometry,
      float[] x,
      float[] weights,
      int weightOffset,
      float[] bias,
      int biasOffset,
      float[] y,
      int xa,
      int ya,
      int xb,
      int yb,
      int blocks) {
    int step = geometry.xPixelStep();
    boolean both = blocks == 2;
    if (isDense(geometry)) {
      if (both) {
        two.tile14(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, xb, yb);
      } else {
        one.tile14(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, xb, yb);
      }
    } else if (step == 1) {
      if (both) {
        planes.twoBlocks(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, xb, yb);
      } else {
        planes.oneBlock(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, xb, yb);
      }
    } else if (step == 2) {
      if (both) {
        planes.twoBlocksStride2(
            geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, xb, yb);
      } else {
        planes.oneBlockStride2(
            geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, xb, yb);
      }
    } else if (both) {
      stride2.twoBlocks(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, xb, yb);
    } else {
      stride2.oneBlock(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, xb, yb);
    }
  }

  /// The first column of a run; the last one is moved back to end with the row.
  private static int column(int run, int length, int columns) {
    return Math.min(run * length, columns - length);
  }

  /// Four columns of each row, two rows at a time; an odd last row twice.
  private void fours(
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
      int column) {
    int l = lanes.species().length();
    int xFirst = xOffset + column * l;
    int yFirst = yOffset + column * l;
    for (int row = 0; row < rows; row += 2) {
      int next = Math.min(row + 1, rows - 1);
      int xa = xFirst + row * geometry.xRowStep();
      int ya = yFirst + row * geometry.yRowStep();
      int xb = xFirst + next * geometry.xRowStep();
      int yb = yFirst + next * geometry.yRowStep();
      two.tile8(geometry, x, weights, weightOffset, bias, biasOffset, y, xa, ya, xb, yb);
    }
  }

  /// The columns of all rows from `firstColumn` on, four pixels at a time; the last pixel stands in
  /// for those that are missing of the last four.
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
      int rows,
      int firstColumn,
      int columns,
      int blocks,
      int begin,
      int end) {
    int inRow = columns - firstColumn;
    int last = rows * inRow - 1;
    int l = lanes.species().length();
    int xStep = geometry.xPixelStep();
    int xRowStep = geometry.xRowStep();
    int yRowStep = geometry.yRowStep();
    int xFirst = xOffset + firstColumn * xStep;
    int yFirst = yOffset + firstColumn * l;
    for (int a = 0; a <= last; a += 4) {
      int b = Math.min(a + 1, last);
      int c = Math.min(a + 2, last);
      int d = Math.min(a + 3, last);
      int xa = xFirst + a / inRow * xRowStep + a % inRow * xStep;
      int xb = xFirst + b / inRow * xRowStep + b % inRow * xStep;
      int xc = xFirst + c / inRow * xRowStep + c % inRow * xStep;
      int xd = xFirst + d / inRow * xRowStep + d % inRow * xStep;
      int ya = yFirst + a / inRow * yRowStep + a % inRow * l;
      int yb = yFirst + b / inRow * yRowStep + b % inRow * l;
      int yc = yFirst + c / inRow * yRowStep + c % inRow * l;
      int yd = yFirst + d / inRow * yRowStep + d % inRow * l;
      if (blocks == 2) {
        two.tile4(
            geometry,
            x,
            weights,
            weightOffset,
            bias,
            biasOffset,
            y,
            xa,
            xb,
            xc,
            xd,
            ya,
            yb,
            yc,
            yd);
      } else {
        one.tile4(
            geometry,
            x,
            weights,
            weightOffset,
            bias,
            biasOffset,
            y,
            xa,
            xb,
            xc,
            xd,
            ya,
            yb,
            yc,
            yd,
            begin,
            end);
      }
    }
  }
}
