package dev.crease.samples.embeddings;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The tokenizer against Hugging Face's own, which reads the same file.
class HuggingFaceTest {
  private static final List<String> ONE_UNKNOWN_WORD = List.of("[CLS]", "[UNK]", "[SEP]");

  /// Characters that Unicode moved to another category after version 8.
  private static final List<String> OF_ANOTHER_CATEGORY_SINCE =
      List.of(
          "166D CANADIAN SYLLABICS CHI SIGN",
          "1734 HANUNOO SIGN PAMUDPOD",
          "111C9 SHARADA SANDHI MARK",
          "1171E AHOM CONSONANT SIGN MEDIAL RA");

  private static HuggingFaceTokenizer reference;
  private static WordPieceTokenizer tokenizer;

  @BeforeAll
  static void open() throws IOException {
    reference = Reference.tokenizer();
    tokenizer = Model.tokenizer();
  }

  @AfterAll
  static void close() {
    reference.close();
  }

  @Test
  void sentences() throws IOException {
    for (String sentence : Model.sentences()) {
      expectSame(sentence);
    }
  }

  /// Each between two letters, so that it shows whether it splits, vanishes or stays. The other's
  /// tables are of Unicode 8: what came later is a letter to it, and none of the vocabulary.
  @Test
  void everyCharacter() {
    List<String> different = new ArrayList<>();
    for (int character = 0; character <= Character.MAX_CODE_POINT; character++) {
      String text = "a" + Character.toString(character) + "b";
      if (isChecked(character)) {
        List<String> expected = expected(text);
        boolean newer = !isOld(character) && expected.equals(ONE_UNKNOWN_WORD);
        if (!newer && !tokenizer.tokens(text).equals(expected)) {
          different.add("%04X %s".formatted(character, Character.getName(character)));
        }
      }
    }
    assertThat(different).isEqualTo(OF_ANOTHER_CATEGORY_SINCE);
  }

  private static boolean isChecked(int character) {
    return switch (Character.getType(character)) {
      case Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE -> false;
      default -> true;
    };
  }

  /// Whether it lies in blocks to which nothing of interest was added since Unicode 8: the
  /// alphabets of Europe, punctuation and symbols, what East Asia writes, pictures.
  private static boolean isOld(int character) {
    return character < 0x600
        || (0x1E00 <= character && character < 0x2C00)
        || (0x2E80 <= character && character < 0xA000)
        || (0xAC00 <= character && character < 0x10000)
        || (0x1F000 <= character && character < 0x1FB00)
        || (0x20000 <= character && character < 0x30000);
  }

  @Test
  void randomText() {
    Random random = new Random(1);
    String[] parts = {
      "un", "Believ", "able", " ", "  ", ".", "'s", "é", "天", "\t", "\u0301", "[SEP]", "[", "ß",
      "Σ", "🙂", "12", "-", "\u200d", "A"
    };
    for (int i = 0; i < 5000; i++) {
      StringBuilder text = new StringBuilder();
      for (int part = random.nextInt(12); part >= 0; part--) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      expectSame(text.toString());
    }
  }

  private static void expectSame(String text) {
    assertThat(tokenizer.tokens(text)).as("%s", text).isEqualTo(expected(text));
  }

  private static List<String> expected(String text) {
    return List.of(reference.encode(text).getTokens());
  }
}
