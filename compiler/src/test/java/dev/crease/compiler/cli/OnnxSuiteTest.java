package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cases of the ONNX project, all of them, and what is written about them.
class OnnxSuiteTest {
  private static final Pattern IN_SCOPE =
      Pattern.compile("\\| in scope, (\\d+) \\| (vector|interpreter) \\| (\\d+) \\|");

  @TempDir Path folder;

  @Test
  void ninetyNineOfAHundredInScopePassAtBothLevels() throws IOException {
    Path suite = Path.of("").toAbsolutePath().resolve("../../shared/onnx-suite").normalize();
    assumeTrue(Files.isDirectory(suite), () -> "there is no " + suite + ", so no case is run");
    Path report = folder.resolve("conformance.md");
    CommandLineRun run =
        CommandLineRun.of("conformance", suite, "--threads", 2, "--report", report);
    assertThat(run.err()).isEmpty();
    List<MatchResult> totals = IN_SCOPE.matcher(Files.readString(report)).results().toList();
    assertThat(totals).extracting(found -> found.group(2)).containsExactly("vector", "interpreter");
    for (MatchResult found : totals) {
      int cases = Integer.parseInt(found.group(1));
      assertThat(cases).isGreaterThan(1000);
      assertThat(Integer.parseInt(found.group(3)))
          .as("%s of %d in scope; %s", found.group(2), cases, run.out())
          .isGreaterThanOrEqualTo((int) Math.ceil(0.99 * cases));
    }
  }
}
