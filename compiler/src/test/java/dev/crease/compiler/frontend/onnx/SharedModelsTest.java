package dev.crease.compiler.frontend.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Models of other producers: what can be read can be written, and reads back equal.
class SharedModelsTest {
  private static final Path SHARED = Path.of("..", "..", "shared");

  private static List<Path> models(Path folder) throws IOException {
    Assumptions.assumeTrue(
        Files.isDirectory(folder), () -> "no models at " + folder.toAbsolutePath().normalize());
    try (Stream<Path> files = Files.walk(folder, 3)) {
      return files.filter(file -> file.endsWith("model.onnx")).sorted().toList();
    }
  }

  @TestFactory
  Stream<DynamicTest> realModels(@TempDir Path folder) throws IOException {
    return models(SHARED.resolve("models")).stream()
        .map(
            file ->
                DynamicTest.dynamicTest(
                    file.getParent().getFileName().toString(), () -> roundTrip(file, folder)));
  }

  private static void roundTrip(Path file, Path folder) throws IOException {
    Model model;
    try {
      model = OnnxReader.read(file);
    } catch (UnsupportedModelException e) {
      Assumptions.abort(e.getMessage());
      return;
    }
    Path copy = folder.resolve("copy.onnx");
    OnnxWriter.write(model, copy);
    assertThat(OnnxReader.read(copy)).isEqualTo(model);
    OnnxWriter.write(model, copy, 0);
    assertThat(OnnxReader.read(copy)).isEqualTo(model);
  }

  @Test
  void everyModelOfTheSuiteIsReadOrRefusedAsUnsupported(@TempDir Path folder) throws IOException {
    int read = 0;
    for (Path file : models(SHARED.resolve("onnx-suite"))) {
      try {
        Model model = OnnxReader.read(file);
        Model again =
            OnnxReader.read("copy", OnnxWriter.toBytes(model), OnnxOptions.DEFAULT).model();
        // Sizes of tensors that are taken from sequences are not written.
        Model expected =
            model.graph().allValues().allMatch(v -> v.type().isTensor()) ? model : again;
        Model once =
            expected == model
                ? again
                : OnnxReader.read("copy", OnnxWriter.toBytes(again), OnnxOptions.DEFAULT).model();
        assertThat(once).as(file.toString()).isEqualTo(expected);
        read++;
      } catch (UnsupportedModelException e) {
        assertThat(e).hasMessageContaining(file.toString());
      }
    }
    assertThat(read).isPositive();
  }
}
