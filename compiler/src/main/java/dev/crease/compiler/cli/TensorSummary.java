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
    double[] values = Elements.toDoubles(tensor.type(), tensor.array());
    for (int i = 0; i < shown; i++) {
      first.add(number(tensor.type(), values[i]));
    }
    return tensor + "  " + (values.length > 1 ? range(tensor.type(), values) + "  " : "") + first;
  }

  private static String range(ElementType type, double[] values) {
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
    String text =
        "min %s  max %s at %d  mean %.4g"
            .formatted(
                number(type, min), number(type, max), maxAt, sum / (values.length - undefined));
    return undefined == 0 ? text : text + "  NaN " + undefined + " times";
  }

  private static String number(ElementType type, double value) {
    return type.isFloating()
        ? String.format(Locale.ROOT, "%.6g", value)
        : String.valueOf((long) value);
  }
}
