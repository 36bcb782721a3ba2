package dev.crease.compiler.frontend.onnx;

import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.NodeProto;
import java.util.ArrayList;
import java.util.List;

/// A node of a file, and the operator sets in which it is to be understood: the model's, or those
/// of the function whose body it comes from.
record Call(NodeProto node, Opsets opsets) {
  String domain() {
    return Opsets.domain(node.getDomain());
  }

  /// The version of the operator set of the node's domain; 0 if it is not imported.
  int version() {
    return opsets.version(domain()).orElse(0);
  }

  /// The name for people: ``Conv `conv1` ``, or with the first result's name if it has none.
  String label() {
    return label(node);
  }

  static String label(NodeProto node) {
    String name = node.getName();
    if (name.isEmpty()) {
      name =
          node.getOutputList().stream().filter(output -> !output.isEmpty()).findFirst().orElse("");
    }
    return node.getOpType() + " `" + name + "`";
  }

  /// The graphs among the node's attributes.
  List<GraphProto> subgraphs() {
    return subgraphs(node);
  }

  static List<GraphProto> subgraphs(NodeProto node) {
    List<GraphProto> graphs = new ArrayList<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        graphs.add(attribute.getG());
      }
      graphs.addAll(attribute.getGraphsList());
    }
    return graphs;
  }
}
