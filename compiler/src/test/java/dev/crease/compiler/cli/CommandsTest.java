package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.Version;
import dev.crease.compiler.frontend.onnx.TensorFile;
import dev.crease.runtime.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
  private static final Path CASES = Path.of("src/test/resources/conformance");

  /// Keeps a picture's first channel, doubled.
  private static final String TEXT =
      """
      model Doubled(picture: f32[N, 3, H, W]) -> (y: f32[N, 1, H, W]) {
        w: f32[1, 3, 1, 1] = [[[[2]], [[0]], [[0]]]]
        y = Conv(picture, w)
      }
      """;

  @TempDir Path folder;

  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(folder.resolve("doubled.crease"), TEXT);
  }

  @Test
  void versionAndHelp() {
    assertThat(CommandLineRun.of("--version").out()).startsWith("crease " + Version.current());
    CommandLineRun help = CommandLineRun.of("--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("compile", "conformance", "demo", "Exit codes:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "compile",
        "run",
        "inspect",
        "explain",
        "verify",
        "lint",
        "bench",
        "profile",
        "package",
        "conformance",
        "convert",
        "demo"
      })
  void everyCommandTeachesItself(String command) {
    CommandLineRun help = CommandLineRun.of(command, "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("Usage: crease " + command);
    if (!command.equals("demo")) {
      Stream<String> examples =
          help.out().lines().dropWhile(line -> !line.equals("Examples:")).skip(1);
      assertThat(examples.takeWhile(line -> !line.isEmpty()))
          .as("examples, each in a line that can be copied")
          .isNotEmpty()
          .allSatisfy(line -> assertThat(line).startsWith("  crease " + command + " "));
    }
    assertThat(help.out().lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(81));
  }

  @Test
  void compiledPlansRunAsTheModelDoes() throws IOException {
    Path input = folder.resolve("x.pb");
    TensorFile.write(input, "x", Tensor.of(new float[] {1, -2, 9, 9, 9, 9}, 1, 3, 1, 2));
    succeed("compile", text);
    Path plan = folder.resolve("doubled.plan");
    assertThat(plan).exists();
    for (Path model : new Path[] {text, plan}) {
      Path results = folder.resolve("results");
      succeed("run", model, "-i", "picture=" + input, "-o", results);
      assertThat(NpyFile.read(results.resolve("y.npy")))
          .isEqualTo(Tensor.of(new float[] {2, -4}, 1, 1, 1, 2));
    }
    assertThat(succeed("run", text, "-i", input, "--reference").out())
        .contains("y: f32[1, 1, 1, 2]")
        .contains("[2.00000, -4.00000]");
  }

  @Test
  void picturesAreInputs() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x0a1420);
    image.setRGB(1, 0, 0xff0001);
    Path file = folder.resolve("picture.png");
    ImageIO.write(image, "png", file.toFile());
    Path results = folder.resolve("results");
    succeed(
        "run", text, "-i", file, "-o", results, "--channels", "bgr", "--mean", "1", "--scale", "3");
    assertThat(NpyFile.read(results.resolve("y.npy")).floats())
        .containsExactly((32 - 1) * 3 * 2, 0);
    succeed("run", text, "-i", file, "-o", results, "--dim", "H=4", "--dim", "W=6");
    assertThat(NpyFile.read(results.resolve("y.npy")).shape()).containsExactly(1, 1, 4, 6);
  }

  @Test
  void madeUpInputsDependOnTheSeedAlone() {
    String first = succeed("run", text, "--dim", "H=3", "--seed", "5").out();
    assertThat(succeed("run", text, "--dim", "H=3", "--seed", "5").out()).isEqualTo(first);
    assertThat(succeed("run", text, "--dim", "H=3", "--seed", "6").out()).isNotEqualTo(first);
    assertThat(first).contains("y: f32[1, 1, 3, 1]");
  }

  @Test
  void inspectTellsModelsAndPlans() {
    String model = succeed("inspect", CASES.resolve("residual/model.onnx")).out();
    assertThat(model)
        .contains("image: f32[N, 3, 12, 10]", "probabilities: f32[N, 5]", "6 BatchNormalization")
        .containsPattern("parameters +[\\d,]+ in \\d+ constants")
        .containsPattern("memory +for image\\[1, 3, 12, 10].*lower bound.*-Xmx\\d+m");
    Path plan = folder.resolve("residual.plan");
    succeed("compile", CASES.resolve("residual/model.onnx"), "-o", plan, "--target", "neon");
    assertThat(succeed("inspect", plan, "--dim", "N=2").out())
        .contains("plan for 4 lanes", "instructions", "memory      for image[2, 3, 12, 10]");
    assertThat(succeed("inspect", plan, "--text").out()).contains("Conv(");
    assertThat(succeed("inspect", CASES.resolve("residual/model.onnx"), "--text").out())
        .contains("BatchNormalization(");
  }

  @Test
  void convertMakesInitializersConstant() {
    Path written = folder.resolve("constant.onnx");
    Path model = CASES.resolve("overridable/model.onnx");
    succeed("convert", model, written);
    assertThat(succeed("inspect", written).out()).contains("2 inputs more");
    succeed("convert", model, written, "--initializers-are-constant");
    assertThat(succeed("inspect", written).out()).doesNotContain("inputs more");
  }

  @Test
  void explainTellsEveryNormalization() {
    String folded = succeed("explain", CASES.resolve("residual/model.onnx"), "--timings").out();
    assertThat(folded.lines().filter(line -> line.contains("is folded into"))).hasSize(6);
    assertThat(folded).contains("BatchNormalization left: 0 of 6").contains("fold-batch-norm");
    Path overridable = CASES.resolve("overridable/model.onnx");
    assertThat(succeed("explain", overridable).out())
        .contains("is left: ")
        .contains("BatchNormalization left: 1 of 1");
    assertThat(succeed("explain", overridable, "--initializers-are-constant").out())
        .contains("BatchNormalization left: 0 of 1");
    assertThat(succeed("explain", CASES.resolve("residual/model.onnx"), "-O0").out())
        .contains("BatchNormalization left: 6 of 6");
    assertThat(succeed("explain", CASES.resolve("residual/model.onnx"), "--stop-after", "2").out())
        .doesNotContain("  3 ");
  }

  @Test
  void foldsGoAsFarAsTheyAreTold() throws IOException {
    Path model =
        Files.writeString(
            folder.resolve("tapped.crease"),
            """
            model Tapped(x: f32[N, 2, L]) -> (y: f32[N, 1, L], c: f32[N, 1, L]) {
              w: f32[1, 2, 1] = [[[1e-40], [2]]]
              c = Conv(x, w)
              y = BatchNormalization(c, [1], [2], [3], [4])
            }
            """);
    assertThat(succeed("explain", model).out())
        .contains("is an output of the graph; --clone-limit 2 would copy it")
        .contains("Conv `c` has 0 for 1 of 2 weights, subnormal before");
    assertThat(succeed("explain", model, "--clone-limit", 2).out())
        .contains("folded into a copy of Conv `c`, bias created")
        .contains("BatchNormalization left: 0 of 1");
    assertThat(succeed("explain", model, "--exact").out())
        .contains("1 of 2 weights are subnormal; without --exact they become 0");
    Path plan = folder.resolve("tapped.plan");
    succeed("compile", model, "-o", plan, "--exact", "--clone-limit", 1.5);
    assertThat(succeed("inspect", plan).out())
        .contains("optimized, exact, copies of at most 1.5 multiplications");
  }

  @Test
  void tunedPlans() throws IOException {
    Path text = folder.resolve("tiles.crease");
    Files.writeString(
        text,
        """
        model Tiles(x: f32[1, 16, 8, 8]) -> (y: f32[1, 16, 8, 8]) {
          w: f32[16, 16, 3, 3] = normal(seed = 1)
          y = Conv(x, w, pads = [1, 1, 1, 1])
        }
        """);
    Path plan = folder.resolve("tiles.plan");
    succeed("compile", text, "-o", plan, "--tune");
    assertThat(succeed("inspect", plan).out()).contains("optimized, tuned");
  }

  @Test
  void dumpsAreWrittenAfterEachPass() throws IOException {
    Path dumps = Files.createDirectories(folder.resolve("dumps"));
    succeed("explain", CASES.resolve("residual/model.onnx"), "--dump", dumps);
    assertThat(dumps).isDirectoryContaining(file -> file.toString().contains("fold-batch-norm"));
  }

  @Test
  void aModelWithoutInstructionsIsExplainedVerifiedAndConverted() throws IOException {
    Path half = folder.resolve("half.crease");
    String deep = "Neg(z)";
    for (int depth = 0; depth < 32; depth++) {
      deep =
          """
          If(t,
            then_branch = graph p() -> (r: f64[N, 1, 3]) { r = %s },
            else_branch = graph q() -> (z: f64[N, 1, 3]) { })
          """
              .formatted(deep);
    }
    Files.writeString(
        half,
        """
        model m(x: f64[N, 1, 4], t: bool[1]) -> (y: f64[N, 1, 3]) {
          w: f64[1, 1, 2] = [[[1, 2]]]
          s: f64[1] = [3]
          z = relu(BatchNormalization(Conv(x, w), s, s, s, s))
          y = %s
        }
        """
            .formatted(deep));
    assertThat(succeed("explain", half).out()).contains("BatchNormalization left: 0 of 1");
    assertThat(succeed("verify", half).out())
        .contains("no plan, so only rewrites are judged", "fold-batch-norm: 1 rewrite, 1 proved")
        .contains("rewrites and kernels: OK");
    Path folded = folder.resolve("folded.crease");
    succeed("convert", half, folded, "--optimized");
    assertThat(Files.readString(folded)).contains("w.folded").doesNotContain("BatchNorm");
    CommandLineRun compile = CommandLineRun.of("compile", half, "-o", folder.resolve("half.plan"));
    assertThat(compile.exitCode()).isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(compile.err()).contains("subgraphs nested more than 31 deep are not supported");
  }

  @Test
  void verifyJudgesThePlan() throws IOException {
    Path model = CASES.resolve("mobile/model.onnx");
    String good = succeed("verify", model, "--seeds", "2", "--dim", "H=6", "--dim", "W=9").out();
    assertThat(good.lines().filter(line -> line.contains(", seed ")))
        .hasSize(2)
        .allMatch(line -> line.endsWith(", OK"));

    Path other =
        Files.writeString(folder.resolve("other.crease"), TEXT.replace("[[2]]", "[[2.01]]"));
    Path plan = folder.resolve("other.plan");
    succeed("compile", other, "-o", plan);
    CommandLineRun wrong = CommandLineRun.of("verify", text, "--plan", plan, "--seeds", "1");
    assertThat(wrong.out()).contains("max difference").endsWith("WRONG" + System.lineSeparator());
    assertThat(wrong.out()).doesNotContain("rewrites");
    assertThat(wrong.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);

    String accepted =
        succeed("verify", text, "--plan", plan, "--seeds", "1", "--rtol", "0.02").out();
    assertThat(accepted).contains(", bound ").contains("0.250 of the budget, within budget");
    CommandLineRun tight =
        CommandLineRun.of("verify", text, "--plan", plan, "--seeds", "1", "--rtol", "1e-3");
    assertThat(tight.out()).contains("5.000 of the budget, WRONG");
    assertThat(tight.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
  }

  /// What is stored on the way is rounded to float16 there, and a mean hides a deviation in
  /// float32.
  @Test
  void verifyAllowsWhatStorageRounds() throws IOException {
    Path model = folder.resolve("stored.crease");
    for (String body :
        List.of(
            "model m(x: f16[2, 30]) -> (y: f16[2, 30]) {\na = x + 100\ny = a - 100\n}\n",
            "model m(x: f16[2, 3, 4, 4]) -> (y: f16[2, 3, 4, 4]) {\na = x + 5\n"
                + "y = MeanVarianceNormalization(a)\n}\n",
            "model m(x: f32[2, 1, 300]) -> (y: f32[2, 1, 300]) {\n"
                + "y = MeanVarianceNormalization(x, axes = [0, 1])\n}\n")) {
      Files.writeString(model, body);
      assertThat(succeed("verify", model, "--seeds", "8").out()).doesNotContain("WRONG");
    }
    Files.writeString(
        model, "model m(x: f16[2, 30]) -> (y: f16[2, 30]) {\na = x + 100\ny = a - 100\n}\n");
    Path other = folder.resolve("stored-other.crease");
    Path plan = folder.resolve("stored-other.plan");
    Files.writeString(other, Files.readString(model).replace("a - 100", "a - 99.5"));
    succeed("compile", other, "-o", plan);
    assertThat(CommandLineRun.of("verify", model, "--plan", plan).exitCode())
        .isEqualTo(ExitCode.CHECK_FAILED);
  }

  /// 0 is more than numpy allows of anything that is off, whatever rounding explains.
  @Test
  void aBudgetOfTheUserDecidesOnOutputs() {
    Path model = CASES.resolve("residual/model.onnx");
    CommandLineRun exact = CommandLineRun.of("verify", model, "--seeds", "1", "--atol", "0");
    assertThat(exact.out()).contains("rewrites and kernels: OK").contains("of the budget, WRONG");
    assertThat(exact.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
    assertThat(succeed("verify", model, "--seeds", "1", "--rtol", "1", "--atol", "1").out())
        .contains("rewrites and kernels: OK")
        .contains("of the budget, within budget");
  }

  @Test
  void verifyJudgesEachRewrite() {
    Path model = CASES.resolve("residual/model.onnx");
    String out = succeed("verify", model, "--seeds", "1").out();
    assertThat(out)
        .containsPattern("(?m)^fold-batch-norm: \\d+ rewrites?, \\d+ proved; largest bound ")
        .containsPattern("(?m)^replay: these rewrites and no others make the optimized graph$")
        .containsPattern("(?m)^all rules: \\d+ rewrites?, ")
        .containsPattern("(?m)^kernels: \\d+ nodes?, ")
        .containsPattern("(?m)^rewrites and kernels: OK$");
    String each = succeed("verify", model, "--seeds", "1", "--rewrites").out();
    String explained = succeed("explain", model).out();
    explained
        .lines()
        .map(String::strip)
        .filter(line -> line.matches("\\d+ [a-z-]+: .*"))
        .forEach(line -> assertThat(each).contains(line + ": "));
    String without = succeed("verify", model, "--seeds", "1", "--disable-rewrite", "1").out();
    assertThat(without).doesNotContain("WRONG").isNotEqualTo(out);
    String none = succeed("verify", model, "--seeds", "1", "-O", "0").out();
    assertThat(none).contains("all rules: 0 rewrites");
  }

  @Test
  void dumpsGoIntoAFolderThatIsMade() {
    Path dumps = folder.resolve("new/dumps");
    succeed("compile", text, "-o", folder.resolve("dumped.plan"), "--dump", dumps);
    assertThat(dumps).isNotEmptyDirectory();
  }

  @Test
  void onlyInputThatNeedsAValueTakesAnUnnamedFile() throws IOException {
    Path model =
        Files.writeString(
            folder.resolve("default.crease"),
            """
            model Scale(x: f32[2], s: f32[2] = [3, 5]) -> (y: f32[2]) { y = x * s }
            """);
    Path file = folder.resolve("x.npy");
    NpyFile.write(Tensor.of(new float[] {1, 2}, 2), file);
    assertThat(succeed("run", model, "-i", file).out()).contains("[3.00000, 10.0000]");
    assertThat(succeed("run", model, "-i", file, "-i", "s=" + file).out())
        .contains("[1.00000, 4.00000]");
    assertThat(succeed("inspect", model).out())
        .contains("inputs      x: f32[2]", "1 input more may override")
        .doesNotContain("s: f32[2]");
  }

  @Test
  void textMayStartWithAByteOrderMark() throws IOException {
    Path model = folder.resolve("mark.crease");
    Files.writeString(model, "\ufeff" + Files.readString(text));
    succeed("inspect", model);
  }

  @Test
  void namesCannotCommandATerminal() throws IOException {
    Path model = folder.resolve("escape.crease");
    Files.writeString(model, "model M(`\u001b[31m`: f32[2]) -> (y: f32[2]) { y = -`\u001b[31m` }");
    CommandLineRun run = succeed("inspect", model);
    assertThat(run.out()).contains("\\u001b[31m: f32[2]").doesNotContain("\u001b");
  }

  @Test
  void benchTimesBeforeAndAfter() {
    CommandLineRun run =
        succeed("bench", text, "--iterations", "3", "--warmup", "1", "--threads", "1");
    assertThat(run.out())
        .contains("1 thread, kernels: auto", "as read:   fastest", "optimized: fastest", "median");
  }

  @Test
  void convertGoesBothWays() throws IOException {
    Path onnx = folder.resolve("model.onnx");
    Path back = folder.resolve("back.crease");
    succeed("convert", CASES.resolve("residual/model.onnx"), back);
    succeed("convert", back, onnx);
    assertThat(onnx).hasSameBinaryContentAs(CASES.resolve("residual/model.onnx"));
    succeed("convert", CASES.resolve("residual.crease"), onnx);
    assertThat(onnx).hasSameBinaryContentAs(CASES.resolve("residual/model.onnx"));
  }

  @Test
  void convertUnfolds() throws IOException {
    Path folded = folder.resolve("folded.onnx");
    Path trainable = folder.resolve("trainable.onnx");
    succeed("convert", CASES.resolve("residual/model.onnx"), folded, "--optimized");
    assertThat(succeed("inspect", folded).out()).contains("crease.folds: ");
    Path plan = folder.resolve("folded.plan");
    succeed("compile", folded, "-o", plan);
    assertThat(succeed("inspect", plan).out()).doesNotContain("crease.folds");
    String told = succeed("convert", folded, trainable, "--unfold").out();
    assertThat(told.lines().filter(line -> line.startsWith("restored: BatchNormalization")))
        .hasSize(6)
        .allMatch(line -> line.contains(" stands behind Conv "));
    assertThat(succeed("inspect", trainable).out())
        .contains("6 BatchNormalization")
        .doesNotContain("crease.folds");
    CommandLineRun.failing(
        ExitCode.INVALID_INPUT,
        trainable + ": the model has no metadata crease.folds",
        "--optimized",
        "convert",
        trainable,
        folded,
        "--unfold");
    CommandLineRun.failing(
        ExitCode.USAGE,
        "--optimized folds and --unfold",
        "",
        "convert",
        folded,
        trainable,
        "--unfold",
        "--optimized");
  }

  @Test
  void convertTellsOfTheFileThatItWrote() {
    Path residual = CASES.resolve("residual/model.onnx");
    Path text = folder.resolve("folded.crease");
    Path onnx = folder.resolve("folded.onnx");
    assertThat(succeed("convert", residual, text, "--optimized").out()).contains(": 10 nodes");
    assertThat(succeed("convert", text, onnx).out()).contains(": 17 nodes");
    assertThat(succeed("inspect", onnx).out()).contains("operators   17: ");
    assertThat(succeed("convert", text, onnx, "--unfold").out())
        .contains("not undone: ", " also computes what followed it; optimize to .onnx");
  }

  private static CommandLineRun succeed(Object... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    return run;
  }
}
