package dev.crease.compiler.frontend.onnx;

import com.google.protobuf.ByteString;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Items;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Composite;
import dev.crease.compiler.op.TypeCodes;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.AttributeProto.AttributeType;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.grammar.onnx.TensorShapeProto.Dimension;
import dev.crease.grammar.onnx.TypeProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// Turns graphs into the file's form. Operators that only Crease has are expanded into what they
/// are composed of.
final class GraphWriter {
  /// Where the elements of tensors go.
  @FunctionalInterface
  interface Weights {
    TensorProto write(String name, Constant constant) throws IOException;
  }

  /// The operator set from which on operators that are older take optionals too.
  private static final int OPTIONALS = 16;

  private final Weights weights;
  private final Set<String> taken = new HashSet<>();
  private int opset;

  GraphWriter(Weights weights, int oldestOpset) {
    this.weights = weights;
    this.opset = oldestOpset;
  }

  /// The oldest operator set that has the operators written so far in their current form.
  int opset() {
    return opset;
  }

  /// @throws UnsupportedModelException if an operator of Crease's own has no expansion
  GraphProto write(Graph graph) throws IOException {
    graph.allValues().forEach(value -> taken.add(value.name()));
    GraphProto.Builder out = GraphProto.newBuilder().setName(graph.name());
    for (Value input : graph.inputs()) {
      out.addInput(declare(input, graph.items(input)));
    }
    for (Map.Entry<Value, Constant> entry : graph.defaults().entrySet()) {
      out.addInitializer(weights.write(entry.getKey().name(), entry.getValue()));
    }
    for (Map.Entry<Value, Constant> entry : graph.constants().entrySet()) {
      out.addInitializer(weights.write(entry.getKey().name(), entry.getValue()));
    }
    for (Node node : graph.nodes()) {
      write(node, out);
    }
    for (Node node : graph.nodes()) {
      for (Value value : node.outputs()) {
        if (!value.isAbsent() && !graph.isOutput(value)) {
          out.addValueInfo(declare(value, graph.items(value)));
        }
      }
    }
    for (Value output : graph.outputs()) {
      out.addOutput(declare(output, graph.items(output)));
    }
    return out.build();
  }

  private void write(Node node, GraphProto.Builder out) throws IOException {
    if (!node.op().schema().domain().equals(OpSchema.CREASE)) {
      out.addNode(write(node));
    } else if (node.op() instanceof Composite composite) {
      expand(node, composite, out);
    } else {
      throw new UnsupportedModelException(
          List.of(
              "%s has no form in ONNX; export the graph before optimization"
                  .formatted(node.label())));
    }
  }

