package dev.crease.compiler.frontend.onnx;

import com.google.protobuf.ByteString;
import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.AttributeProto.AttributeType;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.runtime.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Attributes of nodes, and the constants that Constant nodes are.
final class AttributeReader {
  private final String file;
  private final TensorReader tensors;

  AttributeReader(String file, TensorReader tensors) {
    this.file = file;
    this.tensors = tensors;
  }

  /// @param subgraphs reads a graph that is an attribute
  Attributes read(Call call, Function<GraphProto, Graph> subgraphs) {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    for (AttributeProto attribute : call.node().getAttributeList()) {
      Attribute value = read(call, attribute, subgraphs);
      if (attributes.put(attribute.getName(), value) != null) {
        throw invalid(call, attribute, "is given twice");
      }
    }
    return Attributes.of(attributes);
  }

  private Attribute read(
      Call call, AttributeProto attribute, Function<GraphProto, Graph> subgraphs) {
    if (!attribute.getRefAttrName().isEmpty()) {
      throw invalid(
          call,
          attribute,
          "refers to a function's attribute `%s`, but the node is in no function"
              .formatted(attribute.getRefAttrName()));
    }
    return switch (type(attribute)) {
      case FLOAT -> new Attribute.Float(attribute.getF());
      case INT -> new Attribute.Int(attribute.getI());
      case STRING -> new Attribute.Text(attribute.getS().toStringUtf8());
      case TENSOR -> new Attribute.Tensor(tensors.read(attribute.getT(), what(call, attribute)));
      case GRAPH -> new Attribute.Subgraph(subgraphs.apply(attribute.getG()));
      case FLOATS -> new Attribute.Floats(attribute.getFloatsList());
      case INTS -> new Attribute.Ints(attribute.getIntsList());
      case STRINGS -> new Attribute.Texts(texts(attribute));
      case SPARSE_TENSOR ->
          new Attribute.Tensor(tensors.read(attribute.getSparseTensor(), what(call, attribute)));
      case UNDEFINED -> throw invalid(call, attribute, "has no value");
      case TYPE_PROTO ->
          DeclaredType.of(attribute.getTp())
              .filter(type -> type.element().isPresent())
              .map(type -> new Attribute.Type(type.element().get(), type.holder()))
              .orElseThrow(() -> unsupported(call, attribute));
      case TENSORS, GRAPHS, SPARSE_TENSORS, TYPE_PROTOS -> throw unsupported(call, attribute);
    };
  }

  private UnsupportedModelException unsupported(Call call, AttributeProto attribute) {
    return new UnsupportedModelException(
        List.of(
            "%s: %s is of type %s, which is not supported"
                .formatted(file, what(call, attribute), type(attribute))));
  }

  /// The type, told by the value if an old producer left it out.
  static AttributeType type(AttributeProto attribute) {
    if (attribute.getType() != AttributeType.UNDEFINED) {
      return attribute.getType();
    }
    if (attribute.hasF()) {
      return AttributeType.FLOAT;
    } else if (attribute.hasI()) {
      return AttributeType.INT;
    } else if (attribute.hasS()) {
      return AttributeType.STRING;
    } else if (attribute.hasT()) {
      return AttributeType.TENSOR;
    } else if (attribute.hasG()) {
      return AttributeType.GRAPH;
    } else if (attribute.hasTp()) {
      return AttributeType.TYPE_PROTO;
    } else if (attribute.hasSparseTensor()) {
      return AttributeType.SPARSE_TENSOR;
    } else if (attribute.getFloatsCount() > 0) {
      return AttributeType.FLOATS;
    } else if (attribute.getIntsCount() > 0) {
      return AttributeType.INTS;
    } else if (attribute.getStringsCount() > 0) {
      return AttributeType.STRINGS;
    }
    return AttributeType.UNDEFINED;
  }

  private static List<String> texts(AttributeProto attribute) {
    return attribute.getStringsList().stream().map(ByteString::toStringUtf8).toList();
  }

  /// The value of a Constant node, in whichever of its attributes it is.
  Constant constant(Call call) {
    List<AttributeProto> attributes = call.node().getAttributeList();
    if (attributes.size() != 1 || !call.node().getInputList().isEmpty()) {
      throw new InvalidModelException(
          "%s: %s needs exactly one attribute and no operands, got %d and %d"
              .formatted(file, call.label(), attributes.size(), call.node().getInputList().size()));
    }
    AttributeProto attribute = attributes.getFirst();
    String name = attribute.getName();
    Attribute value =
        read(call, attribute, _ -> new dev.crease.compiler.ir.GraphBuilder("").build());
    return switch (value) {
      case Attribute.Tensor(Constant tensor)
          when name.equals("value") || name.equals("sparse_value") ->
          tensor;
      case Attribute.Float(float number) when name.equals("value_float") -> Constant.scalar(number);
      case Attribute.Int(long number) when name.equals("value_int") -> Constant.scalar(number);
      case Attribute.Text(String text) when name.equals("value_string") ->
          Constant.of(Tensor.of(new String[] {text}));
      case Attribute.Floats(List<Float> numbers) when name.equals("value_floats") -> {
        float[] array = new float[numbers.size()];
        for (int i = 0; i < array.length; i++) {
          array[i] = numbers.get(i);
        }
        yield Constant.of(Tensor.of(array, array.length));
      }
      case Attribute.Ints(List<Long> numbers) when name.equals("value_ints") ->
          Constant.ofLongs(numbers.stream().mapToLong(Long::longValue).toArray());
      case Attribute.Texts(List<String> list) when name.equals("value_strings") ->
          Constant.of(Tensor.of(list.toArray(String[]::new), list.size()));
      default ->
          throw invalid(call, attribute, "of type " + value.kind() + " is no form of a constant");
    };
  }

  private static String what(Call call, AttributeProto attribute) {
    return "attribute `%s` of %s".formatted(attribute.getName(), call.label());
  }

  private InvalidModelException invalid(Call call, AttributeProto attribute, String problem) {
    return new InvalidModelException("%s: %s %s".formatted(file, what(call, attribute), problem));
  }
}
