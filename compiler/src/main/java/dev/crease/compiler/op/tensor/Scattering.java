package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Elements;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.ScatterFunction;
import java.util.Arrays;
import java.util.Locale;

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

  /// What becomes of an element that an update meets; integers wrap around.
  static double combined(ScatterFunction function, ElementType type, double before, double update) {
    double value =
        switch (function) {
          case ASSIGN -> update;
          case ADD -> before + update;
          case MUL -> before * update;
          case MAX -> Math.max(before, update);
          case MIN -> Math.min(before, update);
        };
    return type.isInteger() ? Elements.toDouble(type, Elements.toLong(type, value)) : value;
  }
}
