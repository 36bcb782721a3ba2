package dev.crease.compiler.frontend.onnx;

import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.SparseTensorProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import java.util.HashSet;
import java.util.Set;

/// Names of values in graphs as a file has them.
final class ValueNames {
  private ValueNames() {}

  /// All names defined in the graph and its subgraphs.
  static Set<String> defined(GraphProto graph) {
    Set<String> names = new HashSet<>();
    collectDefined(graph, names);
    return names;
  }

  private static void collectDefined(GraphProto graph, Set<String> names) {
    names.addAll(sources(graph));
    for (NodeProto node : graph.getNodeList()) {
      names.addAll(node.getOutputList());
      Call.subgraphs(node).forEach(subgraph -> collectDefined(subgraph, names));
    }
  }

  /// Names of inputs and initializers.
  static Set<String> sources(GraphProto graph) {
    Set<String> names = new HashSet<>();
    for (ValueInfoProto input : graph.getInputList()) {
      names.add(input.getName());
    }
    for (TensorProto tensor : graph.getInitializerList()) {
      names.add(tensor.getName());
    }
    for (SparseTensorProto tensor : graph.getSparseInitializerList()) {
      names.add(tensor.getValues().getName());
    }
    return names;
  }

  /// Names of values that the node reads: its operands, and what its subgraphs take from outside.
  static Set<String> used(NodeProto node) {
    Set<String> names = new HashSet<>(node.getInputList());
    Call.subgraphs(node).forEach(subgraph -> names.addAll(captured(subgraph)));
    names.remove("");
    return names;
  }

  /// Names that the graph reads but does not define.
  static Set<String> captured(GraphProto graph) {
    Set<String> names = new HashSet<>();
    graph.getOutputList().forEach(output -> names.add(output.getName()));
    Set<String> defined = sources(graph);
    for (NodeProto node : graph.getNodeList()) {
      names.addAll(used(node));
      defined.addAll(node.getOutputList());
    }
    names.removeAll(defined);
    return names;
  }
}
