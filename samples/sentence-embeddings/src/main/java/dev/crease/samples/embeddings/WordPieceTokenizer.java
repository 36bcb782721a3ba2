package dev.crease.samples.embeddings;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Turns text into the numbers that a BERT model reads, as the model's `tokenizer.json` says, the
/// format of Hugging Face's tokenizers. Immutable, and safe to share between threads.
public final class WordPieceTokenizer {
  private final Map<String, Integer> special;
  private final Pattern specialPattern;
  private final BertNormalizer normalizer;
  private final WordPieces pieces;
  private final List<Integer> before;
  private final List<Integer> after;
  private final int mostTokens;
  private final Map<Integer, String> names;

  /// @param special tokens that are recognized in text before it is normalized, and their ids
  /// @param before the ids that a text begins with
  /// @param after the ids that it ends with
  /// @param mostTokens longer texts are cut, these ids included
  WordPieceTokenizer(
      Map<String, Integer> special,
      BertNormalizer normalizer,
      WordPieces pieces,
      List<Integer> before,
      List<Integer> after,
      int mostTokens) {
    this.special = Map.copyOf(special);
    this.specialPattern = anyOf(special.keySet());
    this.normalizer = normalizer;
    this.pieces = pieces;
    this.before = List.copyOf(before);
    this.after = List.copyOf(after);
    this.mostTokens = mostTokens;
    this.names = new HashMap<>();
    pieces.ids().forEach((name, id) -> names.put(id, name));
    special.forEach((name, id) -> names.put(id, name));
    if (mostTokens <= before.size() + after.size()) {
      throw new IllegalArgumentException(mostTokens + " tokens leave no room for a text");
    }
  }

  /// Where several begin at one place, the longest is found; without any, nothing is.
  private static Pattern anyOf(Collection<String> words) {
    return Pattern.compile(
        words.isEmpty()
            ? "(?!)"
            : words.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|")));
  }

  /// Reads a `tokenizer.json` with a `BertNormalizer`, a `BertPreTokenizer`, a `WordPiece` model, a
  /// template for single texts, and a length to truncate to.
  ///
  /// @throws IOException if it cannot be read, is no JSON, or asks for anything else
  public static WordPieceTokenizer read(Reader json) throws IOException {
    return new TokenizerJson(json).tokenizer();
  }

  /// The ids of a text's tokens, those that mark its beginning and its end included. A text that is
  /// too long is cut at its end.
  public int[] encode(String text) {
    List<Integer> ids = new ArrayList<>();
    Matcher matcher = specialPattern.matcher(text);
    int start = 0;
    while (matcher.find()) {
      encode(text.substring(start, matcher.start()), ids);
      ids.add(special.get(matcher.group()));
      start = matcher.end();
    }
    encode(text.substring(start), ids);
    int kept = Math.min(ids.size(), mostTokens - before.size() - after.size());
    List<Integer> all = new ArrayList<>(before);
    all.addAll(ids.subList(0, kept));
    all.addAll(after);
    return all.stream().mapToInt(Integer::intValue).toArray();
  }

  private void encode(String text, List<Integer> ids) {
    for (String word : BertPreTokenizer.words(normalizer.normalize(text))) {
      ids.addAll(pieces.of(word));
    }
  }

  /// As [#encode], in words: `[CLS] una ##ffa ##ble [SEP]`.
  public List<String> tokens(String text) {
    return IntStream.of(encode(text)).mapToObj(this::token).toList();
  }

  private String token(int id) {
    return names.getOrDefault(id, "#" + id);
  }

  /// How many tokens a text becomes at most.
  public int mostTokens() {
    return mostTokens;
  }
}
