package dev.crease.runtime.plan;

/// An integer expression over the symbols of a plan: a dimension, a slice's start, a shape's
/// element.
public sealed interface Extent {
  record Fixed(long value) implements Extent {}

  /// The symbol at `index` in [Program#symbols].
  record Symbol(int index) implements Extent {}

  record Sum(Extent left, Extent right) implements Extent {}

  record Product(Extent left, Extent right) implements Extent {}

  /// Division rounded towards negative infinity.
  record FloorDiv(Extent dividend, Extent divisor) implements Extent {}

  /// Division rounded towards positive infinity.
  record CeilDiv(Extent dividend, Extent divisor) implements Extent {}

  record Min(Extent left, Extent right) implements Extent {}

  record Max(Extent left, Extent right) implements Extent {}

  static Extent of(long value) {
    return new Fixed(value);
  }

  /// The value when symbol `i` is `symbols[i]`.
  ///
  /// @throws ArithmeticException on overflow or division by zero
  default long evaluate(long[] symbols) {
    return switch (this) {
      case Fixed(long value) -> value;
      case Symbol(int index) -> symbols[index];
      case Sum(var a, var b) -> Math.addExact(a.evaluate(symbols), b.evaluate(symbols));
      case Product(var a, var b) -> Math.multiplyExact(a.evaluate(symbols), b.evaluate(symbols));
      case FloorDiv(var a, var b) -> Math.floorDiv(a.evaluate(symbols), b.evaluate(symbols));
      case CeilDiv(var a, var b) -> Math.ceilDiv(a.evaluate(symbols), b.evaluate(symbols));
      case Min(var a, var b) -> Math.min(a.evaluate(symbols), b.evaluate(symbols));
      case Max(var a, var b) -> Math.max(a.evaluate(symbols), b.evaluate(symbols));
    };
  }
}
