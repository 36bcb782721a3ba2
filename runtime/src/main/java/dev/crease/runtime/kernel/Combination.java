package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.ScatterFunction;

/// What becomes of an element that an update meets.
final class Combination {
  private Combination() {}

  /// Puts `updates[in]`, or what `function` makes of both, in place of `y[out]`.
  static void combine(
      ScatterFunction function, ElementType type, Object updates, int in, Object y, int out) {
    BinaryFunction by =
        switch (function) {
          case ASSIGN -> null;
          case ADD -> BinaryFunction.ADD;
          case MUL -> BinaryFunction.MUL;
          case MAX -> BinaryFunction.MAX;
          case MIN -> BinaryFunction.MIN;
        };
    if (by == null) {
      System.arraycopy(updates, in, y, out, 1);
    } else if (type.isFloating()) {
      double a = Elements.floating(type, y, out);
      double b = Elements.floating(type, updates, in);
      Elements.setFloating(type, y, out, ScalarFunctions.binary(by, a, b));
    } else {
      long a = Elements.integer(type, y, out);
      long b = Elements.integer(type, updates, in);
      Elements.setInteger(type, y, out, IntegerFunctions.binary(by, type, a, b));
    }
  }
}
