package dev.crease.compiler.frontend.onnx;

import static dev.crease.compiler.frontend.onnx.OnnxBuilders.attribute;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.floats;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.model;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.node;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.opset;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.read;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.reluGraph;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.symbolic;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.tensor;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.AttributeProto.AttributeType;
import dev.crease.grammar.onnx.FunctionProto;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.grammar.onnx.SparseTensorProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.grammar.onnx.TypeProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Every kind of broken or unsupported file has its message.
class BrokenModelTest {
  private static void assertInvalid(GraphProto.Builder graph, String... message) {
    assertInvalid(model(8, 13, graph), message);
  }

  private static void assertInvalid(ModelProto.Builder model, String... message) {
    assertThatThrownBy(() -> read(model))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("test.onnx")
        .hasMessageContainingAll(message);
  }

  private static void assertUnsupported(GraphProto.Builder graph, String... message) {
    assertUnsupported(model(8, 13, graph), message);
  }

  private static void assertUnsupported(ModelProto.Builder model, String... message) {
    assertThatThrownBy(() -> read(model))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("test.onnx")
        .hasMessageContainingAll(message);
  }

  private static void assertInvalidTensor(TensorProto.Builder tensor, String... message) {
    assertInvalid(reluGraph().addInitializer(tensor), message);
  }

