package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.kernel.Arguments.Tensor;

/// `y` is where along an axis the largest or smallest element of `x` stands, the first or the last
/// of equal ones. What is no number counts as both the largest and the smallest.
final class ArgExtremeKernel extends LineKernel {
  private final Tensor x;
  private final Tensor y;
  private final Lines lines;
  private final boolean largest;
  private final boolean last;

  /// Operands `x`; results `y` of int64, with or without the axis; integers: the axis, whether the
  /// last of equal elements counts.
  ArgExtremeKernel(Arguments arguments, boolean largest) {
    super(Lines.of(arguments.x(0), arguments.axis(0, arguments.x(0))));
    x = arguments.x(0);
    y = arguments.y(0);
    lines = Lines.of(x, arguments.axis(0, x));
    this.largest = largest;
    last = arguments.flag(1);
    boolean fits = y.type() == ElementType.INT64 && y.elements() == lines.count();
    Arguments.require(fits, "places in %s are not %s".formatted(x, y));
  }

  @Override
  void line(int line) {
    y.setInteger(line, place(x, lines, line, largest, last));
  }

  /// Where the extreme element of a line stands.
  static int place(Tensor x, Lines lines, int line, boolean largest, boolean last) {
    int start = lines.start(line);
    int place = 0;
    long best = Long.MIN_VALUE;
    for (int i = 0; i < lines.length(); i++) {
      int element = start + i * lines.step();
      long key = SortKeys.of(x, element);
      if (!largest && SortKeys.isNumber(x, element)) {
        key = ~key;
      }
      if (key > best || last && key == best) {
        best = key;
        place = i;
      }
    }
    return place;
  }
}
