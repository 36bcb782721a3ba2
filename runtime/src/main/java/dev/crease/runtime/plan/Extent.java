package dev.crease.runtime.plan;

import java.util.List;
import java.util.stream.IntStream;

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

  /// The common dimension of two that are broadcast: they are equal, or one of them is 1.
  record Broadcast(Extent left, Extent right) implements Extent {}

  /// The indexes of all symbols in this expression.
  default IntStream symbols() {
    return switch (this) {
      case Fixed _ -> IntStream.empty();
      case Symbol(int index) -> IntStream.of(index);
      case Sum(var a, var b) -> symbols(a, b);
      case Product(var a, var b) -> symbols(a, b);
      case FloorDiv(var a, var b) -> symbols(a, b);
      case CeilDiv(var a, var b) -> symbols(a, b);
      case Min(var a, var b) -> symbols(a, b);
      case Max(var a, var b) -> symbols(a, b);
      case Broadcast(var a, var b) -> symbols(a, b);
    };
  }

  private static IntStream symbols(Extent left, Extent right) {
    return IntStream.concat(left.symbols(), right.symbols());
  }

  /// The 64 bits of each number.
  static List<Extent> bits(List<Double> numbers) {
    return numbers.stream().map(number -> of(Double.doubleToRawLongBits(number))).toList();
  }

  static Extent of(long value) {
    return new Fixed(value);
  }

  /// The value when symbol `i` is `symbols[i]`.
  ///
  /// @throws ArithmeticException on overflow, division by zero, and dimensions that do not
  ///   broadcast
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
      case Broadcast(var a, var b) -> broadcast(a.evaluate(symbols), b.evaluate(symbols));
    };
  }

  private static long broadcast(long a, long b) {
    if (a != b && a != 1 && b != 1) {
      throw new ArithmeticException("dimensions " + a + " and " + b + " do not broadcast");
    }
    return a == 1 ? b : a;
  }
}
