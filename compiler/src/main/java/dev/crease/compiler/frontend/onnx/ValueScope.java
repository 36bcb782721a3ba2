package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The values that the nodes of a graph see, by their names in the file: the graph's own, then
/// those of the graphs around it.
///
/// In a file, graphs that do not see each other may use one name for two values. In a model names
/// are unique, so the second gets another.
final class ValueScope {
  private final GraphBuilder builder;
  private final @Nullable ValueScope outer;
  private final Map<String, String> names = new HashMap<>();

  /// @param outer the scope of the graph around; null for none
  ValueScope(GraphBuilder builder, @Nullable ValueScope outer) {
    this.builder = builder;
    this.outer = outer;
  }

  GraphBuilder builder() {
    return builder;
  }

  /// Announces names that the graph will define.
  ///
  /// @param taken names of values in the model so far, to which these are added
  void define(Set<String> fileNames, Set<String> taken) {
    for (String name : fileNames) {
      String own = taken.contains(name) ? builder.freshName(name) : name;
      names.put(name, own);
      taken.add(own);
      builder.reserve(Set.of(own));
    }
  }

  /// What the model calls a value that the graph defines; empty stays empty.
  String name(String fileName) {
    return names.getOrDefault(fileName, fileName);
  }

  /// The value of this name, if it is built already.
  Optional<Value> find(String fileName) {
    String own = names.get(fileName);
    if (own != null) {
      return builder.find(own);
    }
    return outer == null ? Optional.empty() : outer.find(fileName);
  }
}
