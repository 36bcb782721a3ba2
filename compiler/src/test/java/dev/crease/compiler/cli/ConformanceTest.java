package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.crease.compiler.frontend.onnx.TensorFile;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConformanceTest {
  private static final Path CASES = Path.of("src/test/resources/conformance");
  private static final List<String> NETS =
      List.of(
          "onnx-suite/light/light_squeezenet",
          "onnx-suite/light/light_resnet50",
          "models/mnist-8",
          "models/ppocr-cls-mbv3",
          "models/ultraface-slim320",
          "models/ultraface-rfb320");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"interpreter,1", "scalar,1", "scalar,2", "vector,1", "vector,2"})
  void committedCasesPass(String level, int threads) throws IOException {
    long cases;
    try (Stream<Path> entries = Files.list(CASES)) {
      cases = entries.filter(Files::isDirectory).count();
    }
    CommandLineRun run =
        CommandLineRun.of("conformance", CASES, "--level", level, "--threads", threads);
    assertThat(cases).isGreaterThanOrEqualTo(6);
    assertThat(run.out())
        .isEqualTo(cases + " passed, 0 failed, 0 skipped" + System.lineSeparator());
    assertThat(run.exitCode()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"interpreter,1", "scalar,1", "scalar,2", "vector,1", "vector,2"})
  void realNetsPass(String level, int threads) {
    Path shared = Path.of("").toAbsolutePath().resolve("../../shared").normalize();
    assumeTrue(Files.isDirectory(shared), () -> "there is no " + shared + ", so no net is run");
    List<Object> words = new ArrayList<>(List.of("conformance"));
    NETS.forEach(net -> words.add(shared.resolve(net)));
    words.addAll(List.of("--level", level, "--threads", threads));
    CommandLineRun run = CommandLineRun.of(words.toArray());
    assertThat(run.out()).isEqualTo("6 passed, 0 failed, 0 skipped" + System.lineSeparator());
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void aMissingOutputIsAFailure() throws IOException {
    Path wrong = copy("pooling", "a");
    Files.delete(wrong.resolve("test_data_set_0/output_0.pb"));
    CommandLineRun run = CommandLineRun.of("conformance", folder);
    assertThat(run.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(run.out()).contains("FAILED " + wrong, "outputs, the model").contains(", 1 failed,");
  }

  @Test
  void failuresAndSkipsAreToldAndCounted() throws IOException {
    Path wrong = copy("pooling", "a/wrong");
    Path output = wrong.resolve("test_data_set_0/output_0.pb");
    Tensor expected = TensorFile.read(output);
    expected.floats()[3] += 0.01f;
    TensorFile.write(output, "y", expected);
    Path broken = copy("shapes", "b/c/broken");
    Files.write(broken.resolve("model.onnx"), new byte[] {1, 2, 3});
    Path empty = Files.createDirectories(folder.resolve("d"));
    Files.copy(CASES.resolve("groups/model.onnx"), empty.resolve("model.onnx"));
    copy("groups", "e");

    Path json = folder.resolve("report.json");
    CommandLineRun run = CommandLineRun.of("conformance", folder, "--json", json);
    assertThat(run.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .startsWith("FAILED " + wrong)
        .contains("test_data_set_0, output y: max difference 1.00e-02, bound");
    assertThat(lines.get(1)).startsWith("FAILED " + broken).contains("model.onnx");
    assertThat(lines.get(2)).isEqualTo("1 passed, 2 failed, 1 skipped");

    JsonObject report = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
    assertThat(report.get("failed").getAsInt()).isEqualTo(2);
    assertThat(report.getAsJsonArray("cases")).hasSize(4);
    assertThat(
            report.getAsJsonArray("cases").asList().stream()
                .map(entry -> entry.getAsJsonObject().get("status").getAsString()))
        .containsExactly("failed", "failed", "skipped", "passed");
  }

  @Test
  void aReportTellsOfLevelsCasesAndOperators() throws IOException {
    copy("pooling", "a");
    Path wrong = copy("groups", "test_bernoulli_wrong");
    Path output = wrong.resolve("test_data_set_0/output_0.pb");
    Tensor expected = TensorFile.read(output);
    expected.floats()[0] += 1;
    TensorFile.write(output, "y", expected);
    Path report = folder.resolve("report.md");
    CommandLineRun run = CommandLineRun.of("conformance", folder, "--report", report);
    assertThat(run.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(Files.readString(report))
        .contains(
            "| all, 2 | vector | 1 | 1 | 0 |",
            "| all, 2 | interpreter | 1 | 1 | 0 |",
            "/test_bernoulli_wrong` | both | test_data_set_0, output",
            "leaves the generator of random numbers open",
            "| MaxPool |",
            "| Conv |");
  }

  @Test
  void aReportIsOfBothLevels() {
    Path report = folder.resolve("report.md");
    CommandLineRun run =
        CommandLineRun.of("conformance", CASES, "--level", "scalar", "--report", report);
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("leave --level out");
    assertThat(report).doesNotExist();
  }

  @Test
  void verboseNamesEveryCase() {
    CommandLineRun run = CommandLineRun.of("conformance", CASES.resolve("groups"), "--verbose");
    assertThat(run.out().lines())
        .containsExactly("PASSED " + CASES.resolve("groups"), "1 passed, 0 failed, 0 skipped");
  }

  @Test
  void symbolicLinksAreFollowedButNotInCircles() throws IOException {
    Path cases = copy("groups", "real/one").getParent();
    Path links = Files.createDirectory(folder.resolve("links"));
    Files.createSymbolicLink(links.resolve("a"), cases);
    Files.createSymbolicLink(links.resolve("back"), links);
    Files.createSymbolicLink(cases.resolve("up"), folder);
    Files.createSymbolicLink(links.resolve("dangling"), folder.resolve("nowhere"));
    Path root = Files.createSymbolicLink(folder.resolve("root"), links);
    CommandLineRun run = CommandLineRun.of("conformance", root, "--verbose");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .contains("PASSED " + root.resolve("a/one"))
        .last()
        .asString()
        .endsWith("0 failed, 0 skipped");
  }

  private Path copy(String name, String to) throws IOException {
    Path source = CASES.resolve(name);
    Path target = folder.resolve(to);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
    return target;
  }
}
