package dev.crease.runtime.kernel;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.kernel.Arguments.Tensor;

/// Each region of interest cut into equal cells; a cell is the mean, or the largest, of samples
/// that stand regularly in it and are interpolated linearly. The largest is that of the
/// interpolation's weighted terms, as the ONNX specification's reference has it.
///
/// A task is one region.
final class RoiAlignKernel implements Kernel {
  private final Tensor x;
  private final Tensor rois;
  private final Tensor batches;
  private final Tensor y;
  private final boolean largest;
  private final boolean halfPixel;
  private final long ratio;
  private final double scale;

  /// Operands `x` `(N, C, H, W)`, `rois` `(R, 4)` as left, top, right, bottom, `batches` `(R)`;
  /// results `y` `(R, C, h, w)`; integers: whether the largest sample is taken, whether regions are
  /// shifted by half a pixel, and samples along each axis of a cell, 0 for as many as it has
  /// pixels; numbers: what regions are scaled by.
  RoiAlignKernel(Arguments arguments) {
    x = arguments.x(0);
    rois = arguments.x(1);
    batches = arguments.x(2);
    y = arguments.y(0);
    largest = arguments.flag(0);
    halfPixel = arguments.flag(1);
    ratio = arguments.integer(2);
    scale = arguments.number(0);
    boolean fits =
        x.rank() == 4
            && y.rank() == 4
            && rois.rank() == 2
            && rois.shape()[1] == 4
            && x.type() == y.type()
            && Indices.areOf(batches.type())
            && batches.elements() == rois.shape()[0]
            && y.shape()[0] == rois.shape()[0]
            && y.shape()[1] == x.shape()[1];
    Arguments.require(fits, "regions %s of %s do not give %s".formatted(rois, x, y));
  }

  @Override
  public int tasks() {
    return y.shape()[0];
  }

  @Override
  public long operationsPerTask() {
    return 16L * y.product(1, 4) * Math.max(1, ratio * ratio);
  }

  @Override
  public void run(int begin, int end) {
    for (int roi = begin; roi < end; roi++) {
      long batch = batches.integer(roi);
      if (batch < 0 || batch >= x.shape()[0]) {
        throw new InvalidDataException(
            "region %d is of picture %d, there are %d".formatted(roi, batch, x.shape()[0]));
      }
      Span rows = span(roi, 1, y.shape()[2]);
      Span columns = span(roi, 0, y.shape()[3]);
      int channels = x.shape()[1];
      for (int c = 0; c < channels; c++) {
        int picture = ((int) batch * channels + c) * x.product(2, 4);
        int cells = (roi * channels + c) * y.product(2, 4);
        for (int cell = 0; cell < y.product(2, 4); cell++) {
          int h = cell / y.shape()[3];
          int w = cell % y.shape()[3];
          y.setNumber(cells + cell, cell(picture, rows, h, columns, w));
        }
      }
    }
  }

  /// One axis of a region: where its first cell begins, the size of a cell, and samples in it.
  private record Span(double start, double cell, int samples) {
    double at(int index, int sample) {
      return start + index * cell + (sample + 0.5) * cell / samples;
    }
  }

  private Span span(int roi, int axis, int cells) {
    double offset = halfPixel ? 0.5 : 0;
    double start = rois.number(roi * 4 + axis) * scale - offset;
    double size = rois.number(roi * 4 + axis + 2) * scale - offset - start;
    double cell = (halfPixel ? size : Math.max(size, 1)) / cells;
    return new Span(start, cell, ratio > 0 ? (int) ratio : (int) Math.ceil(cell));
  }

  private double cell(int picture, Span rows, int h, Span columns, int w) {
    double sum = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < rows.samples(); i++) {
      for (int j = 0; j < columns.samples(); j++) {
        double row = rows.at(h, i);
        double column = columns.at(w, j);
        int height = x.shape()[2];
        int width = x.shape()[3];
        if (row < -1 || row > height || column < -1 || column > width) {
          most = Math.max(most, 0);
          continue;
        }
        row = Math.clamp(row, 0.0, height - 1.0);
        column = Math.clamp(column, 0.0, width - 1.0);
        int top = (int) row;
        int left = (int) column;
        int down = top + 1 < height ? width : 0;
        int right = left + 1 < width ? 1 : 0;
        double y1 = row - top;
        double x1 = column - left;
        int at = picture + top * width + left;
        double a = (1 - y1) * (1 - x1) * x.number(at);
        double b = (1 - y1) * x1 * x.number(at + right);
        double c = y1 * (1 - x1) * x.number(at + down);
        double d = y1 * x1 * x.number(at + down + right);
        sum += a + b + c + d;
        most = Math.max(most, Math.max(Math.max(a, b), Math.max(c, d)));
      }
    }
    int count =
        rows.samples() > 0 && columns.samples() > 0 ? rows.samples() * columns.samples() : 0;
    if (count == 0) {
      return 0;
    }
    return largest ? most : sum / count;
  }
}
