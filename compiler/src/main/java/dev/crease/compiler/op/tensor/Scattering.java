package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Elements;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.ScatterFunction;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongBinaryOperator;

/// The attribute `reduction` of the operators that scatter.
final class Scattering {
  private Scattering() {}

  /// @throws IllegalArgumentException if there is no such function
  static ScatterFunction function(String name) {
    return Arrays.stream(ScatterFunction.values())
        .filter(function -> name(function).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "reduction is `%s`, expected none, add, mul, max or min".formatted(name)));
  }

  static String name(ScatterFunction function) {
    return function == ScatterFunction.ASSIGN ? "none" : function.name().toLowerCase(Locale.ROOT);
  }

  /// What becomes of an element that an update meets; integers wrap around, and truth values are
  /// added by "or" and multiplied by "and".
  static double combined(ScatterFunction function, ElementType type, double before, double update) {
    return switch (function) {
      case ASSIGN -> update;
      case ADD -> added(type, before, update);
      case MUL ->
          type.isInteger() ? integer(type, before, update, (a, b) -> a * b) : before * update;
      case MAX -> Math.max(before, update);
      case MIN -> Math.min(before, update);
    };
  }

  private static double added(ElementType type, double before, double update) {
    if (type == ElementType.BOOL) {
      return Math.max(before, update);
    }
    return type.isInteger() ? integer(type, before, update, Long::sum) : before + update;
  }

  private static double integer(
      ElementType type, double before, double update, LongBinaryOperator formula) {
    return Elements.toDouble(
        type, formula.applyAsLong(Elements.toLong(type, before), Elements.toLong(type, update)));
  }
}
