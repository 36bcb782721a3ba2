package dev.crease.compiler.frontend.onnx;

import com.google.protobuf.ByteString;
import dev.crease.compiler.ir.Model;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.AttributeProto.AttributeType;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.OperatorSetIdProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.grammar.onnx.TensorShapeProto.Dimension;
import dev.crease.grammar.onnx.TypeProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Files of the ONNX format, right and wrong, in few words.
public final class OnnxBuilders {
  private OnnxBuilders() {}

  public static ModelProto.Builder model(int irVersion, int opset, GraphProto.Builder graph) {
    return ModelProto.newBuilder()
        .setIrVersion(irVersion)
        .addOpsetImport(opset("", opset))
        .setGraph(graph);
  }

  public static OperatorSetIdProto opset(String domain, int version) {
    return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
  }

  /// `y = Relu(x)` over `f32[2, 3]`.
  public static GraphProto.Builder reluGraph() {
    return GraphProto.newBuilder()
        .setName("g")
        .addInput(value("x", DataType.FLOAT, 2, 3))
        .addNode(node("Relu", "x", "y").setName("relu"))
        .addOutput(value("y", DataType.FLOAT, 2, 3));
  }

  /// @param operands names separated by blanks; `_` for one that is left out; likewise results
  public static NodeProto.Builder node(String operator, String operands, String results) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(names(operands))
        .addAllOutput(names(results));
  }

  private static List<String> names(String list) {
    return list.isEmpty()
        ? List.of()
        : List.of(list.split(" ")).stream().map(name -> name.equals("_") ? "" : name).toList();
  }

  public static ValueInfoProto value(String name, DataType type, long... dims) {
    Object[] boxed = new Object[dims.length];
    for (int i = 0; i < dims.length; i++) {
      boxed[i] = dims[i];
    }
    return symbolic(name, type, boxed);
  }

  /// @param dims numbers, names of symbols, or empty strings for dimensions without either
  public static ValueInfoProto symbolic(String name, DataType type, Object... dims) {
    TypeProto.Tensor.Builder tensor = TypeProto.Tensor.newBuilder().setElemType(type.getNumber());
    tensor.getShapeBuilder();
    for (Object dim : dims) {
      Dimension.Builder builder = tensor.getShapeBuilder().addDimBuilder();
      switch (dim) {
        case String symbol when symbol.isEmpty() -> {}
        case String symbol -> builder.setDimParam(symbol);
        case Long number -> builder.setDimValue(number);
        default -> builder.setDimValue((Integer) dim);
      }
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  public static TensorProto.Builder tensor(String name, DataType type, long... dims) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    return tensor;
  }

  /// A vector of float32 as raw bytes.
  public static TensorProto.Builder floats(String name, float... values) {
    return tensor(name, DataType.FLOAT, values.length).setRawData(raw(values));
  }

  /// A vector of int64.
  public static TensorProto.Builder longs(String name, long... values) {
    TensorProto.Builder tensor = tensor(name, DataType.INT64, values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    return tensor;
  }

  public static ByteString raw(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return ByteString.copyFrom(buffer);
  }

  public static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  public static AttributeProto attribute(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  public static AttributeProto attribute(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  public static AttributeProto attribute(String name, List<Long> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.INTS)
        .addAllInts(values)
        .build();
  }

  public static AttributeProto attribute(String name, TensorProto.Builder value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.TENSOR)
        .setT(value)
        .build();
  }

  public static Model read(ModelProto.Builder model) {
    return read(model, OnnxOptions.DEFAULT).model();
  }

  public static OnnxImport read(ModelProto.Builder model, OnnxOptions options) {
    return OnnxReader.read("test.onnx", model.build().toByteArray(), options);
  }
}
