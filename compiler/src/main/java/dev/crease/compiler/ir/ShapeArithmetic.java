package dev.crease.compiler.ir;

import java.util.List;
import java.util.Optional;

/// The facet of operators that compute shapes: what the integers or booleans of their results are,
/// symbolically.
public interface ShapeArithmetic {
  /// The elements of the first result, of rank 0 or 1, or empty if they cannot be told.
  Optional<List<Dim>> elements(Operands operands);

  /// As [#elements], of as many results as can be told.
  default List<Optional<List<Dim>>> allElements(Operands operands) {
    return List.of(elements(operands));
  }
}
