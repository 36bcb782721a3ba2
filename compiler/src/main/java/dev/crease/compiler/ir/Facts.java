package dev.crease.compiler.ir;

import java.util.List;
import java.util.Map;

/// What a graph knows of values before anything runs, beside its own constants.
///
/// @param captured values of the graphs around that are constants there
/// @param elements the elements of integer and boolean values of rank 0 or 1
/// @param items what is known of the tensors in sequences and optionals
record Facts(
    Map<Value, Constant> captured, Map<Value, List<Dim>> elements, Map<Value, Items> items) {
  static final Facts NONE = new Facts(Map.of(), Map.of(), Map.of());

  Facts {
    captured = Map.copyOf(captured);
    elements = Map.copyOf(elements);
    items = Map.copyOf(items);
  }
}
