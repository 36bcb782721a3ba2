package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// A convolution of two dimensions whose taps are shifted, each at each position, by offsets, read
/// by linear interpolation with zeros outside, and optionally scaled by a mask.
///
/// A task is one position of one picture, for all maps.
final class DeformConvKernel implements Kernel {
  private final Arguments arguments;
  private final Tensor x;
  private final Tensor w;
  private final Tensor offset;
  private final Tensor y;
  private final int groups;
  private final int offsetGroups;
  private final int taps;
  private final int[] strides;
  private final int[] dilations;
  private final int[] begins;

  /// Operands `x` `(N, C, H, W)`, `w` `(M, C / groups, kH, kW)`, `offset` `(N, offset groups kH kW
  /// 2, h, w)`, optionally `bias` `(M)` and `mask` `(N, offset groups kH kW, h, w)`; results `y`
  /// `(N, M, h, w)`; integers: groups, offset groups, two strides, two dilations, two pads before.
  DeformConvKernel(Arguments arguments) {
    this.arguments = arguments;
    x = arguments.x(0);
    w = arguments.x(1);
    offset = arguments.x(2);
    y = arguments.y(0);
    int[] counts = arguments.integers(0, 2);
    groups = counts[0];
    offsetGroups = counts[1];
    strides = arguments.integers(2, 2);
    dilations = arguments.integers(4, 2);
    begins = arguments.integers(6, 2);
    boolean fits =
        x.rank() == 4 && w.rank() == 4 && offset.rank() == 4 && y.rank() == 4 && groups > 0;
    Arguments.require(fits && offsetGroups > 0, "no convolution of %s by %s".formatted(x, w));
    taps = w.product(2, 4);
    fits =
        x.type() == y.type()
            && x.type() == w.type()
            && x.type() == offset.type()
            && w.shape()[0] % groups == 0
            && x.shape()[1] % offsetGroups == 0
            && x.shape()[1] == w.shape()[1] * groups
            && y.shape()[1] == w.shape()[0]
            && y.shape()[0] == x.shape()[0]
            && offset.elements() == x.shape()[0] * offsetGroups * taps * 2 * y.product(2, 4);
    if (fits && arguments.has(3)) {
      fits = arguments.x(3).elements() == w.shape()[0];
    }
    if (fits && arguments.has(4)) {
      fits = arguments.x(4).elements() * 2 == offset.elements();
    }
    Arguments.require(fits, "%s shifted by %s do not make %s of %s".formatted(w, offset, y, x));
  }

  @Override
  public int tasks() {
    return y.shape()[0] * y.product(2, 4);
  }

  @Override
  public long operationsPerTask() {
    return 4L * taps * x.shape()[1] * (4 + w.shape()[0] / groups);
  }

  @Override
  public void run(int begin, int end) {
    double[] column = new double[x.shape()[1] * taps];
    int positions = y.product(2, 4);
    int maps = w.shape()[0];
    int length = w.shape()[1] * taps;
    for (int task = begin; task < end; task++) {
      int batch = task / positions;
      int position = task % positions;
      fill(column, batch, position);
      for (int map = 0; map < maps; map++) {
        double sum = arguments.has(3) ? arguments.x(3).number(map) : 0;
        int from = map / (maps / groups) * length;
        for (int i = 0; i < length; i++) {
          sum += w.number(map * length + i) * column[from + i];
        }
        y.setNumber((batch * maps + map) * positions + position, sum);
      }
    }
  }

  /// What each tap of each channel reads at one position.
  private void fill(double[] column, int batch, int position) {
    int positions = y.product(2, 4);
    int width = w.shape()[3];
    int channels = x.shape()[1] / offsetGroups;
    for (int group = 0; group < offsetGroups; group++) {
      for (int tap = 0; tap < taps; tap++) {
        int place = (batch * offsetGroups + group) * taps + tap;
        int shift = place * 2 * positions + position;
        double row =
            position / y.shape()[3] * strides[0]
                - begins[0]
                + tap / width * dilations[0]
                + offset.number(shift);
        double at =
            position % y.shape()[3] * strides[1]
                - begins[1]
                + tap % width * dilations[1]
                + offset.number(shift + positions);
        double scale = arguments.has(4) ? arguments.x(4).number(place * positions + position) : 1;
        for (int c = group * channels; c < (group + 1) * channels; c++) {
          int picture = (batch * x.shape()[1] + c) * x.product(2, 4);
          column[c * taps + tap] = scale * interpolated(picture, row, at);
        }
      }
    }
  }

  private double interpolated(int picture, double row, double column) {
    if (!(row > -1 && row < x.shape()[2] && column > -1 && column < x.shape()[3])) {
      return 0;
    }
    int top = (int) Math.floor(row);
    int left = (int) Math.floor(column);
    double down = row - top;
    double right = column - left;
    return (1 - down)
            * ((1 - right) * pixel(picture, top, left) + right * pixel(picture, top, left + 1))
        + down
            * ((1 - right) * pixel(picture, top + 1, left)
                + right * pixel(picture, top + 1, left + 1));
  }

  private double pixel(int picture, int row, int column) {
    boolean inside = row >= 0 && row < x.shape()[2] && column >= 0 && column < x.shape()[3];
    return inside ? x.number(picture + row * x.shape()[3] + column) : 0;
  }
}
