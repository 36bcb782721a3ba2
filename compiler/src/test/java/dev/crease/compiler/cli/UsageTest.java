package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Command lines that are wrong whatever the files are: exit code 2, and what to give instead.
class UsageTest {
  @TempDir Path folder;

  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text =
        Files.writeString(
            folder.resolve("small.crease"),
            "model Small(x: f32[N, 4]) -> (y: f32[N, 4]) { y = Relu(x) }");
  }

  @Test
  void wrongCommandLines() {
    expect("name a command", "crease --help");
    expect("Unmatched argument", "", "compil", text);
    expect("Missing required parameter", "crease compile --help", "compile");
    expect("Unknown option: '--fast'", "", "compile", text, "--fast");
    expect(
        "--target",
        "give one of avx512, avx2, neon, auto, not 'z80'",
        "compile",
        text,
        "--target",
        "z80");
    expect("there is no such pass", "fold-batch-norm", "compile", text, "--disable-rule", "x");
    expect("--clone-limit -1.0", "give 0 or more", "compile", text, "--clone-limit=-1");
    for (String none : List.of("NaN", "Infinity", "1e400", "many")) {
      String message = "'%s' is not a finite number".formatted(none);
      expect("--clone-limit", message, "explain", text, "--clone-limit=" + none);
      expect("--atol", message, "verify", text, "--atol=" + none);
      expect("--mean", message, "run", text, "--mean=1," + none);
    }
    expect("give -O0 or -O1", "", "compile", text, "-O7");
  }

  @Test
  void optionsWithoutEffect() throws IOException {
    Path plan = folder.resolve("small.plan");
    Path other = folder.resolve("other.onnx");
    assertThat(CommandLineRun.of("compile", text, "-o", plan).exitCode()).isZero();
    expect("-O would have no effect", "is a plan", "run", plan, "-O0");
    expect("--target", "is a plan", "inspect", plan, "--target", "avx2");
    expect("--exact, --clone-limit would", "is a plan", "run", plan, "--exact", "--clone-limit=1");
    expect("--mean, --channels would", "no picture", "run", text, "--mean=1", "--channels=bgr");
    expect("--stop-after", "--plan judges", "verify", text, "--plan", plan, "--stop-after", 1);
    expect("--plan", "ends in .plan", "verify", text, "--plan", text);
    expect("--threads", "--reference runs no", "run", text, "--reference", "--threads", 1);
    expect("--rewrites would", "--plan judges", "verify", text, "--plan", plan, "--rewrites");
    expect("--timings would", "--rewrite tells", "explain", text, "--rewrite=1", "--timings");
    expect("--target would", "no plan is made", "explain", text, "--target", "avx2");
    Path log = folder.resolve("log.json");
    expect("--tune would", "any machine does again", "explain", text, "--tune", "--log", log);
    expect("--dim would", "--text prints", "inspect", text, "--text", "--dim", "N=2");
    expect("--exact would", "as it is read", "inspect", text, "--text", "--exact");
    expect("-O would", "with and without rewrites", "bench", text, "-O0");
    expect(
        "--target would", "not laid out", "convert", text, other, "--optimized", "--target=neon");
    expect("--exact would", "nothing is rewritten", "convert", text, other, "--exact");
    for (String option : List.of("--disable-rule=fold-batch-norm", "--stop-after=1", "--exact")) {
      expect(
          option.replaceFirst("=.*", "") + " would", "-O0 leaves", "compile", text, "-O0", option);
    }
    expect("--dim K=2", "a number already", "run", fixed(), "--dim", "K=2");
    expect("no input `a`", "only [x]", "run", fixed(), "-i", "a=b.npy");
    expect("given twice", "`x`", "run", fixed(), "-i", "b.npy", "-i", "x=b.npy");
  }

  @Test
  void optionsWithoutEffectOnGivenInputs() throws IOException {
    Path input = folder.resolve("x.npy");
    NpyFile.write(Tensor.of(new float[8], 2, 4), input);
    expect("--seed would", "no input is left to make up", "run", text, "-i", input, "--seed", 3);
    expect("--seeds would", "no input is left", "verify", text, "-i", input, "--seeds", 3);
    Path cases = Path.of("src/test/resources/conformance");
    Object[] interpreter = {"conformance", cases, "--level", "interpreter"};
    expect("--threads would", "in one thread", with(interpreter, "--threads=2"));
    expect("--exact would", "as they are", with(interpreter, "--exact"));
  }

  @Test
  void rewritesThatAreNotThere() {
    Path model = Path.of("src/test/resources/conformance/residual/model.onnx");
    expect("--rewrite 99: there is none", "numbered 1 to", "explain", model, "--rewrite", 99);
    expect(
        "--rewrite 2: --disable-rewrite leaves it out",
        "numbered 1 to",
        "explain",
        model,
        "--rewrite=2",
        "--disable-rewrite=2");
  }

  private static Object[] with(Object[] words, Object word) {
    return Stream.concat(Arrays.stream(words), Stream.of(word)).toArray();
  }

  private Path fixed() throws IOException {
    return Files.writeString(
        folder.resolve("fixed.crease"),
        "model Fixed(x: f32[2, 4]) -> (y: f32[2, 4]) { y = Relu(x) }");
  }

  private static void expect(String message, String more, Object... words) {
    CommandLineRun.failing(ExitCode.USAGE, message, more, words);
  }
}
