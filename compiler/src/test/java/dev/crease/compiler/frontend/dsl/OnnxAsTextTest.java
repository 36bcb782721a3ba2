package dev.crease.compiler.frontend.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.frontend.onnx.OnnxReader;
import dev.crease.compiler.ir.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every ONNX model that can be imported reads back from its text.
class OnnxAsTextTest {
  private static final Path SHARED = Path.of("..", "..", "shared");

  @TempDir private Path folder;

  @Test
  void importedModelsReadBack() throws IOException {
    Assumptions.assumeTrue(
        Files.isDirectory(SHARED.resolve("models")), "no models beside the repository");
    int read = 0;
    for (Path file : models()) {
      Model model;
      try {
        model = OnnxReader.read(file);
      } catch (UnsupportedModelException _) {
        continue;
      }
      Path text = folder.resolve("model.crease");
      TextWriter.write(model, text);
      assertThat(TextReader.read(text)).as(file.toString()).isEqualTo(model);
      read++;
    }
    assertThat(read).isGreaterThan(100);
  }

  private static List<Path> models() throws IOException {
    try (Stream<Path> files = Files.walk(SHARED.toRealPath())) {
      return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList();
    }
  }
}
