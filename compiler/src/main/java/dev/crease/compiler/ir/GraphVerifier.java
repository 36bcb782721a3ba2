package dev.crease.compiler.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Checks what every graph promises: unique names, single assignment, topological order, no
/// undefined values, constants of their declared type, and types as inference gives them.
///
/// [GraphBuilder] gives these by construction; the verifier does not trust it.
public final class GraphVerifier {
  private final Graph graph;
  private final List<String> findings = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Set<Value> defined = new HashSet<>();

  private GraphVerifier(Graph graph) {
    this.graph = graph;
  }

  /// All findings, empty if the graph is sound.
  public static List<String> verify(Graph graph) {
    GraphVerifier verifier = new GraphVerifier(graph);
    verifier.checkLeaves();
    verifier.checkNodes();
    verifier.checkOutputs();
    if (verifier.findings.isEmpty()) {
      verifier.checkTypes();
    }
    return List.copyOf(verifier.findings);
  }

  /// The findings for `graph`, and where its inputs, defaults and outputs differ from those of
  /// `original` in name, order or type. A dimension that depended on data may have become known.
  public static List<String> verifyRewritten(Graph graph, Graph original) {
    List<String> findings = new ArrayList<>(verify(graph));
    compare("inputs", graph.inputs(), original.inputs(), findings);
    compare("outputs", graph.outputs(), original.outputs(), findings);
    if (!graph.defaults().keySet().equals(original.defaults().keySet())) {
      findings.add(
          "inputs with defaults changed from %s to %s"
              .formatted(original.defaults().keySet(), graph.defaults().keySet()));
    }
    return List.copyOf(findings);
  }

  private static void compare(
      String what, List<Value> actual, List<Value> expected, List<String> findings) {
    boolean same = actual.size() == expected.size();
    for (int i = 0; same && i < actual.size(); i++) {
      same =
          actual.get(i).name().equals(expected.get(i).name())
              && keepsType(actual.get(i).type(), expected.get(i).type());
    }
    if (!same) {
      findings.add("%s changed from %s to %s".formatted(what, expected, actual));
    }
  }

  private static boolean keepsType(TensorType a, TensorType b) {
    if (a.element() != b.element() || a.rank() != b.rank()) {
      return false;
    }
    for (int i = 0; i < a.rank(); i++) {
      boolean same = a.dim(i).equals(b.dim(i));
      if (!same && !b.dim(i).dependsOnData()) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, TensorType> declaredTypes(Node node) {
    Map<String, TensorType> types = new HashMap<>();
    node.outputs().forEach(value -> types.put(value.name(), value.type()));
    return types;
  }

  private void checkLeaves() {
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

  private void checkNodes() {
    for (Node node : graph.nodes()) {
      if (node.outputs().isEmpty()) {
        findings.add("a node of %s has no result".formatted(node.op().schema().name()));
        continue;
      }
      for (Value operand : node.inputs()) {
        checkDefined(operand, "operand of " + node.label());
      }
      for (Value result : node.outputs()) {
        if (!result.isAbsent()) {
          define(result);
        }
      }
    }
  }

  private void checkOutputs() {
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
    defined.add(value);
  }

  private void checkDefined(Value value, String role) {
    if (value.isAbsent() || defined.contains(value)) {
      return;
    }
    if (names.contains(value.name())) {
      findings.add("`%s` is %s, but is defined with another type".formatted(value, role));
    } else if (graph.producer(value).isPresent()) {
      findings.add("`%s` is %s, but is computed later".formatted(value, role));
    } else {
      findings.add("`%s` is %s, but is not defined".formatted(value, role));
    }
  }

  /// Infers all types anew and compares.
  private void checkTypes() {
    GraphBuilder builder = new GraphBuilder(graph.name());
    Map<Value, Value> inferred = new HashMap<>();
    inferred.put(Value.ABSENT, Value.ABSENT);
    graph.inputs().forEach(v -> inferred.put(v, builder.input(v.name(), v.type())));
    graph.constants().forEach((v, c) -> inferred.put(v, builder.constant(v.name(), c)));
    for (Node node : graph.nodes()) {
      List<Value> operands = node.inputs().stream().map(inferred::get).toList();
      List<String> results = node.outputs().stream().map(Value::name).toList();
      List<Value> values;
      try {
        values = builder.add(node.name(), node.op(), operands, results, declaredTypes(node));
      } catch (InvalidOperandException e) {
        findings.add(node.label() + " is invalid: " + e.getMessage());
        return;
      }
      for (int i = 0; i < values.size(); i++) {
        Value declared = node.output(i);
        inferred.put(declared, values.get(i));
        if (!declared.type().equals(values.get(i).type())) {
          findings.add(
              "result `%s` of %s is %s, but is inferred as %s"
                  .formatted(declared.name(), node.label(), declared.type(), values.get(i).type()));
        }
      }
    }
  }
}
