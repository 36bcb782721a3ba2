package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.crease.compiler.lint.Lint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `crease lint`: what it prints and writes, and when it fails.
class LintCommandTest {
  private static final Path SHARED = Path.of("..", "..", "shared");

  @TempDir Path folder;

  private Path model;

  @BeforeEach
  void writeModel() throws IOException {
    model =
        Files.writeString(
            folder.resolve("risky.crease"),
            """
            model Risky(x: f32[N, 2, 3, 3]) -> (y: f32[N, 2, 3, 3]) {
              s: f32[2] = [1, 0]
              m: f32[2] = [0.5, 0]
              v: f32[2] = [1, 1e-12]
              n: f32[2] = [1e-12, 1]
              a = BatchNormalization(x, s, m, m, n)
              y = BatchNormalization(a, s, m, m, v)
            }
            """);
  }

  @Test
  void findingsOfOneRuleStandTogether() {
    CommandLineRun run = CommandLineRun.of("lint", model);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains(
            """
            info dead-channel
              BatchNormalization `a`: scale = 0 in 1 of 2 channels (1)
              BatchNormalization `y`: scale = 0 in 1 of 2 channels (1)
              why:\
            """)
        .contains("warning tiny-variance\n  BatchNormalization `a`: variance is below")
        .endsWith("risky.crease: 0 errors, 1 warning, 2 for information\n");
  }

  @ParameterizedTest
  @CsvSource({
    "error, '', 0",
    "warning, '', 1",
    "info, '', 1",
    "warning, tiny-variance, 0",
    "INFO, 'tiny-variance,dead-channel', 0"
  })
  void failsOnFindingsOfASeverity(String severity, String disabled, int code) {
    CommandLineRun run =
        disabled.isEmpty()
            ? CommandLineRun.of("lint", model, "--fail-on", severity)
            : CommandLineRun.of("lint", model, "--fail-on", severity, "--disable", disabled);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(code);
  }

  @Test
  void findingsAsJson() throws IOException {
    Path file = folder.resolve("findings.json");
    CommandLineRun.of("lint", model, "--json", file, "--disable", "dead-channel");
    JsonArray findings =
        JsonParser.parseString(Files.readString(file)).getAsJsonObject().getAsJsonArray("findings");
    assertThat(findings).hasSize(1);
    JsonObject finding = findings.get(0).getAsJsonObject();
    assertThat(finding.keySet())
        .containsExactly("rule", "severity", "where", "what", "why", "todo");
    assertThat(finding.get("rule").getAsString()).isEqualTo("tiny-variance");
    assertThat(finding.get("severity").getAsString()).isEqualTo("warning");
    assertThat(finding.get("where").getAsString()).isEqualTo("BatchNormalization `a`");
  }

  @Test
  void wrongCommandLines() {
    CommandLineRun.failing(
        ExitCode.USAGE, "there is no such rule", "dead-channel", "lint", model, "--disable", "ded");
    CommandLineRun.failing(
        ExitCode.USAGE, "give one of info, warning, error", "", "lint", model, "--fail-on", "x");
    CommandLineRun.failing(
        ExitCode.INVALID_INPUT, "it is the file to read", "", "lint", model, "--json", model);
  }

  @Test
  void everyRuleIsDescribed() throws IOException {
    String text = Files.readString(Path.of("..", "docs", "lint.md"));
    assertThat(Lint.ids()).allSatisfy(id -> assertThat(text).contains("| `" + id + "` |"));
  }

  @ParameterizedTest
  @CsvSource({
    "burn-mnist-bn, 1, tiny-variance",
    "gtcrn, 0, ''",
    "mnist-8, 0, ''",
    "ppocr-cls-mbv3, 0, ''",
    "super-resolution-10, 0, ''",
    "ultraface-rfb320, 0, ''",
    "ultraface-slim320, 15, scale-spread"
  })
  void trainedModels(String name, int warnings, String rule) {
    assumeTrue(Files.isDirectory(SHARED), () -> "there is no " + SHARED + ", so no model is read");
    CommandLineRun run =
        CommandLineRun.of("lint", SHARED.resolve("models").resolve(name).resolve("model.onnx"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains(rule).contains("0 errors, " + warnings + " warning");
  }
}
