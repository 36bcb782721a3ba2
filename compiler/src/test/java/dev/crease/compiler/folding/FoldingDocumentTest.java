package dev.crease.compiler.folding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldingDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "folding.md");
  private static final Path ACTUAL = Path.of("target", "folding.md");

  @Test
  void theDocumentTellsWhatTheCasesShow() throws IOException {
    List<FoldingRun> runs = FoldingCases.all().stream().map(FoldingRun::of).toList();
    String committed = Files.readString(DOCUMENT);
    String actual = FoldingDocument.with(committed, runs);
    if (!actual.equals(committed)) {
      Files.writeString(ACTUAL, actual);
    }
    assertThat(committed)
        .as("%s is out of date: replace it by compiler/%s", DOCUMENT, ACTUAL)
        .isEqualTo(actual);
  }

  @Test
  void aDocumentWithoutPlaceIsRefused() {
    assertThatThrownBy(() -> FoldingDocument.with("# Folding", List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
