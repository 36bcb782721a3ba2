package dev.crease.compiler.op.nn;

import dev.crease.compiler.op.nn.MatrixProduct.Matrix;
import java.util.Arrays;

/// The reference convolution of one to three dimensions: tiles of the picture's windows laid out as
/// columns, times the weights.
///
/// @param channels input channels of one group
/// @param maps output channels of one group
record Convolution(WindowGeometry window, int batch, int group, int channels, int maps) {
  private static final int TILE_POSITIONS = 256;
  private static final int TILE_ROWS = 128;

  /// Adds the convolution of `x` `(batch, group * channels, D, H, W)` with `weights` `(group *
  /// maps, channels, kernel...)` to `y`.
  void addTo(double[] y, double[] x, double[] weights) {
    int depth = channels * window.taps();
    int positions = window.outputs();
    double[] columns = new double[TILE_ROWS * TILE_POSITIONS];
    for (int task = 0; task < batch * group; task++) {
      int picture = task * channels * window.inputs();
      int firstMap = task % group * maps;
      for (int at = 0; at < positions; at += TILE_POSITIONS) {
        int count = Math.min(TILE_POSITIONS, positions - at);
        for (int row = 0; row < depth; row += TILE_ROWS) {
          int rows = Math.min(TILE_ROWS, depth - row);
          for (int i = 0; i < rows; i++) {
            fillRow(columns, i * TILE_POSITIONS, x, picture, row + i, at, count);
          }
          MatrixProduct.addTo(
              new Matrix(y, task * maps * positions + at, positions),
              new Matrix(weights, firstMap * depth + row, depth),
              new Matrix(columns, 0, TILE_POSITIONS),
              maps,
              rows,
              count);
        }
      }
    }
  }

  /// Writes what tap `row` (a channel and a place in the kernel) sees at output positions `first`
  /// to `first + count - 1`.
  private void fillRow(
      double[] columns, int to, double[] x, int picture, int row, int first, int count) {
    int taps = window.taps();
    int[] kernel = window.kernel();
    int tap = row % taps;
    int channel = picture + row / taps * window.inputs();
    int kd = tap / (kernel[1] * kernel[2]);
    int kh = tap / kernel[2] % kernel[1];
    int kw = tap % kernel[2];
    int width = window.output()[2];
    int height = window.output()[1];
    int at = first;
    while (at < first + count) {
      int column = at % width;
      int line = at / width;
      int length = Math.min(width - column, first + count - at);
      int d = window.source(0, line / height, kd);
      int h = window.source(1, line % height, kh);
      fillLine(columns, to + at - first, x, lineOf(channel, d, h), kw, column, length);
      at += length;
    }
  }

  /// Where the input line starts, -1 if it is in the padding.
  private int lineOf(int channel, int d, int h) {
    int[] input = window.input();
    boolean inside = d >= 0 && d < input[0] && h >= 0 && h < input[1];
    return inside ? channel + (d * input[1] + h) * input[2] : -1;
  }

  private void fillLine(
      double[] columns, int to, double[] x, int line, int kw, int column, int length) {
    if (line < 0) {
      Arrays.fill(columns, to, to + length, 0);
      return;
    }
    int stride = window.strides()[2];
    int start = window.source(2, column, kw);
    int low = start >= 0 ? 0 : Math.min(length, Math.ceilDiv(-start, stride));
    int room = window.input()[2] - start;
    int high = room <= 0 ? 0 : Math.min(length, Math.ceilDiv(room, stride));
    high = Math.max(low, high);
    Arrays.fill(columns, to, to + low, 0);
    if (stride == 1 && low < high) {
      System.arraycopy(x, line + start + low, columns, to + low, high - low);
    } else {
      for (int i = low; i < high; i++) {
        columns[to + i] = x[line + start + i * stride];
      }
    }
    Arrays.fill(columns, to + high, to + length, 0);
  }
}
