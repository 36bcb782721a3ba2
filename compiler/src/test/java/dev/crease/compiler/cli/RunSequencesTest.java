package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `crease run` of a model whose outputs are a sequence, and of one that takes one.
class RunSequencesTest {
  @TempDir Path folder;

  private Path parts;

  @BeforeEach
  void writeModel() throws IOException {
    parts =
        Files.writeString(
            folder.resolve("parts.crease"),
            "model parts(x: i64[3]) -> (s: seq(i64)) { s = SplitToSequence(x) }\n");
    NpyFile.write(Tensor.of(new long[] {4, 5, 6}, 3), folder.resolve("x.npy"));
  }

  @Test
  void printsEachTensor() {
    CommandLineRun run = CommandLineRun.of("run", parts, "-i", folder.resolve("x.npy"));
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines())
        .containsExactly(
            "s: a sequence of 3 tensors of i64",
            "s[0]: i64[1]  [4]",
            "s[1]: i64[1]  [5]",
            "s[2]: i64[1]  [6]");
  }

  @Test
  void writesEachTensor() throws IOException {
    Path results = folder.resolve("results");
    CommandLineRun run =
        CommandLineRun.of("run", parts, "-i", folder.resolve("x.npy"), "-o", results);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(NpyFile.read(results.resolve("s[2].npy")).longs()).containsExactly(6);
  }

  @Test
  void aSequenceIsNotMadeUp() throws IOException {
    Path length =
        Files.writeString(
            folder.resolve("length.crease"),
            "model length(s: seq(i64)) -> (n: i64) { n = SequenceLength(s) }\n");
    CommandLineRun.failing(
        ExitCode.INVALID_INPUT, "is no tensor, and is not made up", "-i s=FILE.pb", "run", length);
    CommandLineRun.failing(
        ExitCode.INVALID_INPUT, "no tensor, which only `crease run`", "can give", "bench", length);
  }
}
