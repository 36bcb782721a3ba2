package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;

/// Conversion of the element type on plain tensors, where `x` may broadcast to `y`.
///
/// Floating point to integer drops the fraction and takes the nearest end of the range outside it
/// (NaN gives 0); integer to integer keeps the low bits; anything to a boolean is whether it is not
/// 0; to a narrower floating-point type it rounds to nearest even. Strings are [texts of
/// numbers][NumberTexts].
public final class CastKernel implements Kernel {
  private final ElementType from;
  private final Object x;
  private final ElementType to;
  private final Object y;
  private final Spans spans;

  /// @throws IllegalArgumentException if one of the types is STRING and the other no number
  public CastKernel(ElementType from, Strided x, ElementType to, Strided y) {
    boolean text = from == ElementType.STRING || to == ElementType.STRING;
    if (text && !isNumber(from) && !isNumber(to)) {
      throw new IllegalArgumentException("no conversion from " + from + " to " + to);
    }
    this.from = from;
    this.x = x.array();
    this.to = to;
    this.y = y.array();
    this.spans = Spans.of(y.shape(), x, y);
  }

  private static boolean isNumber(ElementType type) {
    return type.isFloating() || type.isInteger();
  }

  @Override
  public int tasks() {
    return spans.tasks();
  }

  @Override
  public long operationsPerTask() {
    return 4 * spans.elementsPerTask();
  }

  @Override
  public void run(int begin, int end) {
    int last = spans.endUnit(end);
    for (int unit = spans.firstUnit(begin); unit < last; unit++) {
      int in = spans.offset(0, unit);
      int out = spans.offset(1, unit);
      for (int i = spans.count(unit) - 1; i >= 0; i--) {
        convert(in + i * spans.step(0), out + i * spans.step(1));
      }
    }
  }

  private void convert(int in, int out) {
    if (to == ElementType.STRING) {
      ((String[]) y)[out] = NumberTexts.text(from, x, in);
      return;
    }
    if (from == ElementType.STRING) {
      NumberTexts.parse(((String[]) x)[in], to, y, out);
      return;
    }
    if (!from.isFloating()) {
      long value = Elements.integer(from, x, in);
      if (!to.isFloating()) {
        Elements.setInteger(to, y, out, value);
      } else {
        fromInteger(value, out);
      }
      return;
    }
    double value = Elements.floating(from, x, in);
    switch (to) {
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> Elements.setFloating(to, y, out, value);
      case BOOL -> Elements.setInteger(to, y, out, value != 0 ? 1 : 0);
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, STRING ->
          Elements.setInteger(to, y, out, IntegerFunctions.integerOf(to, value));
    }
  }

  /// A 64-bit integer reaches float32 in one rounding, not by way of double.
  private void fromInteger(long value, int out) {
    boolean large = from == ElementType.UINT64 && value < 0;
    if (large) {
      // Half the value with its last bit kept sticky rounds as the whole would.
      long half = value >>> 1 | value & 1;
      if (to == ElementType.FLOAT64) {
        Elements.setFloating(to, y, out, 2.0 * half);
      } else {
        Elements.setFloating(to, y, out, 2.0 * (float) half);
      }
    } else if (to == ElementType.FLOAT64) {
      Elements.setFloating(to, y, out, value);
    } else {
      Elements.setFloating(to, y, out, (float) value);
    }
  }
}
