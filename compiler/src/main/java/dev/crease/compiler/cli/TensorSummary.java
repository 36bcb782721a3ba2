package dev.crease.compiler.cli;

import dev.crease.compiler.ir.Elements;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.Locale;
import java.util.StringJoiner;

/// A tensor in a line or two: type, shape, range, mean, and the first elements.
final class TensorSummary {
  private static final int SHOWN = 8;

  private TensorSummary() {}

  static String of(Tensor tensor) {
    StringJoiner first = new StringJoiner(", ", "[", tensor.elements() > SHOWN ? ", ...]" : "]");
    int shown = Math.min(SHOWN, tensor.elements());
    if (tensor.type() == ElementType.STRING) {
      for (int i = 0; i < shown; i++) {
        first.add('"' + tensor.strings()[i] + '"');
      }
      return tensor + "  " + first;
    }
    boolean floating = tensor.type().isFloating();
    String range = floating ? floats(tensor, shown, first) : integers(tensor, shown, first);
    return tensor + "  " + (tensor.elements() > 1 ? range + "  " : "") + first;
  }

  /// Adds the first elements and returns the range.
  private static String integers(Tensor tensor, int shown, StringJoiner first) {
    ElementType type = tensor.type();
    long[] values = Elements.toLongs(type, tensor.array());
    // Unsigned numbers compare as signed ones do once their highest bit is flipped.
    long flip = type == ElementType.UINT64 ? Long.MIN_VALUE : 0;
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    int maxAt = 0;
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      long value = values[i] ^ flip;
      min = Math.min(min, value);
      if (value > max || i == 0) {
        max = value;
        maxAt = i;
      }
      // Flipped numbers are 2^63 too small.
      sum += value - (double) flip;
    }
    for (int i = 0; i < shown; i++) {
      first.add(text(type, values[i]));
    }
    return range(text(type, min ^ flip), text(type, max ^ flip), maxAt, sum / values.length);
  }

  private static String text(ElementType type, long value) {
    return type == ElementType.UINT64 ? Long.toUnsignedString(value) : Long.toString(value);
  }

  /// Adds the first elements and returns the range.
  private static String floats(Tensor tensor, int shown, StringJoiner first) {
    double[] values = Elements.toDoubles(tensor.type(), tensor.array());
    for (int i = 0; i < shown; i++) {
      first.add(number(values[i]));
    }
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    int maxAt = 0;
    int undefined = 0;
    for (int i = 0; i < values.length; i++) {
      if (Double.isNaN(values[i])) {
        undefined++;
        continue;
      }
      min = Math.min(min, values[i]);
      sum += values[i];
      if (values[i] > max) {
        max = values[i];
        maxAt = i;
      }
    }
    if (undefined == values.length) {
      return "all NaN";
    }
    String text = range(number(min), number(max), maxAt, sum / (values.length - undefined));
    return undefined == 0 ? text : text + "  NaN " + undefined + " times";
  }

  private static String range(String min, String max, int maxAt, double mean) {
    return String.format(Locale.ROOT, "min %s  max %s at %d  mean %.4g", min, max, maxAt, mean);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }
}
