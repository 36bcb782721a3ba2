package dev.crease.compiler.frontend.onnx;

import static dev.crease.compiler.frontend.onnx.OnnxBuilders.floats;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.model;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.node;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.read;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.reluGraph;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.symbolic;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.tensor;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Operators;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.grammar.onnx.StringStringEntryProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxWriterTest {
  @TempDir Path folder;

  private static Model sample() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("sample")
            .addInput(symbolic("x", DataType.FLOAT, "N", "", 3))
            .addInput(value("d", DataType.FLOAT, 2))
            .addInitializer(floats("d", 1, 2))
            .addInitializer(floats("w", new float[600]))
            .addInitializer(
                tensor("s", DataType.STRING, 1).addStringData(ByteString.copyFromUtf8("text")))
            .addNode(node("Relu", "x", "a").setName("first"))
            .addNode(node("Relu", "a", "b"))
            .addNode(node("Relu", "w", "c"))
            .addOutput(symbolic("b", DataType.FLOAT, "", "", ""))
            .addOutput(value("c", DataType.FLOAT, 600));
    return read(
        model(8, 13, graph)
            .setProducerName("maker")
            .setDocString("words")
            .addMetadataProps(StringStringEntryProto.newBuilder().setKey("k").setValue("v")));
  }

  @Test
  void readingWhatWasWrittenGivesAnEqualModel() throws IOException {
    Path file = folder.resolve("m.onnx");
    OnnxWriter.write(sample(), file);
    assertThat(OnnxReader.read(file)).isEqualTo(sample());
    OnnxWriter.write(OnnxReader.read(file), file);
    assertThat(OnnxReader.read(file)).isEqualTo(sample());
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void largeWeightsGoIntoASecondFile() throws IOException {
    Path file = folder.resolve("m.onnx");
    OnnxWriter.write(sample(), file, 1000);
    assertThat(folder.resolve("m.onnx.data")).hasSize(2400);
    assertThat(Files.size(file)).isLessThan(1000);
    assertThat(OnnxReader.read(file)).isEqualTo(sample());
  }

  @Test
  void theOperatorSetIsAsOldAsTheOperatorsAllow() throws IOException {
    ModelProto written = ModelProto.parseFrom(OnnxWriter.toBytes(sample()));
    assertThat(written.getOpsetImport(0).getVersion()).isEqualTo(14);
    assertThat(written.getIrVersion()).isEqualTo(7);
  }

  @Test
  void operatorsOfOurOwnAreExpanded() {
    GraphBuilder builder = new GraphBuilder("fused");
    Value x = builder.input("x", TensorType.of(ElementType.FLOAT32, 1, 1, 3, 3));
    Value w =
        builder.constant(
            "w", Constant.of(Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 1, 3, 3)));
    Attributes same =
        Attributes.NONE.with("pads", List.of(1L, 1L, 1L, 1L)).with("activation", "Relu");
    Op fused = Operators.find("crease.FusedConv").orElseThrow().create(same);
    builder.add("fused", fused, List.of(x, w, Value.ABSENT, x), List.of("y"));
    builder.output(builder.find("y").orElseThrow());
    Model model = Model.of(builder.build());

    Model plain = OnnxReader.read("m", OnnxWriter.toBytes(model), OnnxOptions.DEFAULT).model();
    assertThat(plain.graph().nodes())
        .extracting(node -> node.op().schema().qualifiedName())
        .containsExactly("Conv", "Add", "Relu");
    assertThat(plain.graph().outputs()).isEqualTo(model.graph().outputs());
    double[] picture = {1, -1, 2, -2, 3, -3, 4, -4, 5};
    Map<String, DoubleTensor> inputs =
        Map.of("x", new DoubleTensor(ElementType.FLOAT32, new int[] {1, 1, 3, 3}, picture));
    assertThat(Interpreter.run(plain.graph(), inputs).get("y").data())
        .containsExactly(Interpreter.run(model.graph(), inputs).get("y").data());
  }

  @Test
  void aFailureLeavesTheOldFile() throws IOException {
    Path file = folder.resolve("m.onnx");
    Files.writeString(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      out.write(1);
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(file).hasContent("old");
    assertThatThrownBy(() -> OnnxWriter.write(read(model(8, 13, reluGraph())), folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is a folder");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
