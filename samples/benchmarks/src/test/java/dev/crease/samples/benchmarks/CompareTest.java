package dev.crease.samples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Wrong command lines: one message, not the whole usage.
class CompareTest {
  @TempDir Path folder;

  private Path model;

  @BeforeEach
  void writeModel() throws IOException {
    model =
        Files.writeString(
            folder.resolve("small.crease"),
            "model Small(x: f32[Batch, 4]) -> (y: f32[Batch, 4]) { y = Relu(x) }");
  }

  @Test
  void modelsThatAreNotThere() {
    expect("there is no file", folder.resolve("none.onnx").toString());
    expect("the folder " + folder + " holds no model.onnx", folder.toString());
  }

  @Test
  void namesThatAreNotKnown() {
    expect("no input of", model.toString(), "--without=folds", "--dim=N=1");
    expect("did you mean `Batch`?", model.toString(), "--without=folds", "--dim=Bach=1");
    expect("did you mean `merge-pad`?", model.toString(), "--without=merge-bad");
    expect("Unknown option: '--fast'", model.toString(), "--fast");
  }

  private static void expect(String message, String... words) {
    StringWriter errors = new StringWriter();
    CommandLine line = Compare.commandLine().setErr(new PrintWriter(errors, true));
    assertThat(line.execute(words)).isEqualTo(2);
    assertThat(errors.toString()).startsWith("compare: ").contains(message).hasLineCount(2);
  }
}
