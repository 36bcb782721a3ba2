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

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.reduce.Softmax;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.AttributeProto.AttributeType;
import dev.crease.grammar.onnx.FunctionProto;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.SparseTensorProto;
import dev.crease.grammar.onnx.StringStringEntryProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.runtime.ElementType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxReaderTest {
  private static Constant initializer(TensorProto.Builder tensor) {
    GraphProto.Builder graph = reluGraph().addInitializer(tensor);
    Graph read = read(model(8, 13, graph)).graph();
    return read.constants().values().iterator().next();
  }

  private static Constant constantNode(AttributeProto attribute) {
    GraphProto.Builder graph =
        reluGraph().addNode(node("Constant", "", "c").addAttribute(attribute));
    Graph read = read(model(8, 13, graph)).graph();
    assertThat(read.nodes()).hasSize(1);
    return read.constants().values().iterator().next();
  }

  @Test
  void readsNamesTypesAndMetadata() {
    Model model =
        read(
            model(8, 13, reluGraph())
                .setProducerName("maker")
                .setProducerVersion("1.2")
                .setDocString("what it is")
                .addMetadataProps(
                    StringStringEntryProto.newBuilder().setKey("author").setValue("me")));
    assertThat(model.producer()).isEqualTo("maker 1.2");
    assertThat(model.documentation()).isEqualTo("what it is");
    assertThat(model.metadata()).containsEntry("author", "me");
    Node relu = model.graph().nodes().getFirst();
    assertThat(relu.name()).isEqualTo("relu");
    assertThat(relu.op()).isEqualTo(new Relu());
    assertThat(relu.output()).hasToString("y: f32[2, 3]");
    assertThat(model.graph().name()).isEqualTo("g");
  }

  @Test
  void readsFilesAndAliasesTheirWeights(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("m.onnx");
    Files.write(
        file, model(8, 13, reluGraph().addInitializer(floats("w", 1, 2, 3))).build().toByteArray());
    Graph graph = OnnxReader.read(file).graph();
    assertThat(graph.constants().values().iterator().next().array())
        .isEqualTo(new float[] {1, 2, 3});
  }

  /// The weights of this file are a hole of 3 GiB: read as copies they would not fit anywhere.
  @Test
  void weightsMayExceedTwoGigabytes(@TempDir Path folder) throws IOException {
    long rows = 3;
    long bytes = rows << 30;
    byte[] head = tensor("w", DataType.FLOAT, rows, 1 << 28).build().toByteArray();
    byte[] rawTag = lengthDelimited(9, bytes);
    byte[] tensorTag = lengthDelimited(5, head.length + rawTag.length + bytes);
    byte[] graph = reluGraph().build().toByteArray();
    long graphSize = graph.length + tensorTag.length + head.length + rawTag.length + bytes;
    byte[] model = model(8, 13, GraphProto.newBuilder()).clearGraph().build().toByteArray();
    Path file = folder.resolve("large.onnx");
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      for (byte[] part :
          List.of(model, lengthDelimited(7, graphSize), graph, tensorTag, head, rawTag)) {
        out.write(ByteBuffer.wrap(part));
      }
      out.write(ByteBuffer.wrap(new byte[1]), out.position() + bytes - 1);
    }
    Graph read = OnnxReader.read(file).graph();
    assertThat(read.constants().keySet())
        .extracting(Value::toString)
        .containsExactly("w: f32[3, 268435456]");
  }

  /// The beginning of a field that holds so many bytes.
  private static byte[] lengthDelimited(int field, long length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeUInt32NoTag(field << 3 | 2);
    out.writeUInt64NoTag(length);
    out.flush();
    return bytes.toByteArray();
  }

  @Test
  void symbolsAreKeptOrMadeUp() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(symbolic("x", DataType.FLOAT, "batch", "", 3, "x_dim1", -1))
            .addNode(node("Relu", "x", "y"))
            .addOutput(symbolic("y", DataType.FLOAT, "", "anything", -1, 5, ""));
    Value x = read(model(8, 13, graph)).graph().inputs().getFirst();
    assertThat(x.type().dims())
        .containsExactly(
            Dim.symbol("batch"),
            Dim.symbol("x_dim1.1"),
            Dim.of(3),
            Dim.symbol("x_dim1"),
            Dim.symbol("x_dim4"));
  }

  @Test
  void initializersThatAreInputsAreDefaultsFromVersion4On() {
    GraphProto.Builder graph =
        reluGraph().addInput(value("w", DataType.FLOAT, 2)).addInitializer(floats("w", 1, 2));
    Graph overridable = read(model(4, 13, graph)).graph();
    assertThat(overridable.defaults()).hasSize(1);
    assertThat(overridable.constants()).isEmpty();
    assertThat(overridable.inputs()).hasSize(2);

    OnnxImport unlocked = read(model(4, 13, graph), new OnnxOptions(true));
    assertThat(unlocked.unlocked()).containsExactly("w");
    assertThat(unlocked.model().graph().constants()).hasSize(1);
    assertThat(unlocked.model().graph().inputs()).hasSize(1);

    OnnxImport old = read(model(3, 8, graph), OnnxOptions.DEFAULT);
    assertThat(old.unlocked()).isEmpty();
    assertThat(old.model().graph().constants()).hasSize(1);
    assertThat(old.model().graph().inputs()).hasSize(1);
  }

  @Test
  void readsEveryEncoding() {
    assertThat(initializer(tensor("t", DataType.FLOAT, 2).addFloatData(1).addFloatData(2)).array())
        .isEqualTo(new float[] {1, 2});
    assertThat(initializer(tensor("t", DataType.DOUBLE, 1).addDoubleData(0.1)).array())
        .isEqualTo(new double[] {0.1});
    assertThat(initializer(tensor("t", DataType.INT64, 1).addInt64Data(-5)).longs())
        .containsExactly(-5);
    assertThat(initializer(tensor("t", DataType.UINT64, 1).addUint64Data(-1)).array())
        .isEqualTo(new long[] {-1});
    assertThat(initializer(tensor("t", DataType.UINT32, 1).addUint64Data(4_000_000_000L)).longs())
        .containsExactly(4_000_000_000L);
    assertThat(initializer(tensor("t", DataType.INT32, 1).addInt32Data(-7)).longs())
        .containsExactly(-7);
    assertThat(initializer(tensor("t", DataType.INT8, 1).addInt32Data(-7)).longs())
        .containsExactly(-7);
    assertThat(initializer(tensor("t", DataType.UINT8, 1).addInt32Data(200)).longs())
        .containsExactly(200);
    assertThat(initializer(tensor("t", DataType.INT16, 1).addInt32Data(-300)).longs())
        .containsExactly(-300);
    assertThat(initializer(tensor("t", DataType.UINT16, 1).addInt32Data(60_000)).longs())
        .containsExactly(60_000);
    assertThat(initializer(tensor("t", DataType.BOOL, 2).addInt32Data(1).addInt32Data(0)).array())
        .isEqualTo(new byte[] {1, 0});
    assertThat(initializer(tensor("t", DataType.FLOAT16, 1).addInt32Data(0x3c00)).doubles())
        .containsExactly(1);
    assertThat(initializer(tensor("t", DataType.BFLOAT16, 1).addInt32Data(0xbf80)).doubles())
        .containsExactly(-1);
    assertThat(
            initializer(tensor("t", DataType.STRING, 1).addStringData(ByteString.copyFromUtf8("ä")))
                .array())
        .isEqualTo(new String[] {"ä"});
    ByteString two = ByteString.copyFrom(new byte[] {0, 2});
    assertThat(initializer(tensor("t", DataType.BOOL, 2).setRawData(two)).array())
        .isEqualTo(new byte[] {0, 1});
    assertThat(initializer(tensor("t", DataType.UINT16, 1).setRawData(two)).longs())
        .containsExactly(512);
    assertThat(initializer(tensor("t", DataType.FLOAT, 0, 3)).dims()).containsExactly(0, 3);
  }

  @Test
  void readsEveryFormOfConstantNodes() {
    assertThat(constantNode(attribute("value", floats("", 1, 2))).array())
        .isEqualTo(new float[] {1, 2});
    assertThat(constantNode(attribute("value_float", 2.5f)).type()).hasToString("f32[]");
    assertThat(constantNode(attribute("value_int", 4)).longs()).containsExactly(4);
    assertThat(constantNode(attribute("value_ints", List.of(4L, 5L))).longs())
        .containsExactly(4, 5);
    assertThat(constantNode(attribute("value_string", "a")).array()).isEqualTo(new String[] {"a"});
    AttributeProto.Builder reals = AttributeProto.newBuilder().setName("value_floats");
    assertThat(constantNode(reals.setType(AttributeType.FLOATS).addFloats(3).build()).array())
        .isEqualTo(new float[] {3});
    AttributeProto.Builder texts = AttributeProto.newBuilder().setName("value_strings");
    assertThat(
            constantNode(
                    texts
                        .setType(AttributeType.STRINGS)
                        .addStrings(ByteString.copyFromUtf8("b"))
                        .build())
                .array())
        .isEqualTo(new String[] {"b"});
    AttributeProto.Builder sparse = AttributeProto.newBuilder().setName("sparse_value");
    assertThat(
            constantNode(
                    sparse
                        .setType(AttributeType.SPARSE_TENSOR)
                        .setSparseTensor(sparse(1, 2))
                        .build())
                .array())
        .isEqualTo(new float[] {0, 7, 8, 0});
  }

  /// A matrix of 2 x 2 with 7 and 8 at these linear indices.
  private static SparseTensorProto.Builder sparse(long first, long second) {
    return SparseTensorProto.newBuilder()
        .setValues(floats("s", 7, 8))
        .setIndices(OnnxBuilders.longs("i", first, second))
        .addDims(2)
        .addDims(2);
  }

  @Test
  void makesSparseInitializersDense() {
    GraphProto.Builder linear = reluGraph().addSparseInitializer(sparse(0, 3));
    Constant dense = read(model(8, 13, linear)).graph().constants().values().iterator().next();
    assertThat(dense.type()).hasToString("f32[2, 2]");
    assertThat(dense.array()).isEqualTo(new float[] {7, 0, 0, 8});

    SparseTensorProto.Builder byAxis = sparse(0, 3);
    byAxis.setIndices(tensor("i", DataType.INT64, 2, 2).addAllInt64Data(List.of(0L, 1L, 1L, 0L)));
    GraphProto.Builder graph = reluGraph().addSparseInitializer(byAxis);
    assertThat(read(model(8, 13, graph)).graph().constants().values().iterator().next().array())
        .isEqualTo(new float[] {0, 7, 8, 0});
  }

  /// As when the inputs of a file are given another batch, and nothing else.
  @Test
  void dimensionsNotedInsideTheGraphMayBeStale() {
    GraphProto.Builder graph =
        reluGraph().clearOutput().addValueInfo(value("y", DataType.FLOAT, 3, 3));
    graph.addNode(node("Neg", "y", "z")).addOutput(value("z", DataType.FLOAT, 2, 3));
    Value y = read(model(8, 13, graph)).graph().nodes().getFirst().outputs().getFirst();
    assertThat(y.type()).hasToString("f32[2, 3]");
  }

  @Test
  void sortsNodes() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(value("x", DataType.FLOAT, 2))
            .addNode(node("Relu", "b", "c"))
            .addNode(node("Relu", "a", "b"))
            .addNode(node("Relu", "x", "a"))
            .addOutput(value("c", DataType.FLOAT, 2));
    assertThat(read(model(8, 13, graph)).graph().nodes())
        .extracting(node -> node.output().name())
        .containsExactly("a", "b", "c");
  }

  @Test
  void theDefaultDomainHasTwoNames() {
    GraphProto.Builder graph = reluGraph();
    graph.getNodeBuilder(0).setDomain("ai.onnx");
    assertThat(read(model(8, 13, graph)).graph().nodes()).hasSize(1);
  }

  @Test
  void inlinesFunctions() {
    FunctionProto.Builder twice =
        FunctionProto.newBuilder()
            .setName("Twice")
            .setDomain("own")
            .addInput("a")
            .addOutput("b")
            .addOpsetImport(opset("", 13))
            .addNode(node("Relu", "a", "t").setName("first"))
            .addNode(node("Relu", "t", "b"));
    FunctionProto.Builder four =
        FunctionProto.newBuilder()
            .setName("Four")
            .setDomain("own")
            .addInput("a")
            .addOutput("b")
            .addOpsetImport(opset("own", 1))
            .addNode(node("Twice", "a", "t").setDomain("own").setName("lower"))
            .addNode(node("Twice", "t", "b").setDomain("own").setName("upper"));
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(value("x", DataType.FLOAT, 2))
            .addNode(node("Four", "x", "y").setDomain("own").setName("call"))
            .addOutput(value("y", DataType.FLOAT, 2));
    Graph read =
        read(model(8, 13, graph)
                .addOpsetImport(opset("own", 1))
                .addFunctions(twice)
                .addFunctions(four))
            .graph();
    assertThat(read.nodes())
        .extracting(Node::name)
        .containsExactly(
            "call/lower/first", "call/lower/Relu", "call/upper/first", "call/upper/Relu");
    assertThat(read.outputs()).extracting(Value::name).containsExactly("y");
    assertThat(read.nodes().getFirst().input(0).type().element()).isEqualTo(ElementType.FLOAT32);
  }

  private static FunctionProto.Builder function(String overload, int version, String operator) {
    AttributeProto.Builder reference =
        AttributeProto.newBuilder()
            .setName("axis")
            .setRefAttrName("along")
            .setType(AttributeType.INT);
    return FunctionProto.newBuilder()
        .setName("Normal")
        .setDomain("own")
        .setOverload(overload)
        .addInput("a")
        .addOutput("b")
        .addAttributeProto(attribute("along", 1L))
        .addOpsetImport(opset("", version))
        .addNode(node(operator, "a", "b").addAttribute(reference));
  }

  private static NodeProto.Builder call(String overload, String operand, String result) {
    return node("Normal", operand, result).setDomain("own").setOverload(overload);
  }

  /// Before operator set 13 a Softmax flattened its operand, so that the version of the function's
  /// own operator set is to be seen.
  @Test
  void functionsHaveOverloadsDefaultsAndOperatorSetsOfTheirOwn() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(value("x", DataType.FLOAT, 2, 3, 4))
            .addNode(call("old", "x", "s"))
            .addNode(call("", "s", "t").addAttribute(attribute("along", 0L)))
            .addNode(call("new", "t", "y"))
            .addOutput(value("y", DataType.FLOAT, 2, 3, 4));
    Graph read =
        read(model(8, 18, graph)
                .addOpsetImport(opset("own", 1))
                .addFunctions(function("old", 11, "Softmax"))
                .addFunctions(function("new", 13, "LogSoftmax"))
                .addFunctions(function("", 13, "Softmax")))
            .graph();
    assertThat(read.nodes())
        .extracting(each -> each.op().schema().name())
        .containsExactly("Flatten", "Softmax", "Shape", "Reshape", "Softmax", "LogSoftmax");
    assertThat(read.nodes().get(4).op()).isEqualTo(new Softmax(Softmax.Function.SOFTMAX, 0));
    assertThat(read.nodes().get(5).op()).isEqualTo(new Softmax(Softmax.Function.LOG_SOFTMAX, 1));
  }

  @Test
  void aFunctionThatIsMissingIsToldByItsDomain() {
    GraphProto.Builder graph = reluGraph().addNode(call("other", "y", "z"));
    ModelProto.Builder model =
        model(8, 18, graph)
            .addOpsetImport(opset("own", 1))
            .addFunctions(function("", 13, "Softmax"));
    assertThatThrownBy(() -> read(model))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("own.Normal");
  }
}
