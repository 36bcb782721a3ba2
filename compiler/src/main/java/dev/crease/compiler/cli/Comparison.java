package dev.crease.compiler.cli;

import dev.crease.compiler.ir.Elements;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Sequence;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// How a tensor differs from the one that was expected.
///
/// Floating-point tensors agree if no element is further off than [#bound]; everything else must be
/// equal. NaN agrees with NaN, and an infinity with itself.
///
/// @param difference the largest absolute difference; infinite where one side is not finite
/// @param bound the largest that is accepted
/// @param problem what is wrong, if it is not the size of a difference: type, shape, an element
/// @param undefined how many elements are not numbers on either side
record Comparison(double difference, double bound, Optional<String> problem, int undefined) {
  /// Relative to the largest expected magnitude: 2e-5 |y| + 1e-6, and no finer than the type.
  private static final double RELATIVE = 2e-5;

  private static final double ABSOLUTE = 1e-6;
  private static final double FLOAT16_STEP = 0x1p-10;
  private static final double BFLOAT16_STEP = 0x1p-7;

  private static final Comparison EQUAL = new Comparison(0, 0, Optional.empty(), 0);

  boolean agrees() {
    return problem.isEmpty() && difference <= bound;
  }

  /// `OK`, or `WRONG` as no bound allows it.
  String verdict() {
    return agrees() ? "OK" : "WRONG";
  }

  /// Of sequences tensor by tensor; the one that is furthest off counts.
  static Comparison of(Value expected, Value actual) {
    if (expected instanceof Tensor x && actual instanceof Tensor y) {
      return of(x, y);
    }
    if (expected instanceof Sequence x
        && actual instanceof Sequence y
        && x.tensors().size() == y.tensors().size()) {
      return of(x.tensors(), y.tensors());
    }
    return expected.equals(actual) ? EQUAL : wrong("expected " + expected + ", got " + actual);
  }

  private static Comparison of(List<Tensor> expected, List<Tensor> actual) {
    Comparison worst = EQUAL;
    for (int i = 0; i < expected.size(); i++) {
      Comparison next = of(expected.get(i), actual.get(i));
      if (!next.agrees()) {
        return next;
      }
      worst = next.difference() > worst.difference() ? next : worst;
    }
    return worst;
  }

  static Comparison of(Tensor expected, Tensor actual) {
    if (actual.type() != expected.type() || !Arrays.equals(actual.shape(), expected.shape())) {
      return wrong("expected " + expected + ", got " + actual);
    }
    if (expected.type() == ElementType.STRING || !expected.type().isFloating()) {
      return exact(expected, actual);
    }
    return of(
        expected.type(),
        Elements.toDoubles(expected.type(), expected.array()),
        Elements.toDoubles(actual.type(), actual.array()));
  }

  /// Compares floating-point elements, held as doubles on both sides.
  static Comparison of(ElementType type, double[] expected, double[] actual) {
    return of(type, expected, actual, 0);
  }

  /// As [#of(ElementType, double[], double[])], with a bound that is `more` larger.
  static Comparison of(ElementType type, double[] expected, double[] actual, double more) {
    double magnitude = 0;
    double difference = 0;
    int undefined = 0;
    for (int i = 0; i < expected.length; i++) {
      double y = expected[i];
      if (Double.isFinite(y)) {
        magnitude = Math.max(magnitude, Math.abs(y));
      }
      undefined += Double.isNaN(y) && Double.isNaN(actual[i]) ? 1 : 0;
      boolean same = Double.compare(y, actual[i]) == 0 || y == actual[i];
      if (!same) {
        double distance = Math.abs(y - actual[i]);
        difference =
            Math.max(difference, Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance);
      }
    }
    double relative =
        switch (type) {
          case FLOAT16 -> FLOAT16_STEP;
          case BFLOAT16 -> BFLOAT16_STEP;
          default -> RELATIVE;
        };
    double bound = relative * magnitude + ABSOLUTE + more;
    return new Comparison(difference, bound, Optional.empty(), undefined);
  }

  private static Comparison exact(Tensor expected, Tensor actual) {
    if (expected.equals(actual)) {
      return EQUAL;
    }
    if (expected.type() == ElementType.STRING) {
      int at = Arrays.mismatch(expected.strings(), actual.strings());
      return wrong(
          "element %d: expected \"%s\", got \"%s\""
              .formatted(at, expected.strings()[at], actual.strings()[at]));
    }
    long[] wanted = Elements.toLongs(expected.type(), expected.array());
    long[] given = Elements.toLongs(actual.type(), actual.array());
    int at = Arrays.mismatch(wanted, given);
    return wrong("element %d: expected %d, got %d".formatted(at, wanted[at], given[at]));
  }

  private static Comparison wrong(String problem) {
    return new Comparison(Double.POSITIVE_INFINITY, 0, Optional.of(problem), 0);
  }

  /// `max difference 3.1e-07, bound 2.1e-05`, and how many are no numbers; or what else is wrong.
  @Override
  public String toString() {
    String none =
        undefined == 0 ? "" : ", %s NaN on both sides".formatted(Quantity.of(undefined, "element"));
    return problem.orElseGet(
        () -> "max difference %.2e, bound %.2e%s".formatted(difference, bound, none));
  }
}
