package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Prints graphs in the flat form of the language, every value with its type, so that reading the
/// text gives an equal graph. The same graph always gives the same text.
public final class TextPrinter {
  /// Signatures of more characters have one input a line.
  private static final int MAX_SIGNATURE = 100;

  private final Function<Constant, String> elements;
  private final StringBuilder text = new StringBuilder();

  /// @param elements how the elements of a constant are written
  private TextPrinter(Function<Constant, String> elements) {
    this.elements = elements;
  }

  /// The graph as a model without header, all constants listed in the text.
  public static String print(Graph graph) {
    return print(Model.of(graph));
  }

  /// The model, all constants listed in the text.
  public static String print(Model model) {
    return header(model) + body(model.graph(), _ -> OptionalLong.empty());
  }

  /// One node as a statement without line end, for people: large constants are left out.
  public static String print(Node node) {
    TextPrinter printer = new TextPrinter(TextPrinter::outline);
    printer.node(node, "");
    return printer.text.toString().stripTrailing();
  }

  /// The graph as a model without header and line end, for people: large constants are left out.
  public static String outline(Graph graph) {
    TextPrinter printer = new TextPrinter(TextPrinter::outline);
    printer.text.append("model ");
    printer.graph(graph, "");
    return printer.text.toString();
  }

  private static String outline(Constant constant) {
    return constant.elements() > TextWriter.MAX_LISTED_ELEMENTS ? "..." : ConstantText.of(constant);
  }

  static String header(Model model) {
    StringBuilder header = new StringBuilder();
    if (!model.producer().isEmpty()) {
      header.append("@producer(").append(Spelling.text(model.producer())).append(")\n");
    }
    if (!model.documentation().isEmpty()) {
      header.append("@documentation(").append(Spelling.text(model.documentation())).append(")\n");
    }
    model
        .metadata()
        .forEach(
            (key, value) ->
                header
                    .append("@metadata(%s, %s)".formatted(Spelling.text(key), Spelling.text(value)))
                    .append('\n'));
    return header.toString();
  }

  /// The model's definition.
  ///
  /// @param offsets where a constant lies in the weights file, if it is to go there
  static String body(Graph graph, Function<Constant, OptionalLong> offsets) {
    TextPrinter printer =
        new TextPrinter(
            constant -> {
              OptionalLong offset = offsets.apply(constant);
              return offset.isPresent()
                  ? "weights(offset = " + offset.getAsLong() + ")"
                  : ConstantText.of(constant);
            });
    printer.text.append("model ");
    printer.graph(graph, "");
    return printer.text.append('\n').toString();
  }

  private void graph(Graph graph, String indent) {
    List<String> inputs = new ArrayList<>();
    for (Value input : graph.inputs()) {
      Constant defaultValue = graph.defaults().get(input);
      String declaration = Spelling.declaration(input);
      inputs.add(
          defaultValue == null ? declaration : declaration + " = " + elements.apply(defaultValue));
    }
    String name = Spelling.name(graph.name());
    String outputs =
        graph.outputs().stream().map(Spelling::declaration).collect(Collectors.joining(", "));
    String line = String.join(", ", inputs);
    if (name.length() + line.length() + outputs.length() > MAX_SIGNATURE) {
      String next = "\n" + indent + "  ";
      line = next + String.join("," + next, inputs) + "\n" + indent;
    }
    text.append(name).append('(').append(line).append(") -> (").append(outputs).append(") {\n");
    String inner = indent + "  ";
    graph
        .constants()
        .forEach(
            (value, constant) ->
                text.append(inner)
                    .append(Spelling.declaration(value))
                    .append(" = ")
                    .append(elements.apply(constant))
                    .append('\n'));
    graph.nodes().forEach(node -> node(node, inner));
    text.append(indent).append('}');
  }

  private void node(Node node, String indent) {
    List<String> results = node.outputs().stream().map(Spelling::declaration).toList();
    OpSchema schema = node.op().schema();
    text.append(indent)
        .append(results.isEmpty() ? "_" : String.join(", ", results))
        .append(" = ")
        .append(Spelling.name(schema.qualifiedName()))
        .append('(');
    String separator = "";
    for (Value input : node.inputs()) {
      text.append(separator).append(input.isAbsent() ? "_" : Spelling.name(input.name()));
      separator = ", ";
    }
    for (Map.Entry<String, Attribute> entry : node.op().attributes().asMap().entrySet()) {
      Optional<Attribute> standard =
          schema.attribute(entry.getKey()).flatMap(OpSchema.AttributeSpec::defaultValue);
      if (standard.isEmpty() || !standard.get().equals(entry.getValue())) {
        text.append(separator).append(Spelling.name(entry.getKey())).append(" = ");
        attribute(entry.getValue(), indent);
        separator = ", ";
      }
    }
    text.append(')');
    if (!node.name().isEmpty()) {
      text.append(" @").append(Spelling.name(node.name()));
    }
    text.append('\n');
  }

  private void attribute(Attribute attribute, String indent) {
    switch (attribute) {
      case Attribute.Int(var value) -> text.append(value);
      case Attribute.Float(var value) -> text.append(ConstantText.real(value));
      case Attribute.Text(var value) -> text.append(Spelling.text(value));
      case Attribute.Tensor(var value) ->
          text.append("tensor ")
              .append(Spelling.type(value.type()))
              .append('(')
              .append(elements.apply(value))
              .append(')');
      case Attribute.Subgraph(var graph) -> {
        text.append("graph ");
        graph(graph, indent);
      }
      case Attribute.Ints(var values) -> text.append(values);
      case Attribute.Floats(var values) ->
          text.append(values.stream().map(value -> ConstantText.real(value)).toList());
      case Attribute.Type type -> text.append(Spelling.text(type.toString()));
      case Attribute.Texts(var values) -> text.append(values.stream().map(Spelling::text).toList());
    }
  }
}
