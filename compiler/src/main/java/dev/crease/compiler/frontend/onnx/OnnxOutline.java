package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.InvalidModelException;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a file says of its model, whether or not that is supported.
///
/// @param inputs those without a value, as `name: type`
/// @param operators of each node, those of functions' bodies aside
public record OnnxOutline(
    String name,
    long irVersion,
    List<String> inputs,
    List<String> outputs,
    List<String> operators) {
  public OnnxOutline {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    operators = List.copyOf(operators);
  }

  /// @throws InvalidModelException if the file cannot be read
  public static OnnxOutline of(Path path) {
    ModelProto model = OnnxReader.parse(path);
    GraphProto graph = model.getGraph();
    Set<String> initialized =
        graph.getInitializerList().stream().map(t -> t.getName()).collect(Collectors.toSet());
    return new OnnxOutline(
        graph.getName(),
        model.getIrVersion(),
        graph.getInputList().stream()
            .filter(input -> !initialized.contains(input.getName()))
            .map(OnnxOutline::text)
            .toList(),
        graph.getOutputList().stream().map(OnnxOutline::text).toList(),
        nodes(graph).map(NodeProto::getOpType).toList());
  }

  private static String text(ValueInfoProto value) {
    String type =
        DeclaredType.of(value.getType())
            .map(DeclaredType::toString)
            .orElseGet(() -> value.getType().getValueCase().name());
    return value.getName() + ": " + type;
  }

  private static Stream<NodeProto> nodes(GraphProto graph) {
    return graph.getNodeList().stream()
        .flatMap(
            node ->
                Stream.concat(
                    Stream.of(node), Call.subgraphs(node).stream().flatMap(OnnxOutline::nodes)));
  }
}
