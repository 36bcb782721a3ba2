package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Folds that must have happened: `--assert-no-bn`, `--baseline`, and what the constants of the
/// model unlock.
class FoldChecksTest {
  private static final Path CASES = Path.of("src/test/resources/conformance");
  private static final Path RESIDUAL = CASES.resolve("residual/model.onnx");
  private static final Path OVERRIDABLE = CASES.resolve("overridable/model.onnx");

  private static final String FOLDED =
      """
      model Folded(x: f32[N, 2, 3, 3]) -> (y: f32[N, 2, 3, 3]) {
        w: f32[2, 2, 1, 1] = he_normal(seed = 1)
        s: f32[2] = [1, 2]
        c = Conv(x, w)
        y = BatchNormalization(c, s, s, s, s)
      }
      """;

  @TempDir Path folder;

  private Path model;
  private Path baseline;

  @BeforeEach
  void writeModel() throws IOException {
    model = Files.writeString(folder.resolve("folded.crease"), FOLDED);
    baseline = folder.resolve("folds.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"compile", "explain", "verify"})
  void normalizationsThatAreLeftAreToldOneByOne(String command) throws IOException {
    Path plan = folder.resolve("folded.plan");
    CommandLineRun good = CommandLineRun.of(command, model, "--assert-no-bn");
    assertThat(good.exitCode()).as(good.err()).isZero();
    Files.deleteIfExists(plan);
    CommandLineRun bad = CommandLineRun.of(command, model, "--assert-no-bn", "-O0");
    assertThat(bad.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(bad.err()).isEmpty();
    assertThat(bad.out().lines().filter(line -> line.startsWith("FAILED")))
        .singleElement()
        .asString()
        .startsWith("FAILED --assert-no-bn: BatchNormalization `y` is left: ");
    assertThat(plan).doesNotExist();
  }

  @Test
  void baselineHoldsWhatFoldingDid() throws IOException {
    assertThat(update(model).out()).contains("baseline: added folded.crease in ");
    JsonObject entry =
        JsonParser.parseString(Files.readString(baseline))
            .getAsJsonObject()
            .getAsJsonObject("models")
            .getAsJsonObject("folded.crease");
    assertThat(entry)
        .isEqualTo(
            JsonParser.parseString(
                """
                {"options": "optimized",
                 "rewrites": {"fold-batch-norm": 1},
                 "normalizations": {"BatchNormalization `y`": "gone"},
                 "biases": {"Conv `c`": "created"}}
                """));
    String first = Files.readString(baseline);
    assertThat(update(model).out()).contains("baseline: updated folded.crease");
    assertThat(baseline).hasContent(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"compile", "explain", "verify"})
  void foldThatNoLongerFiresFails(String command) {
    update(model);
    CommandLineRun same = CommandLineRun.of(command, model, "--baseline", baseline);
    assertThat(same.exitCode()).as(same.err()).isZero();
    assertThat(same.out()).doesNotContain("baseline: ");
    CommandLineRun lost =
        CommandLineRun.of(
            command, model, "--baseline", baseline, "--disable-rule", "fold-batch-norm");
    assertThat(lost.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(lost.out())
        .contains(
            "FAILED --baseline: BatchNormalization `y` was gone, now it is left",
            "FAILED --baseline: fold-batch-norm made 1 rewrite, now 0 rewrites",
            "baseline: the bias of Conv `c` was created, now it is none",
            "baseline: the options were `optimized`, now `optimized, without fold-batch-norm`",
            "--update-baseline");
  }

  @Test
  void betterIsToldWithoutFailing() {
    CommandLineRun.of("explain", model, "-O0", "--baseline", baseline, "--update-baseline");
    CommandLineRun better = CommandLineRun.of("explain", model, "--baseline", baseline);
    assertThat(better.exitCode()).isZero();
    assertThat(better.out())
        .contains(
            "baseline: BatchNormalization `y` was left, now it is gone",
            "baseline: fold-batch-norm made 0 rewrites, now 1 rewrite")
        .doesNotContain("FAILED");
  }

  @Test
  void nodesThatComeAndGoAreTold() throws IOException {
    update(model);
    Files.writeString(model, FOLDED.replace("y = B", "z = B").replace("\n}", "\n  y = Relu(z)\n}"));
    CommandLineRun run = CommandLineRun.of("explain", model, "--baseline", baseline);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains(
            "BatchNormalization `y` is not in the model any more",
            "BatchNormalization `z` is new, and gone");
  }

  @Test
  void modelsOfOneNameAreToldApartByTheirFolders() throws IOException {
    Path below = Files.createDirectories(folder.resolve("a/b")).resolve("folded.crease");
    Files.writeString(below, FOLDED);
    update(model);
    update(below);
    Path moved = Files.createDirectories(folder.resolve("a/c")).resolve("../../folds.json");
    CommandLineRun run = CommandLineRun.of("explain", below, "--baseline", moved);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(JsonParser.parseString(Files.readString(baseline)).toString())
        .contains("\"a/b/folded.crease\"", "\"folded.crease\"");
  }

  @Test
  void badBaselines() throws IOException {
    expect("there is no file", "--update-baseline", baseline);
    CommandLineRun.failing(
        ExitCode.USAGE,
        "--update-baseline",
        "--baseline FILE",
        "explain",
        model,
        "--update-baseline");
    CommandLineRun.failing(
        ExitCode.INVALID_INPUT,
        "it is the file to read",
        "",
        "explain",
        model,
        "--baseline",
        model,
        "--update-baseline");
    expect("is a folder", "", folder);
    String valid = "{\"format\": 1, \"models\": {}}";
    expect("knows no model folded.crease", "--update-baseline", write(valid));
    broken("1: expected more JSON, got the end of the file", "{");
    broken("1: expected more JSON, got the end of the file", "");
    broken("3: expected JSON, got `\"models\" {}}`", "{\n\"format\": 1,\n  \"models\" {}}");
    broken("1: expected an object of [format, models], got a list", "[]");
    broken("2: expected [models] too, got the end of the object", "{\"format\": 1\n}");
    broken("1: expected one of [models], got `model`", valid.replace("models", "model"));
    broken("1: expected one of [models], got `format`", "{\"format\": 1, \"format\": 1}");
    broken("1: expected 1, got 2", valid.replace("1", "2"));
    broken("1: expected 1, got 1.5", valid.replace("1", "1.5"));
    broken("1: expected 1, got `1`", valid.replace("1", "\"1\""));
    broken("1: expected an object, got 3", valid.replace("{}", "3"));
    broken("2: expected JSON, got `{}`", valid + "\n{}");
    Files.write(baseline, new byte[] {(byte) 0xff});
    expect("folds.json: expected text in UTF-8, got other bytes", "", baseline);
    Files.delete(baseline);
    update(model);
    String good = Files.readString(baseline);
    broken("10: expected gone or left, got lost", good.replace("\"gone\"", "\"lost\""));
    broken("7: expected a number of rewrites, got a list", good.replace(": 1\n", ": []\n"));
    broken("7: expected a number of rewrites, got 0.5", good.replace(": 1\n", ": 0.5\n"));
    broken("5: expected a string, got null", good.replace("\"optimized\"", "null"));
    broken("12: expected one of [biases], got `bias`", good.replace("\"biases\"", "\"bias\""));
    String twice = "\"fold-batch-norm\": 1";
    broken("7: expected each name once", good.replace(twice, twice + ", " + twice));
  }

  @Test
  void givenPlansAreNotFolded() {
    Path plan = folder.resolve("folded.plan");
    assertThat(CommandLineRun.of("compile", model).exitCode()).isZero();
    CommandLineRun.failing(
        ExitCode.USAGE,
        "--assert-no-bn would have no effect",
        "--plan judges",
        "verify",
        model,
        "--plan",
        plan,
        "--assert-no-bn");
  }

  @Test
  void initializersThatLockOrUnlockFolds() {
    assertThat(CommandLineRun.of("explain", OVERRIDABLE).out())
        .contains(
            "--initializers-are-constant would unlock 2 rewrites;"
                + " BatchNormalization left with it: 0 of 1");
    assertThat(CommandLineRun.of("explain", OVERRIDABLE, "--initializers-are-constant").out())
        .contains(
            "--initializers-are-constant unlocked 2 rewrites;"
                + " BatchNormalization left without it: 1 of 1");
    assertThat(CommandLineRun.of("explain", RESIDUAL).out()).doesNotContain("unlock");
    assertThat(CommandLineRun.of("explain", RESIDUAL, "--initializers-are-constant").out())
        .doesNotContain("unlock");
    assertThat(CommandLineRun.of("explain", OVERRIDABLE, "--stop-after", "0").out())
        .doesNotContain("unlock");
  }

  @ParameterizedTest
  @ValueSource(strings = {"compile", "explain", "verify"})
  void baselineStaysAsItIsIfTheCommandFails(String command) throws IOException {
    update(model);
    String known = Files.readString(baseline);
    CommandLineRun run =
        CommandLineRun.of(
            command, model, "-O0", "--assert-no-bn", "--baseline", baseline, "--update-baseline");
    assertThat(run.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(run.out()).contains("folds.json is not updated");
    assertThat(baseline).hasContent(known);
  }

  @Test
  void baselineStaysAsItIsIfNoPlanCanBeWritten() {
    Path plan = folder.resolve("a".repeat(260) + ".plan");
    CommandLineRun.failing(
        ExitCode.INVALID_INPUT,
        "cannot write " + plan,
        "name too long",
        "compile",
        model,
        "-o",
        plan,
        "--baseline",
        baseline,
        "--update-baseline");
    assertThat(baseline).doesNotExist();
  }

  private void broken(String message, String text) throws IOException {
    expect("folds.json:" + message, "--update-baseline", write(text));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(baseline, text);
  }

  private void expect(String message, String more, Path file) {
    CommandLineRun.failing(
        ExitCode.INVALID_INPUT, message, more, "explain", model, "--baseline", file);
  }

  private CommandLineRun update(Path file) {
    CommandLineRun run =
        CommandLineRun.of("explain", file, "--baseline", baseline, "--update-baseline");
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run;
  }
}
