package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;

/// `y` is 1 at the first of the largest elements of each line of `x` along an axis, and 0
/// elsewhere.
final class HardmaxKernel extends LineKernel {
  private final Tensor x;
  private final Tensor y;
  private final Lines lines;

  /// Operands `x`; results `y` of its shape; integers: the axis.
  HardmaxKernel(Arguments arguments) {
    super(Lines.of(arguments.x(0), arguments.axis(0, arguments.x(0))));
    x = arguments.x(0);
    y = arguments.y(0);
    lines = Lines.of(x, arguments.axis(0, x));
    boolean fits = x.type() == y.type() && Arrays.equals(x.shape(), y.shape());
    Arguments.require(fits, "%s is not of the shape of %s".formatted(y, x));
  }

  @Override
  void line(int line) {
    int place = ArgExtremeKernel.place(x, lines, line, true, false);
    int start = lines.start(line);
    for (int i = 0; i < lines.length(); i++) {
      y.setNumber(start + i * lines.step(), i == place ? 1 : 0);
    }
  }
}
