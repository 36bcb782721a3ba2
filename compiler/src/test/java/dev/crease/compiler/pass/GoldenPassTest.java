package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextPrinter;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every file `pass/<name of the pass>/<case>.txt` in the test resources: a model, then what the
/// pass makes of it.
///
/// ```
/// model before(...) -> (...) { ... }
/// === expect
/// model before(...) -> (...) { ... }       as printed; left out if the pass must not fire
/// === report
/// 1 fold-batch-norm: BatchNormalization `y` folded into Conv `c`, bias created
/// ```
///
/// The report lists all rewrites, then all declines. Where a file is not met, what came out is
/// written to `target/pass`, to be read, and copied if it is right. Independent of the text, the
/// interpreter must see one meaning before and after.
class GoldenPassTest {
  private static final String EXPECT = "=== expect\n";
  private static final String REPORT = "=== report\n";
  private static final Path ACTUAL = Path.of("target", "pass");

  /// What the runner does by itself has files too.
  private static final String DEAD_CODE = "dead-code";

  private static Path resources() {
    try {
      return Path.of(
          Objects.requireNonNull(GoldenPassTest.class.getResource("/pass"), "test resources")
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.sorted().toList();
    }
  }

  static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path folder : list(resources())) {
      files.addAll(list(folder));
    }
    return files;
  }

  private static String passOf(Path file) {
    return file.getParent().getFileName().toString();
  }

  @ParameterizedTest
  @MethodSource("files")
  void theFileIsMet(Path file) throws IOException {
    String text = Files.readString(file);
    String input = text.substring(0, firstSection(text));
    Graph before = TextReader.read(input, file.getFileName().toString()).graph();
    PassReport report = new PassRunner(alone(passOf(file)), PassOptions.defaults()).run(before);
    Graph after = report.graph();

    String actual = input + sections(passOf(file), before, report);
    Path written = ACTUAL.resolve(passOf(file)).resolve(file.getFileName());
    if (!actual.equals(text)) {
      Files.createDirectories(written.getParent());
      Files.writeString(written, actual);
    }
    Equivalence.assertSameMeaning(before, after);
    assertThat(report.rewrites())
        .allSatisfy(rewrite -> assertThat(rewrite.preconditions()).as("%s", rewrite).isNotEmpty());
    assertThat(actual).as("written to " + written.toAbsolutePath()).isEqualTo(text);
    assertThat(TextReader.read(TextPrinter.print(after), "printed").graph()).isEqualTo(after);
  }

  private static int firstSection(String text) {
    int expect = text.indexOf(EXPECT);
    int report = text.indexOf(REPORT);
    return expect >= 0 ? expect : report >= 0 ? report : text.length();
  }

  private static Pipeline alone(String pass) {
    List<Pass> passes =
        pass.equals(DEAD_CODE) ? List.of() : List.of(Pipeline.inference().find(pass).orElseThrow());
    return Pipeline.of(passes, List.of());
  }

  private static String sections(String pass, Graph before, PassReport report) {
    StringBuilder text = new StringBuilder();
    boolean dropped = pass.equals(DEAD_CODE) && !report.graph().equals(before);
    if (dropped || !report.rewrites().isEmpty()) {
      text.append(EXPECT).append(TextPrinter.print(report.graph()));
    }
    if (!report.rewrites().isEmpty() || !report.declines().isEmpty()) {
      text.append(REPORT);
      report.rewrites().forEach(rewrite -> text.append(rewrite).append('\n'));
      report.declines().forEach(decline -> text.append(decline).append('\n'));
    }
    return text.toString();
  }

  @Test
  void everyPassHasCasesThatFireAndNearMisses() throws IOException {
    List<String> folders =
        list(resources()).stream().map(folder -> folder.getFileName().toString()).toList();
    List<String> passes = new ArrayList<>(Pipeline.inference().names());
    passes.add(DEAD_CODE);
    assertThat(folders).containsExactlyInAnyOrderElementsOf(passes);
    for (String pass : passes) {
      List<String> texts = new ArrayList<>();
      for (Path file : list(resources().resolve(pass))) {
        texts.add(Files.readString(file));
      }
      assertThat(texts).as("cases of " + pass).anyMatch(text -> text.contains(EXPECT));
      assertThat(texts).as("near-misses of " + pass).anyMatch(text -> !text.contains(EXPECT));
    }
  }
}
