package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// A graph with the inputs and outputs of another and those of its nodes and constants that are
/// wanted.
final class GraphCopy {
  private final Graph source;
  private final GraphBuilder target;
  private final Map<Value, Value> copies = new HashMap<>();

  /// Starts a copy with all constants.
  GraphCopy(Graph source) {
    this(source, source.constants().keySet());
  }

  GraphCopy(Graph source, Set<Value> wantedConstants) {
    this.source = source;
    this.target = new GraphBuilder(source.name());
    copyLeaves(source, wantedConstants, target, copies);
  }

  /// Adds all inputs, with their defaults, and the wanted constants of `source` to `target`.
  static void copyLeaves(
      Graph source, Set<Value> wantedConstants, GraphBuilder target, Map<Value, Value> copies) {
    copies.put(Value.ABSENT, Value.ABSENT);
    for (Value input : source.inputs()) {
      Constant defaultValue = source.defaults().get(input);
      Value copy =
          defaultValue == null
              ? target.input(input.name(), input.type())
              : target.input(input.name(), defaultValue);
      copies.put(input, copy);
    }
    source
        .constants()
        .forEach(
            (value, constant) -> {
              if (wantedConstants.contains(value)) {
                copies.put(value, target.constant(value.name(), constant));
              }
            });
  }

  /// Adds `node` with these names for its results, empty for one that is dropped.
  void add(Node node, List<String> resultNames) {
    List<Value> operands = node.inputs().stream().map(copies::get).toList();
    Map<String, TensorType> declared = new HashMap<>();
    for (int i = 0; i < resultNames.size(); i++) {
      declared.put(resultNames.get(i), node.output(i).type());
    }
    List<Value> results = target.add(node.name(), node.op(), operands, resultNames, declared);
    for (int i = 0; i < results.size(); i++) {
      copies.put(node.output(i), results.get(i));
    }
    copies.put(Value.ABSENT, Value.ABSENT);
  }

  Graph build() {
    source.outputs().forEach(output -> target.output(Objects.requireNonNull(copies.get(output))));
    return target.build();
  }
}
