package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.TensorType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A graph being built: the model's, or that of a subgraph attribute.
///
/// @param outputTypes declared types of outputs whose inferred types know less
record Region(
    GraphBuilder builder, Names names, Set<String> symbols, Map<String, TensorType> outputTypes) {
  Region {
    symbols = new HashSet<>(symbols);
    outputTypes = new HashMap<>(outputTypes);
  }

  /// The type that a result must have, if it has a declared one.
  Optional<TensorType> declared(Wanted wanted, String name) {
    return wanted.type().or(() -> Optional.ofNullable(outputTypes.get(name)));
  }

  /// The name of a result.
  String name(Wanted wanted) {
    return wanted.bound() ? names.bind(wanted.stem()) : names.makeUp(wanted.stem());
  }
}
