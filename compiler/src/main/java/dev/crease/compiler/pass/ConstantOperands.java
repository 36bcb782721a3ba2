package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Value;
import java.util.List;
import java.util.Optional;

/// Asks for operands to be constants, and says why one is not.
public final class ConstantOperands {
  private ConstantOperands() {}

  /// Why not all of `values` are constants, if they are not.
  public static Optional<String> missing(Graph graph, List<Value> values) {
    return values.stream()
        .filter(value -> !value.isAbsent() && graph.constant(value).isEmpty())
        .findFirst()
        .map(value -> reason(graph, value));
  }

  private static String reason(Graph graph, Value value) {
    if (graph.defaults().containsKey(value)) {
      return "`%s` is an input with an overridable default; --initializers-are-constant lifts this"
          .formatted(value.name());
    }
    if (graph.captures().contains(value)) {
      return "`%s` comes from the graph around".formatted(value.name());
    }
    return graph
        .producer(value)
        .map(node -> "`%s` is computed by %s".formatted(value.name(), node.label()))
        .orElse("`%s` is an input of the graph".formatted(value.name()));
  }

  /// @throws java.util.NoSuchElementException if `value` is not constant
  public static Constant of(Graph graph, Value value) {
    return graph.constant(value).orElseThrow();
  }
}
