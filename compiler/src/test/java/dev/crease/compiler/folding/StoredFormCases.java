package dev.crease.compiler.folding;

import dev.crease.compiler.frontend.onnx.OnnxOptions;
import dev.crease.compiler.frontend.onnx.OnnxReader;
import dev.crease.compiler.ir.Model;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.AttributeProto.AttributeType;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.OperatorSetIdProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.grammar.onnx.TypeProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Conv and BatchNormalization as files of each operator set hold them: 7 and 9 without
/// `training_mode` and with five results where they were trained, 14 and 15 with it; and with
/// initializers that IR versions up to 3 list as inputs, and later ones only if they may be
/// overridden.
final class StoredFormCases {
  private static final int CHANNELS = 4;
  private static final int FIRST_WITH_FREE_INITIALIZERS = 4;

  private StoredFormCases() {}

  static void addTo(CaseList cases) {
    for (int opset : new int[] {7, 8, 9, 13, 14, 15}) {
      for (boolean ahead : new boolean[] {false, true}) {
        add(cases, opset, 8, false, ahead, ahead ? Expected.AHEAD : Expected.BEHIND);
      }
    }
    for (boolean ahead : new boolean[] {false, true}) {
      add(cases, 7, 3, true, ahead, ahead ? Expected.AHEAD : Expected.BEHIND);
      add(cases, 9, 4, true, ahead, Expected.PARAMETER_OVERRIDABLE);
      add(cases, 15, 8, true, ahead, Expected.PARAMETER_OVERRIDABLE);
    }
  }

  private static void add(
      CaseList cases, int opset, int ir, boolean listed, boolean ahead, Expected expected) {
    String name =
        "%s, operator set %d, IR %d, %s"
            .formatted(
                ahead ? "ahead" : "behind",
                opset,
                ir,
                listed ? "listed as inputs" : "initializers");
    byte[] file = file(opset, ir, listed, ahead, new Random(opset)).toByteArray();
    Model model = OnnxReader.read(name, file, OnnxOptions.DEFAULT).model();
    Pattern pattern = ahead ? Pattern.AHEAD : Pattern.CONV_WITH_BIAS;
    Pattern listedPattern =
        listed && ir >= FIRST_WITH_FREE_INITIALIZERS ? Pattern.NOT_CONSTANT : pattern;
    cases.cases().add(new FoldingCase(listedPattern, name, model, expected));
  }

  private static ModelProto file(int opset, int ir, boolean listed, boolean ahead, Random random) {
    String before = ahead ? "normalized" : "convolved";
    NodeProto.Builder norm =
        node("BatchNormalization", ahead ? "x" : before, "scale", "shift", "mean", "variance");
    norm.addOutput(ahead ? before : "y");
    norm.addAttribute(
        AttributeProto.newBuilder().setName("epsilon").setType(AttributeType.FLOAT).setF(1e-3f));
    NodeProto.Builder conv = node("Conv", ahead ? before : "x", "w", "b");
    conv.addOutput(ahead ? "y" : before);
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("stored")
            .addInput(declared("x", 2, CHANNELS, 6, 6))
            .addOutput(declared("y", 2, CHANNELS, 6, 6))
            .addNode(ahead ? norm : conv)
            .addNode(ahead ? conv : norm);
    List<TensorProto> tensors = new ArrayList<>();
    tensors.add(tensor("w", random, 0, CHANNELS, CHANNELS, 1, 1));
    tensors.add(tensor("variance", random, 2, CHANNELS));
    for (String name : List.of("b", "scale", "shift", "mean")) {
      tensors.add(tensor(name, random, 0, CHANNELS));
    }
    for (TensorProto tensor : tensors) {
      graph.addInitializer(tensor);
      if (listed) {
        long[] dims = tensor.getDimsList().stream().mapToLong(dim -> dim).toArray();
        graph.addInput(declared(tensor.getName(), dims));
      }
    }
    return ModelProto.newBuilder()
        .setIrVersion(ir)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .setGraph(graph)
        .build();
  }

  private static NodeProto.Builder node(String operator, String... operands) {
    return NodeProto.newBuilder().setOpType(operator).addAllInput(List.of(operands));
  }

  /// Numbers between `least` and `least + 1`.
  private static TensorProto tensor(String name, Random random, double least, long... dims) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT.getNumber());
    long count = 1;
    for (long dim : dims) {
      tensor.addDims(dim);
      count *= dim;
    }
    for (int i = 0; i < count; i++) {
      tensor.addFloatData((float) (least + random.nextDouble()));
    }
    return tensor.build();
  }

  private static ValueInfoProto declared(String name, long... dims) {
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.getNumber());
    for (long dim : dims) {
      tensor.getShapeBuilder().addDimBuilder().setDimValue(dim);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
