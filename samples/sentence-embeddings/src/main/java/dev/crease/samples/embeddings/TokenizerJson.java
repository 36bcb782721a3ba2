package dev.crease.samples.embeddings;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A `tokenizer.json` of a BERT model. What it says and is not done here is refused: a tokenizer
/// that is nearly right makes embeddings that are quietly wrong.
///
/// Its padding is not read: texts are padded as a batch needs it.
final class TokenizerJson {
  private final JsonObject root;

  TokenizerJson(Reader reader) throws IOException {
    try {
      root = JsonParser.parseReader(reader).getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new IOException("the tokenizer is no JSON object: " + e.getMessage(), e);
    }
  }

  WordPieceTokenizer tokenizer() throws IOException {
    try {
      expect(object(root, "pre_tokenizer"), "type", "BertPreTokenizer");
      List<Integer> before = new ArrayList<>();
      List<Integer> after = new ArrayList<>();
      readTemplate(before, after);
      return new WordPieceTokenizer(special(), normalizer(), pieces(), before, after, mostTokens());
    } catch (IllegalStateException
        | IllegalArgumentException
        | ClassCastException
        | UnsupportedOperationException e) {
      throw new IOException("the tokenizer's JSON is not as it should be: " + e.getMessage(), e);
    }
  }

  private BertNormalizer normalizer() {
    JsonObject normalizer = object(root, "normalizer");
    expect(normalizer, "type", "BertNormalizer");
    boolean lowercase = field(normalizer, "lowercase").getAsBoolean();
    JsonElement strip = normalizer.get("strip_accents");
    return new BertNormalizer(
        field(normalizer, "clean_text").getAsBoolean(),
        field(normalizer, "handle_chinese_chars").getAsBoolean(),
        strip == null || strip.isJsonNull() ? lowercase : strip.getAsBoolean(),
        lowercase);
  }

  private WordPieces pieces() {
    JsonObject model = object(root, "model");
    expect(model, "type", "WordPiece");
    Map<String, Integer> ids = new HashMap<>();
    object(model, "vocab").asMap().forEach((piece, id) -> ids.put(piece, id.getAsInt()));
    return new WordPieces(
        ids,
        field(model, "unk_token").getAsString(),
        field(model, "continuing_subword_prefix").getAsString(),
        field(model, "max_input_chars_per_word").getAsInt());
  }

  private Map<String, Integer> special() {
    Map<String, Integer> special = new LinkedHashMap<>();
    for (JsonElement element : field(root, "added_tokens").getAsJsonArray()) {
      JsonObject token = element.getAsJsonObject();
      for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
        expect(token, flag, "false");
      }
      special.put(field(token, "content").getAsString(), field(token, "id").getAsInt());
    }
    return special;
  }

  /// The tokens around a single text.
  private void readTemplate(List<Integer> before, List<Integer> after) {
    JsonObject processor = object(root, "post_processor");
    expect(processor, "type", "TemplateProcessing");
    JsonObject special = object(processor, "special_tokens");
    List<Integer> side = before;
    for (JsonElement element : field(processor, "single").getAsJsonArray()) {
      JsonObject part = element.getAsJsonObject();
      if (part.has("Sequence")) {
        expect(object(part, "Sequence"), "type_id", "0");
        side = after;
        continue;
      }
      JsonObject token = object(part, "SpecialToken");
      expect(token, "type_id", "0");
      for (JsonElement id :
          field(object(special, field(token, "id").getAsString()), "ids").getAsJsonArray()) {
        side.add(id.getAsInt());
      }
    }
  }

  private int mostTokens() {
    JsonObject truncation = object(root, "truncation");
    expect(truncation, "direction", "Right");
    return field(truncation, "max_length").getAsInt();
  }

  private static JsonObject object(JsonObject parent, String name) {
    return field(parent, name).getAsJsonObject();
  }

  private static JsonElement field(JsonObject parent, String name) {
    JsonElement value = parent.get(name);
    if (value == null || value.isJsonNull()) {
      throw new IllegalArgumentException(
          "`%s` is missing beside %s".formatted(name, parent.keySet()));
    }
    return value;
  }

  private static void expect(JsonObject parent, String name, String expected) {
    String actual = field(parent, name).getAsString();
    if (!actual.equals(expected)) {
      throw new IllegalArgumentException(
          "`%s` should be %s, not %s".formatted(name, expected, actual));
    }
  }
}
