package dev.crease.compiler.ir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Checks what every graph promises: unique names, single assignment, topological order, no
/// undefined values, constants of their declared type, and types as inference gives them. A
/// subgraph may read what is defined before its node, and defines nothing that has a name already.
///
/// [GraphBuilder] gives these by construction; the verifier does not trust it.
public final class GraphVerifier {
  private final List<String> findings = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Set<Value> visible = new HashSet<>();
  private final Deque<Graph> open = new ArrayDeque<>();

  private GraphVerifier() {}

  /// All findings, empty if the graph is sound.
  public static List<String> verify(Graph graph) {
    GraphVerifier verifier = new GraphVerifier();
    verifier.check(graph);
    if (verifier.findings.isEmpty()) {
      verifier.checkTypes(graph);
    }
    return List.copyOf(verifier.findings);
  }

  private void check(Graph graph) {
    open.push(graph);
    checkLeaves(graph);
    checkNodes(graph);
    checkOutputs(graph);
    open.pop();
  }

  /// The findings for `graph`, and where its inputs, defaults and outputs differ from those of
  /// `original` in name, order or type. A dimension that depended on data may have become known.
  public static List<String> verifyRewritten(Graph graph, Graph original) {
    List<String> findings = new ArrayList<>(verify(graph));
    Set<String> symbols = new HashSet<>();
    original
        .inputs()
        .forEach(input -> input.type().dims().forEach(dim -> symbols.addAll(dim.symbols())));
    compare("inputs", graph.inputs(), original.inputs(), symbols, findings);
    compare("outputs", graph.outputs(), original.outputs(), symbols, findings);
    if (!graph.defaults().keySet().equals(original.defaults().keySet())) {
      findings.add(
          "inputs with defaults changed from %s to %s"
              .formatted(original.defaults().keySet(), graph.defaults().keySet()));
    }
    return List.copyOf(findings);
  }

  private static void compare(
      String what,
      List<Value> actual,
      List<Value> expected,
      Set<String> symbols,
      List<String> findings) {
    boolean same = actual.size() == expected.size();
    for (int i = 0; same && i < actual.size(); i++) {
      same =
          actual.get(i).name().equals(expected.get(i).name())
              && keepsType(actual.get(i).type(), expected.get(i).type(), symbols);
    }
    if (!same) {
      findings.add("%s changed from %s to %s".formatted(what, expected, actual));
    }
  }

  private static boolean keepsType(TensorType a, TensorType b, Set<String> symbols) {
    if (a.element() != b.element() || a.holder() != b.holder() || a.rank() != b.rank()) {
      return false;
    }
    for (int i = 0; i < a.rank(); i++) {
      boolean same = a.dim(i).equals(b.dim(i));
      if (!same && symbols.containsAll(b.dim(i).symbols())) {
        return false;
      }
    }
    return true;
  }

  private void checkLeaves(Graph graph) {
    graph.inputs().forEach(this::define);
    graph.constants().keySet().forEach(this::define);
    for (Value value : graph.defaults().keySet()) {
      if (!graph.inputs().contains(value)) {
        findings.add("the default `" + value.name() + "` belongs to no input");
      }
    }
    graph.defaults().forEach(this::checkConstant);
    graph.constants().forEach(this::checkConstant);
  }

  private void checkConstant(Value value, Constant constant) {
    if (!value.type().equals(constant.type())) {
      findings.add("`%s` holds a constant of type %s".formatted(value, constant.type()));
    }
  }

  private void checkNodes(Graph graph) {
    for (Node node : graph.nodes()) {
      if (node.outputs().isEmpty()) {
        findings.add("a node of %s has no result".formatted(node.op().schema().name()));
        continue;
      }
      for (Value operand : node.inputs()) {
        checkDefined(operand, "operand of " + node.label());
      }
      node.subgraphs().forEach(this::checkSubgraph);
      for (Value result : node.outputs()) {
        if (!result.isAbsent()) {
          define(result);
        }
      }
    }
  }

  /// What a subgraph defines is not visible after it.
  private void checkSubgraph(Graph subgraph) {
    Set<Value> around = Set.copyOf(visible);
    check(subgraph);
    visible.retainAll(around);
  }

  private void checkOutputs(Graph graph) {
    for (Value output : graph.outputs()) {
      if (output.isAbsent()) {
        findings.add("an output has no name");
      } else {
        checkDefined(output, "output of the graph");
      }
    }
  }

  private void define(Value value) {
    if (value.isAbsent()) {
      findings.add("an input or constant has no name");
    } else if (!names.add(value.name())) {
      findings.add("the value `" + value.name() + "` is defined twice");
    }
    visible.add(value);
  }

  private void checkDefined(Value value, String role) {
    if (value.isAbsent() || visible.contains(value)) {
      return;
    }
    if (visible.stream().anyMatch(other -> other.name().equals(value.name()))) {
      findings.add("`%s` is %s, but is defined with another type".formatted(value, role));
    } else if (open.stream().anyMatch(graph -> graph.producer(value).isPresent())) {
      findings.add("`%s` is %s, but is computed later".formatted(value, role));
    } else if (names.contains(value.name())) {
      findings.add("`%s` is %s, but is defined inside a subgraph".formatted(value, role));
    } else {
      findings.add("`%s` is %s, but is not defined".formatted(value, role));
    }
  }

  private void checkTypes(Graph graph) {
    try {
      inferred(graph, new GraphCopy(graph));
    } catch (InvalidOperandException e) {
      findings.add(String.valueOf(e.getMessage()));
    }
  }

  /// Infers all types anew and compares.
  ///
  /// @throws InvalidOperandException if a node's operands do not fit its operator
  private Graph inferred(Graph graph, GraphCopy copy) {
    for (Node node : graph.nodes()) {
      try {
        copy.add(
            node, ControlFlow.changed(node.op(), inner -> inferred(inner, copy.inside(inner))));
      } catch (InvalidOperandException e) {
        throw new InvalidOperandException(node.label() + " is invalid: " + e.getMessage());
      }
      for (Value declared : node.outputs()) {
        Value inferred = copy.map(declared);
        if (!declared.type().equals(inferred.type())) {
          findings.add(
              "result `%s` of %s is %s, but is inferred as %s"
                  .formatted(declared.name(), node.label(), declared.type(), inferred.type()));
        }
      }
    }
    return copy.build();
  }
}