  /// Writes the nodes of the expansion, whose results take the names of the node's own.
  private void expand(Node node, Composite composite, GraphProto.Builder out) throws IOException {
    GraphBuilder parts = new GraphBuilder(node.name());
    parts.reserve(taken);
    List<Value> results = composite.expand(node, node.inputs(), parts);
    Graph expansion = parts.build();
    for (Map.Entry<Value, Constant> entry : expansion.constants().entrySet()) {
      taken.add(entry.getKey().name());
      out.addInitializer(weights.write(entry.getKey().name(), entry.getValue()));
    }
    Map<String, String> names = new HashMap<>();
    List<NodeProto> copies = new ArrayList<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      String name = node.outputs().get(i).name();
      if (name.isEmpty()) {
        continue;
      }
      boolean computed = expansion.producer(results.get(i)).isPresent();
      if (!computed || names.putIfAbsent(results.get(i).name(), name) != null) {
        copies.add(copy(results.get(i), name));
      }
    }
    for (Node part : expansion.nodes()) {
      part.outputs().forEach(value -> taken.add(value.name()));
      write(renamed(part, names), out);
    }
    for (NodeProto copy : copies) {
      String source = copy.getInput(0);
      out.addNode(copy.toBuilder().setInput(0, names.getOrDefault(source, source)));
    }
  }

  /// A result that is an operand or constant, or the same value as another result.
  private static NodeProto copy(Value value, String name) {
    return NodeProto.newBuilder()
        .setOpType("Identity")
        .addInput(value.name())
        .addOutput(name)
        .build();
  }

  private static Node renamed(Node node, Map<String, String> names) {
    return new Node(
        node.name(),
        node.op(),
        node.inputs().stream().map(value -> renamed(value, names)).toList(),
        node.outputs().stream().map(value -> renamed(value, names)).toList());
  }

  private static Value renamed(Value value, Map<String, String> names) {
    return new Value(names.getOrDefault(value.name(), value.name()), value.type());
  }

  private NodeProto write(Node node) throws IOException {
    NodeProto.Builder out = NodeProto.newBuilder().setOpType(node.op().schema().name());
    opset = Math.max(opset, node.op().schema().since());
    if (node.inputs().stream().anyMatch(value -> value.type().holder().isOptional())) {
      opset = Math.max(opset, OPTIONALS);
    }
    if (!node.name().isEmpty()) {
      out.setName(node.name());
    }
    for (Value input : node.inputs()) {
      out.addInput(input.name());
    }
    for (Value output : node.outputs()) {
      out.addOutput(output.name());
    }
    for (Map.Entry<String, Attribute> entry : node.op().attributes().asMap().entrySet()) {
      out.addAttribute(write(entry.getKey(), entry.getValue()));
    }
    return out.build();
  }

  private AttributeProto write(String name, Attribute value) throws IOException {
    AttributeProto.Builder out = AttributeProto.newBuilder().setName(name);
    switch (value) {
      case Attribute.Int(long number) -> out.setType(AttributeType.INT).setI(number);
      case Attribute.Float(float number) -> out.setType(AttributeType.FLOAT).setF(number);
      case Attribute.Text(String text) ->
          out.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(text));
      case Attribute.Tensor(Constant tensor) ->
          out.setType(AttributeType.TENSOR).setT(TensorWriter.write("", tensor));
      case Attribute.Subgraph(Graph graph) -> out.setType(AttributeType.GRAPH).setG(write(graph));
      case Attribute.Ints(List<Long> numbers) ->
          out.setType(AttributeType.INTS).addAllInts(numbers);
      case Attribute.Floats(List<Float> numbers) ->
          out.setType(AttributeType.FLOATS).addAllFloats(numbers);
      case Attribute.Texts(List<String> texts) -> {
        out.setType(AttributeType.STRINGS);
        texts.forEach(text -> out.addStrings(ByteString.copyFromUtf8(text)));
      }
      case Attribute.Type(ElementType element, Holder holder) ->
          out.setType(AttributeType.TYPE_PROTO)
              .setTp(
                  type(
                      holder,
                      TypeProto.Tensor.newBuilder().setElemType(TypeCodes.code(element)).build()));
    }
    return out.build();
  }

  /// @param items what is known of the tensors in it, if it is none
  private static ValueInfoProto declare(Value value, Items items) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder();
    tensor.setElemType(TypeCodes.code(value.type().element()));
    if (value.type().isTensor()) {
      tensor.getShapeBuilder();
    }
    for (Dim dim : value.type().dims()) {
      tensor.getShapeBuilder().addDim(declare(dim));
    }
    if (!value.type().isTensor() && items instanceof Items.Shaped(var sizes)) {
      tensor.getShapeBuilder();
      for (OptionalLong size : sizes) {
        Dimension.Builder dim = Dimension.newBuilder();
        size.ifPresent(dim::setDimValue);
        tensor.getShapeBuilder().addDim(dim);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(value.name())
        .setType(type(value.type().holder(), tensor.build()))
        .build();
  }

  private static TypeProto type(Holder holder, TypeProto.Tensor tensor) {
    TypeProto.Builder type = TypeProto.newBuilder();
    if (holder.isOptional()) {
      type.getOptionalTypeBuilder().setElemType(type(holder.held(), tensor));
    } else if (holder == Holder.SEQUENCE) {
      type.getSequenceTypeBuilder().setElemType(type(Holder.TENSOR, tensor));
    } else {
      type.setTensorType(tensor);
    }
    return type.build();
  }

  /// Symbols of dimensions that depend on data have no name worth keeping.
  private static Dimension declare(Dim dim) {
    Dimension.Builder out = Dimension.newBuilder();
    if (dim.isKnown()) {
      out.setDimValue(dim.known().getAsLong());
    } else if (dim.symbols().stream().noneMatch(symbol -> symbol.startsWith("?"))) {
      out.setDimParam(dim.toString());
    }
    return out.build();
  }
}
