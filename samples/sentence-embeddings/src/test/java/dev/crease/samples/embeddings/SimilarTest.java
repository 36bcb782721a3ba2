package dev.crease.samples.embeddings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command from end to end.
class SimilarTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @Test
  void mostSimilarPairsFirst() {
    assertThat(run("--top", "2", "A cat sleeps.", "Shares fell.", "A kitten is napping.")).isZero();
    assertThat(out.toString().lines()).hasSize(2);
    assertThat(out.toString().lines().findFirst().orElseThrow())
        .matches(" 0\\.\\d{3}  A cat sleeps\\. \\| A kitten is napping\\.");
  }

  @Test
  void nearestToASentenceFromAFile() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("answers.txt"), "We refund within 14 days.\n\n  We open at nine.\n");
    assertThat(run("--file", file.toString(), "--to", "Can I get my money back?")).isZero();
    assertThat(out.toString().lines().map(line -> line.substring(8)))
        .containsExactly("We refund within 14 days.", "We open at nine.");
  }

  @Test
  void wrongCommandLines() {
    assertThat(run("alone")).isEqualTo(2);
    assertThat(run("--to", "alone")).isEqualTo(2);
    assertThat(run("--top", "0", "a", "b")).isEqualTo(2);
    assertThat(run("--tip", "3", "a", "b")).isEqualTo(2);
    assertThat(errors.toString())
        .contains(
            "1 sentences given, 2 needed", "0 sentences given, 1 needed", "--top is 1 or more")
        .contains("Unknown option: '--tip'");
  }

  @Test
  void filesThatCannotBeRead() throws IOException {
    Path picture = Files.write(folder.resolve("picture.png"), new byte[] {(byte) 0x89, 'P'});
    assertThat(run("--file", picture.toString())).isEqualTo(3);
    assertThat(run("--file", folder.resolve("none.txt").toString())).isEqualTo(3);
    assertThat(errors.toString()).contains("picture.png is no text in UTF-8", "there is no file");
  }

  @Test
  void helpTellsHow() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("similar --file sentences.txt", "3   a file is missing");
  }

  private int run(String... arguments) {
    return Similar.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(errors, true))
        .execute(arguments);
  }
}
