package dev.crease.compiler.pass.fold;

import dev.crease.runtime.ElementType;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/// What a floating-point element type can store.
///
/// @param overflow the smallest magnitude that rounds to infinity
/// @param subnormal magnitudes below this, 0 apart, lose precision; 0 where that is accepted
record StoredRange(ElementType element, double overflow, double subnormal) {
  /// @throws IllegalArgumentException if the type is not a floating-point one
  static StoredRange of(ElementType element) {
    return switch (element) {
      // Half a unit in the last place above the largest number; ties go to the even infinity.
      case FLOAT32 -> new StoredRange(element, 0x1.ffffffp127, 0);
      case FLOAT64 -> new StoredRange(element, Double.POSITIVE_INFINITY, 0);
      case FLOAT16 -> new StoredRange(element, 65520, 0x1p-14);
      case BFLOAT16 -> new StoredRange(element, 0x1.ffp127, 0);
      default -> throw new IllegalArgumentException(element + " is not a floating-point type");
    };
  }

  /// The smallest number that a type stores in full precision.
  static double leastNormal(ElementType element) {
    return switch (element) {
      case FLOAT32, BFLOAT16 -> Float.MIN_NORMAL;
      case FLOAT64 -> Double.MIN_NORMAL;
      case FLOAT16 -> 0x1p-14;
      default -> throw new IllegalArgumentException(element + " is not a floating-point type");
    };
  }

  /// Whether a number stays what it is about: an infinity, or one that does not become one.
  boolean holds(double value) {
    return Double.isInfinite(value) || Math.abs(value) < overflow;
  }

  /// What holds where there is no [#defect]: `... are in the range of f32`.
  String fact(String what) {
    return "%s are in the range of %s".formatted(what, element);
  }

  /// Why `after` cannot be stored in place of `before`, if it cannot.
  ///
  /// @param channelOf the channel of an element
  Optional<String> defect(
      String what,
      Supplier<double[]> before,
      Supplier<double[]> after,
      IntUnaryOperator channelOf) {
    double[] stored = after.get();
    double largest = 0;
    for (double value : stored) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest < overflow && subnormal == 0
        ? Optional.empty()
        : defect(what, before.get(), stored, channelOf);
  }

  private Optional<String> defect(
      String what, double[] before, double[] after, IntUnaryOperator channelOf) {
    for (int i = 0; i < after.length; i++) {
      double magnitude = Math.abs(after[i]);
      if (!(magnitude < overflow)) {
        return Optional.of(
            "%s would be %s in channel %d, beyond the range of %s"
                .formatted(what, after[i], channelOf.applyAsInt(i), element));
      }
      if (magnitude < subnormal && magnitude > 0 && Math.abs(before[i]) >= subnormal) {
        return Optional.of(
            "%s would be %s in channel %d, subnormal in %s"
                .formatted(what, after[i], channelOf.applyAsInt(i), element));
      }
    }
    return Optional.empty();
  }
}