  @Test
  void missingFile() {
    assertThatThrownBy(() -> OnnxReader.read(Path.of("nowhere", "m.onnx")))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void everyTruncationIsReported() {
    byte[] whole =
        model(8, 13, reluGraph().addInitializer(floats("w", 1, 2, 3, 4))).build().toByteArray();
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> OnnxReader.read("test.onnx", part, OnnxOptions.DEFAULT))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("test.onnx");
    }
    byte[] cut = Arrays.copyOf(whole, whole.length - 20);
    assertThatThrownBy(() -> OnnxReader.read("test.onnx", cut, OnnxOptions.DEFAULT))
        .hasMessageContaining("damaged, at byte ")
        .hasMessageContaining("are left");
  }

  @Test
  void garbageNeverEscapes() {
    byte[] whole =
        model(8, 13, reluGraph().addInitializer(floats("w", 1, 2, 3, 4))).build().toByteArray();
    Random random = new Random(7);
    for (int round = 0; round < 4_000; round++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i <= round % 4; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        OnnxReader.read("test.onnx", damaged, OnnxOptions.DEFAULT);
      } catch (InvalidModelException | UnsupportedModelException e) {
        assertThat(e).hasMessageContaining("test.onnx");
      }
    }
  }

  @Test
  void deepNestingIsBounded() {
    GraphProto.Builder graph = reluGraph();
    for (int i = 0; i < 200; i++) {
      AttributeProto.Builder body =
          AttributeProto.newBuilder().setName("body").setType(AttributeType.GRAPH).setG(graph);
      graph = GraphProto.newBuilder().addNode(node("Loop", "", "y").addAttribute(body));
    }
    assertInvalid(graph, "nested", "byte");
  }

  @Test
  void missingParts() {
    assertInvalid(ModelProto.newBuilder().setIrVersion(8), "no graph");
    assertInvalid(ModelProto.newBuilder().setGraph(reluGraph()), "IR version");
    assertInvalid(ModelProto.newBuilder().setIrVersion(8).setGraph(reluGraph()), "no operator set");
    GraphProto.Builder other = reluGraph();
    other.getNodeBuilder(0).setDomain("other");
    assertInvalid(other, "`other`", "imports no operator set");
    assertInvalid(
        model(8, 13, reluGraph()).addOpsetImport(opset("ai.onnx", 14)), "twice", "13", "14");
  }

  @Test
  void versionsOutOfRange() {
    assertUnsupported(model(2, 13, reluGraph()), "IR version 2", "3 to 13");
    assertUnsupported(model(99, 13, reluGraph()), "IR version 99");
    assertUnsupported(model(3, 5, reluGraph()), "version 5", "supported are 6 to");
    assertUnsupported(model(13, 99, reluGraph()), "version 99", "supported are 6 to");
  }

  @Test
  void unsupportedOperatorsAreReportedAllAtOnce() {
    GraphProto.Builder graph =
        reluGraph()
            .addNode(node("Rellu", "y", "a").setName("typo"))
            .addNode(node("Rellu", "a", "b"))
            .addNode(node("Relu", "b", "c").setDomain("com.maker").setName("foreign"))
            .addInitializer(tensor("w", DataType.FLOAT8E5M2, 1))
            .addInitializer(tensor("v", DataType.COMPLEX64, 1));
    ModelProto.Builder model = model(8, 13, graph).addOpsetImport(opset("com.maker", 1));
    UnsupportedModelException e =
        catchThrowableOfType(UnsupportedModelException.class, () -> read(model));
    assertThat(e.findings()).hasSize(4);
    assertThat(e.findings())
        .anySatisfy(
            finding ->
                assertThat(finding)
                    .contains("Rellu of operator set 13", "`typo` and 1 more", "mean `Relu`"))
        .anySatisfy(
            finding ->
                assertThat(finding)
                    .contains("com.maker.Relu", "`foreign`", "of the default domain"))
        .anySatisfy(finding -> assertThat(finding).contains("`w`", "FLOAT8E5M2"))
        .anySatisfy(finding -> assertThat(finding).contains("`v`", "COMPLEX64"));
  }

  @Test
  void inputsMustBeTensorsWithAShape() {
    ValueInfoProto.Builder noShape = ValueInfoProto.newBuilder().setName("x");
    noShape.getTypeBuilder().getTensorTypeBuilder().setElemType(DataType.FLOAT_VALUE);
    assertUnsupported(reluGraph().setInput(0, noShape), "input `x`", "no shape");
    ValueInfoProto.Builder sequence = ValueInfoProto.newBuilder().setName("x");
    sequence.setType(
        TypeProto.newBuilder().setSequenceType(TypeProto.Sequence.getDefaultInstance()));
    assertUnsupported(reluGraph().setInput(0, sequence), "input `x`", "SEQUENCE");
    assertUnsupported(reluGraph().setInput(0, value("x", DataType.INT4, 2)), "input `x`", "INT4");
    assertUnsupported(
        reluGraph().setOutput(0, value("y", DataType.FLOAT8E5M2, 2)), "output `y`", "FLOAT8E5M2");
    assertUnsupported(reluGraph().addOutput(sequence.setName("z")), "output `z`", "SEQUENCE_TYPE");
  }

  @Test
  void declaredTypesMustAgree() {
    assertInvalid(
        reluGraph().setOutput(0, value("y", DataType.FLOAT, 2, 4)),
        "Relu `relu`",
        "`y`",
        "f32[2, 4]",
        "f32[2, 3]");
    assertInvalid(reluGraph().setOutput(0, value("y", DataType.INT64, 2, 3)), "i64", "f32");
    assertInvalid(reluGraph().setOutput(0, value("y", DataType.FLOAT, 2)), "f32[2]");
    assertInvalid(reluGraph().addValueInfo(value("y", DataType.INT32, 2, 3)).clearOutput(), "`y`");
    assertInvalid(
        reluGraph().addInput(value("w", DataType.FLOAT, 3)).addInitializer(floats("w", 1, 2)),
        "`w`",
        "f32[3]",
        "f32[2]");
    read(model(8, 13, reluGraph().setOutput(0, symbolic("y", DataType.FLOAT, "N", ""))));
  }

  @Test
  void operatorsCheckTheirOperands() {
    assertInvalid(reluGraph().setInput(0, value("x", DataType.BOOL, 2, 3)), "Relu `relu`", "bool");
    assertInvalid(reluGraph().setNode(0, node("Relu", "", "y")), "Relu `y`", "needs the operand");
    assertInvalid(reluGraph().addNode(node("Relu", "x", "_")), "Relu", "no result");
    GraphProto.Builder graph = reluGraph();
    graph.getNodeBuilder(0).addAttribute(attribute("alpha", 1f));
    assertInvalid(graph, "Relu `relu`", "alpha");
    graph.getNodeBuilder(0).addAttribute(attribute("alpha", 2f));
    assertInvalid(graph, "`alpha`", "twice");
  }

  @Test
  void undefinedValues() {
    GraphProto.Builder graph = reluGraph();
    graph.addInput(value("weight", DataType.FLOAT, 1));
    graph.addNode(node("Relu", "weigth", "z").setName("second"));
    assertInvalid(graph, "Relu `second`", "`weigth`", "did you mean `weight`");
    assertInvalid(
        reluGraph()
            .addNode(node("Relu", "y", "logits"))
            .addOutput(value("logit", DataType.FLOAT, 1)),
        "output `logit`",
        "did you mean `logits`");
  }

  @Test
  void cycles() {
    GraphProto.Builder graph =
        reluGraph()
            .addNode(node("Relu", "c", "a").setName("one"))
            .addNode(node("Relu", "a", "b").setName("two"))
            .addNode(node("Relu", "b", "c").setName("three"));
    assertInvalid(graph, "cycle", "Relu `one`", "Relu `two`", "Relu `three`");
    assertInvalid(reluGraph().addNode(node("Relu", "a", "a").setName("self")), "cycle", "`self`");
  }

  @Test
  void namesAreDefinedOnce() {
    assertInvalid(
        reluGraph().addNode(node("Relu", "x", "y").setName("again")),
        "Relu `again`",
        "`y`",
        "Relu `relu`");
    assertInvalid(reluGraph().addNode(node("Relu", "y", "x").setName("back")), "`back`", "input");
    assertInvalid(
        reluGraph().addInitializer(floats("w", 1)).addInitializer(floats("w", 1)), "`w`", "twice");
    assertInvalid(reluGraph().addInput(value("x", DataType.FLOAT, 2, 3)), "`x`", "twice");
    assertInvalid(reluGraph().addInitializer(floats("", 1)), "initializer", "no name");
    assertInvalid(reluGraph().addInput(value("", DataType.FLOAT, 2)), "input", "no name");
  }

  @Test
  void tensorsMustHoldTheirElements() {
    assertInvalidTensor(floats("w", 1, 2, 3).setDims(0, 4), "`w`", "16 bytes", "got 12");
    assertInvalidTensor(tensor("w", DataType.FLOAT, 2).addFloatData(1), "2 elements", "got 1");
    assertInvalidTensor(tensor("w", DataType.FLOAT, 1).addInt32Data(1), "`float_data`", "got 0");
    assertInvalidTensor(floats("w", 1).addFloatData(1), "twice");
    assertInvalidTensor(floats("w", 1).setDims(0, -1), "negative dimension -1");
    assertInvalidTensor(tensor("w", DataType.INT8, 1).addInt32Data(300), "300", "i8");
    assertInvalidTensor(tensor("w", DataType.UINT32, 1).addUint64Data(1L << 32), "u32");
    assertInvalidTensor(
        tensor("w", DataType.STRING, 1).setRawData(ByteString.copyFromUtf8("a")), "string_data");
  }

  @Test
  void hugeTensorsAreRefusedBeforeMemoryIsTaken() {
    assertUnsupported(
        reluGraph().addInitializer(tensor("w", DataType.FLOAT, 1L << 20, 1L << 20)), "2^31 - 1");
    assertUnsupported(
        reluGraph().addInitializer(tensor("w", DataType.FLOAT, 0, 1L << 40)), "2^31 - 1");
    assertInvalid(
        reluGraph().addInitializer(tensor("w", DataType.FLOAT, Integer.MAX_VALUE)), "got 0");
    SparseTensorProto.Builder sparse =
        SparseTensorProto.newBuilder()
            .setValues(floats("w", 1))
            .setIndices(OnnxBuilders.longs("i", 0))
            .addDims(Integer.MAX_VALUE);
    assertUnsupported(reluGraph().addSparseInitializer(sparse), "`w`", "sparse");
  }

  @Test
  void sparseTensorsMustBeInOrder() {
    SparseTensorProto.Builder sparse =
        SparseTensorProto.newBuilder().setValues(floats("w", 1, 2)).addDims(4);
    assertInvalid(
        reluGraph().addSparseInitializer(sparse.setIndices(OnnxBuilders.longs("i", 2, 1))),
        "`w`",
        "ascend");
    assertInvalid(
        reluGraph().addSparseInitializer(sparse.setIndices(OnnxBuilders.longs("i", 2, 4))),
        "below 4");
    assertInvalid(
        reluGraph().addSparseInitializer(sparse.setIndices(OnnxBuilders.longs("i", 2))), "i64[1]");
  }

  @Test
  void constantsMustHaveAForm() {
    assertInvalid(reluGraph().addNode(node("Constant", "", "c")), "Constant `c`", "one attribute");
    assertInvalid(
        reluGraph().addNode(node("Constant", "", "c").addAttribute(attribute("other", 1))),
        "Constant `c`",
        "no form of a constant");
    assertInvalid(
        reluGraph()
            .addNode(
                node("Constant", "", "c")
                    .addAttribute(AttributeProto.newBuilder().setName("value"))),
        "`value`",
        "no value");
  }

  @Test
  void functionsThatCallThemselvesInABranch() {
    AttributeProto.Builder branch =
        AttributeProto.newBuilder()
            .setType(AttributeProto.AttributeType.GRAPH)
            .setG(
                GraphProto.newBuilder()
                    .setName("branch")
                    .addNode(node("Again", "a", "c").setDomain("own"))
                    .addOutput(ValueInfoProto.newBuilder().setName("c")));
    FunctionProto.Builder again =
        FunctionProto.newBuilder()
            .setName("Again")
            .setDomain("own")
            .addInput("a")
            .addOutput("b")
            .addOpsetImport(opset("own", 1))
            .addOpsetImport(opset("", 13))
            .addNode(
                node("If", "a", "b")
                    .addAttribute(branch.clone().setName("then_branch"))
                    .addAttribute(branch.clone().setName("else_branch")));
    GraphProto.Builder graph = reluGraph().addNode(node("Again", "y", "z").setDomain("own"));
    assertInvalid(
        model(8, 13, graph).addOpsetImport(opset("own", 1)).addFunctions(again),
        "nested more than 64 deep",
        "call itself");
  }

  @Test
  void functionsThatCallThemselves() {
    FunctionProto.Builder loop =
        FunctionProto.newBuilder()
            .setName("Loop")
            .setDomain("own")
            .addInput("a")
            .addOutput("b")
            .addOpsetImport(opset("own", 1))
            .addNode(node("Loop", "a", "b").setDomain("own"));
    GraphProto.Builder graph = reluGraph().addNode(node("Loop", "y", "z").setDomain("own"));
    assertInvalid(
        model(8, 13, graph).addOpsetImport(opset("own", 1)).addFunctions(loop),
        "`Loop`",
        "calls itself");
    assertInvalid(
        model(8, 13, reluGraph()).addFunctions(loop).addFunctions(loop), "`Loop`", "twice");
  }

  @Test
  void functionsThatMultiplyAreBounded() {
    ModelProto.Builder model = model(8, 13, reluGraph()).addOpsetImport(opset("own", 1));
    for (int level = 0; level < 30; level++) {
      FunctionProto.Builder function =
          FunctionProto.newBuilder()
              .setName("f" + level)
              .setDomain("own")
              .addInput("a")
              .addOutput("b")
              .addOpsetImport(opset("own", 1))
              .addOpsetImport(opset("", 13));
      String callee = level == 0 ? "Relu" : "f" + (level - 1);
      String domain = level == 0 ? "" : "own";
      function.addNode(node(callee, "a", "t").setDomain(domain));
      function.addNode(node(callee, "t", "b").setDomain(domain));
      model.addFunctions(function);
    }
    model.getGraphBuilder().addNode(node("f29", "y", "z").setDomain("own"));
    assertUnsupported(model, "its functions expand to more than 200000 nodes");
  }

  @Test
  void functionsThatCallDeepAreBounded() {
    ModelProto.Builder model = model(8, 13, reluGraph()).addOpsetImport(opset("own", 1));
    for (int level = 0; level < 20_000; level++) {
      model.addFunctions(
          FunctionProto.newBuilder()
              .setName("f" + level)
              .setDomain("own")
              .addInput("a")
              .addOutput("b")
              .addOpsetImport(opset("own", 1))
              .addOpsetImport(opset("", 13))
              .addNode(
                  level == 0
                      ? node("Relu", "a", "b")
                      : node("f" + (level - 1), "a", "b").setDomain("own")));
    }
    model.getGraphBuilder().addNode(node("f19999", "y", "z").setDomain("own"));
    assertInvalid(model, "functions call each other", "deep");
  }

  @Test
  void attributesThatReferToAFunctionElsewhere() {
    GraphProto.Builder graph = reluGraph();
    graph
        .getNodeBuilder(0)
        .addAttribute(AttributeProto.newBuilder().setName("alpha").setRefAttrName("beta"));
    assertInvalid(graph, "`alpha`", "`beta`", "no function");
  }
}
