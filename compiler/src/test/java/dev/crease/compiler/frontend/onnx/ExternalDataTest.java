package dev.crease.compiler.frontend.onnx;

import static dev.crease.compiler.frontend.onnx.OnnxBuilders.model;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.raw;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.reluGraph;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.ir.Graph;
import dev.crease.grammar.onnx.StringStringEntryProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExternalDataTest {
  @TempDir Path root;
  private Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    folder = Files.createDirectories(root.resolve("models"));
    Files.createDirectories(folder.resolve("weights"));
    Files.write(folder.resolve("weights/w.bin"), raw(0, 1, 2, 3).toByteArray());
    Files.write(root.resolve("secret.bin"), raw(5, 5).toByteArray());
  }

  /// @param entries keys and values in turn
  private Graph read(String... entries) throws IOException {
    TensorProto.Builder tensor = tensor("w", DataType.FLOAT, 2);
    tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL);
    for (int i = 0; i < entries.length; i += 2) {
      tensor.addExternalData(
          StringStringEntryProto.newBuilder().setKey(entries[i]).setValue(entries[i + 1]));
    }
    Path file = folder.resolve("m.onnx");
    Files.write(file, model(8, 13, reluGraph().addInitializer(tensor)).build().toByteArray());
    return OnnxReader.read(file).graph();
  }

  private void assertRefused(String message, String... entries) {
    assertThatThrownBy(() -> read(entries))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("m.onnx: initializer `w`")
        .hasMessageContaining(message);
  }

  @Test
  void readsPartsOfFiles() throws IOException {
    Graph graph = read("location", "weights/w.bin", "offset", "4", "length", "8");
    assertThat(graph.constants().values().iterator().next().array()).isEqualTo(new float[] {1, 2});
    assertThat(read("location", "weights/../weights/w.bin").constants().values())
        .first()
        .satisfies(constant -> assertThat(constant.array()).isEqualTo(new float[] {0, 1}));
  }

  @Test
  void staysInTheFolder() throws IOException {
    assertRefused("outside the model's folder", "location", "../secret.bin");
    assertRefused("outside the model's folder", "location", "weights/../../secret.bin");
    assertRefused("absolute", "location", root.resolve("secret.bin").toString());
    Files.createSymbolicLink(folder.resolve("link.bin"), root.resolve("secret.bin"));
    assertRefused("outside the model's folder", "location", "link.bin");
    Files.createSymbolicLink(folder.resolve("up"), root);
    assertRefused("outside the model's folder", "location", "up/secret.bin");
  }

  @Test
  void saysWhatIsWrong() {
    assertRefused("missing", "location", "weights/other.bin");
    assertRefused("not a file", "location", "weights");
    assertRefused("names no `location`");
    assertRefused("which has 16", "location", "weights/w.bin", "offset", "12");
    assertRefused("which has 16", "location", "weights/w.bin", "offset", "9223372036854775807");
    assertRefused("needs 8 bytes, got 4", "location", "weights/w.bin", "length", "4");
    assertRefused("offset `-1`", "location", "weights/w.bin", "offset", "-1");
    assertRefused("length `many`", "location", "weights/w.bin", "length", "many");
    assertRefused("is no path", "location", "a\0b");
  }

  @Test
  void modelsInMemoryHaveNone() {
    TensorProto.Builder tensor = tensor("w", DataType.FLOAT, 2);
    tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL);
    tensor.addExternalData(
        StringStringEntryProto.newBuilder().setKey("location").setValue("w.bin"));
    assertThatThrownBy(() -> OnnxBuilders.read(model(8, 13, reluGraph().addInitializer(tensor))))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("the model is no file");
  }
}
