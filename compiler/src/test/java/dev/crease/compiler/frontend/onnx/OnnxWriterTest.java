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
import dev.crease.compiler.frontend.AtomicFile;
import dev.crease.compiler.ir.Model;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.grammar.onnx.StringStringEntryProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
