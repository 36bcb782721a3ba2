package dev.crease.samples.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Known facts of BERT's word pieces, on the model's own vocabulary; and a small one of ours.
class WordPieceTokenizerTest {
  private static final String SMALL =
      """
      {
        "truncation": {"direction": "Right", "max_length": 6},
        "added_tokens": [],
        "normalizer": {
          "type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
          "strip_accents": null, "lowercase": false
        },
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
          "type": "TemplateProcessing",
          "single": [
            {"SpecialToken": {"id": "<", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": ">", "type_id": 0}}
          ],
          "special_tokens": {"<": {"ids": [1]}, ">": {"ids": [2]}}
        },
        "model": {
          "type": "WordPiece", "unk_token": "?", "continuing_subword_prefix": "+",
          "max_input_chars_per_word": 4,
          "vocab": {"?": 0, "<": 1, ">": 2, "a": 3, "A": 4, "+b": 5, "+bc": 6, "É": 7}
        }
      }
      """;

  private static WordPieceTokenizer tokenizer;

  @BeforeAll
  static void read() throws IOException {
    tokenizer = Model.tokenizer();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      value = {
        "unaffable > una ##ffa ##ble",
        "Hello, World! > hello , world !",
        "the dog's 3.14 > the dog ' s 3 . 14",
        "e-mail@x_y > e - mail @ x _ y",
        "1+1=2 $5 `a` ^ ~| > 1 + 1 = 2 $ 5 ` a ` ^ ~ |",
        "Héllò Ça naïve > hello ca naive",
        "天气 > 天 [UNK]",
        "a天b > a 天 b",
        "日本 > 日 本",
        "ok 🙂 > ok [UNK]",
        "🙂🚀 > [UNK]",
        "a [MASK] b [SEP]c > a [MASK] b [SEP] c",
        "[mask] > [ mask ]",
        "ΣΑΣ > σ ##α ##σ",
        "İstanbul > istanbul",
        "'' > ''",
        "'   ' > ''",
      })
  void splits(String text, String expected) {
    List<String> tokens = tokenizer.tokens(text);
    assertThat(tokens).startsWith("[CLS]").endsWith("[SEP]");
    assertThat(String.join(" ", tokens.subList(1, tokens.size() - 1))).isEqualTo(expected);
  }

  @Test
  void cleansControlCharactersAndWhiteSpace() {
    assertThat(tokenizer.tokens("a\u0000b\u200bc\ufffd\td\u00a0e\u2028f\nab\u0085c"))
        .containsExactly("[CLS]", "abc", "d", "e", "f", "abc", "[SEP]");
  }

  @Test
  void marksBeginningAndEnd() {
    assertThat(tokenizer.encode("hello")).containsExactly(101, 7592, 102);
    assertThat(tokenizer.encode("")).containsExactly(101, 102);
  }

  @Test
  void wordsOfMoreThanAHundredCharactersAreUnknown() {
    assertThat(tokenizer.tokens("a".repeat(100))).doesNotContain("[UNK]").hasSizeGreaterThan(10);
    assertThat(tokenizer.tokens("a".repeat(101) + " b"))
        .containsExactly("[CLS]", "[UNK]", "b", "[SEP]");
  }

  @Test
  void longTextsAreCutAtTheirEnd() {
    List<String> tokens = tokenizer.tokens("start " + "and so on ".repeat(100));
    assertThat(tokenizer.mostTokens()).isEqualTo(128);
    assertThat(tokens)
        .hasSize(128)
        .startsWith("[CLS]", "start", "and")
        .endsWith("and", "so", "[SEP]");
    assertThat(tokenizer.encode("a ".repeat(126))).hasSize(128);
    assertThat(tokenizer.encode("a ".repeat(125))).hasSize(127);
  }

  @Test
  void everyFieldOfTheFileCounts() throws IOException {
    WordPieceTokenizer small = tokenizer(SMALL);
    assertThat(small.tokens("a abc Ab É x")).containsExactly("<", "a", "a", "+bc", "A", ">");
    assertThat(small.tokens("É abbb abbbb")).containsExactly("<", "É", "a", "+b", "+b", ">");
    assertThat(small.tokens("abbbb")).containsExactly("<", "?", ">");
    assertThat(small.tokens("aé")).containsExactly("<", "?", ">");
    String lower = SMALL.replace("\"lowercase\": false", "\"lowercase\": true");
    assertThat(tokenizer(lower).tokens("AB")).containsExactly("<", "a", "+b", ">");
    String bare = SMALL.replace("\"strip_accents\": null", "\"strip_accents\": true");
    assertThat(tokenizer(bare).tokens("Á")).containsExactly("<", "A", ">");
    String raw = SMALL.replace("\"clean_text\": true", "\"clean_text\": false");
    assertThat(tokenizer(raw).tokens("a\u0000")).containsExactly("<", "?", ">");
    assertThat(small.tokens("a\u0000")).containsExactly("<", "a", ">");
  }

  @ParameterizedTest
  @CsvSource({
    "BertNormalizer, NFC, `type` should be BertNormalizer",
    "BertPreTokenizer, Whitespace, `type` should be BertPreTokenizer",
    "WordPiece, BPE, `type` should be WordPiece",
    "TemplateProcessing, RobertaProcessing, `type` should be TemplateProcessing",
    "Right, Left, `direction` should be Right",
    "\"max_length\": 6, \"max_length\": 2, 2 tokens leave no room",
    "truncation, other, `truncation` is missing",
    "\"unk_token\": \"?\", \"unk_token\": \"!\", the vocabulary lacks `!`",
    "[1], one, not as it should be",
    "{, {{, no JSON object",
  })
  void refusesWhatItCannotDo(String part, String other, String message) {
    assertThatThrownBy(() -> tokenizer(SMALL.replace(part, other)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesTokensThatAreFoundInOtherWays() {
    String token =
        """
        "added_tokens": [{"id": 3, "content": "a", "single_word": false, "lstrip": true,
          "rstrip": false, "normalized": false}]\
        """;
    assertThatThrownBy(() -> tokenizer(SMALL.replace("\"added_tokens\": []", token)))
        .hasMessageContaining("`lstrip` should be false, not true");
  }

  private static WordPieceTokenizer tokenizer(String json) throws IOException {
    return WordPieceTokenizer.read(new StringReader(json));
  }
}
