package dev.crease.runtime.kernel;

import dev.crease.runtime.Value;
import java.util.List;
import java.util.Optional;

/// A function of whole values, whose results' sizes depend on data.
@FunctionalInterface
public interface DataDependent {
  /// New values, which may share memory with the operands.
  ///
  /// @param operands in their order, empty where one is left out
  /// @throws dev.crease.runtime.InvalidDataException if they do not fit
  List<? extends Value> compute(List<Optional<Value>> operands);
}
