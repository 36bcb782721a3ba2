package dev.crease.compiler.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    expect("--target", "AVX2", "compile", text, "--target", "z80");
    expect("there is no such pass", "fold-batch-norm", "compile", text, "--disable-rule", "x");
    expect("give -O0 or -O1", "", "compile", text, "-O7");
  }

  private static void expect(String message, String more, Object... words) {
    CommandLineRun.failing(ExitCode.USAGE, message, more, words);
  }
}
