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
/// @param elements the element types of inputs and outputs, `f32` or the format's name of one that
///   is not supported
/// @param operators of each node, those of functions' bodies aside
public record OnnxOutline(
    String name,
    long irVersion,
    List<String> inputs,
    List<String> outputs,
    Set<String> elements,
    List<Operator> operators) {
  public OnnxOutline {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    elements = Set.copyOf(elements);
    operators = List.copyOf(operators);
  }

  /// @param name with the domain before it, unless that is the default one
  /// @param version of the operator set; 0 if the model imports none of the domain
  public record Operator(String name, int version) {}

  /// @throws InvalidModelException if the file cannot be read
  public static OnnxOutline of(Path path) {
    ModelProto model = OnnxReader.parse(path);
    GraphProto graph = model.getGraph();
    Opsets opsets = Opsets.declared(model.getOpsetImportList(), path.toString());
    Set<String> initialized =
        graph.getInitializerList().stream().map(t -> t.getName()).collect(Collectors.toSet());
    List<ValueInfoProto> inputs =
        graph.getInputList().stream()
            .filter(input -> !initialized.contains(input.getName()))
            .toList();
    return new OnnxOutline(
        graph.getName(),
        model.getIrVersion(),
        inputs.stream().map(OnnxOutline::text).toList(),
        graph.getOutputList().stream().map(OnnxOutline::text).toList(),
        Stream.concat(inputs.stream(), graph.getOutputList().stream())
            .map(OnnxOutline::element)
            .collect(Collectors.toSet()),
        nodes(graph).map(node -> operator(new Call(node, opsets))).toList());
  }

  private static Operator operator(Call call) {
    String prefix = call.domain().isEmpty() ? "" : call.domain() + ".";
    return new Operator(prefix + call.node().getOpType(), call.version());
  }

  private static String element(ValueInfoProto value) {
    return DeclaredType.of(value.getType())
        .map(DeclaredType::elementText)
        .orElseGet(() -> value.getType().getValueCase().name());
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
