package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Operands;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// Arithmetic on vectors of symbolic integers, with broadcasting of single elements.
final class SymbolicArithmetic {
  private SymbolicArithmetic() {}

  /// Folds the elements of all operands with `function`; empty if some elements are unknown or the
  /// function cannot say.
  static Optional<List<Dim>> fold(Operands operands, BiFunction<Dim, Dim, Optional<Dim>> function) {
    Optional<List<Dim>> result = operands.elements(0);
    for (int i = 1; i < operands.count() && result.isPresent(); i++) {
      Optional<List<Dim>> next = operands.elements(i);
      result = next.isPresent() ? combine(result.get(), next.get(), function) : Optional.empty();
    }
    return result;
  }

  private static Optional<List<Dim>> combine(
      List<Dim> a, List<Dim> b, BiFunction<Dim, Dim, Optional<Dim>> function) {
    int count = a.size() == 1 ? b.size() : a.size();
    List<Dim> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Optional<Dim> result =
          function.apply(a.get(a.size() == 1 ? 0 : i), b.get(b.size() == 1 ? 0 : i));
      if (result.isEmpty()) {
        return Optional.empty();
      }
      results.add(result.get());
    }
    return Optional.of(results);
  }

  /// Division that truncates, where that is known to be division that rounds down.
  static Optional<Dim> divide(Dim dividend, Dim divisor) {
    if (divisor.is(0)) {
      return Optional.empty();
    }
    if (dividend.isKnown() && divisor.isKnown()) {
      return Optional.of(Dim.of(dividend.known().getAsLong() / divisor.known().getAsLong()));
    }
    boolean rounds = dividend.isNonNegative() && divisor.isNonNegative();
    return rounds ? Optional.of(dividend.floorDiv(divisor)) : Optional.empty();
  }
}
