package dev.crease.samples.embeddings;

import java.util.ArrayList;
import java.util.List;

/// Splits normalized text into words: at white space, which is dropped, and around punctuation,
/// each character of which is a word.
final class BertPreTokenizer {
  private static final int NEXT_LINE = 0x85;

  private BertPreTokenizer() {}

  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int start = 0;
    int end = 0;
    while (end < text.length()) {
      int character = text.codePointAt(end);
      int next = end + Character.charCount(character);
      boolean punctuation = isPunctuation(character);
      if (punctuation || isWhitespace(character)) {
        add(text, start, end, words);
        start = punctuation ? end : next;
      }
      if (punctuation) {
        add(text, start, next, words);
        start = next;
      }
      end = next;
    }
    add(text, start, end, words);
    return words;
  }

  private static void add(String text, int start, int end, List<String> words) {
    if (start < end) {
      words.add(text.substring(start, end));
    }
  }

  /// Unicode's property White_Space; Java's own notion leaves out spaces that do not break.
  static boolean isWhitespace(int character) {
    return ('\t' <= character && character <= '\r')
        || character == NEXT_LINE
        || Character.isSpaceChar(character);
  }

  /// Unicode's punctuation, and whatever of ASCII is neither letter, digit, blank nor control.
  private static boolean isPunctuation(int character) {
    if (character < 0x7F) {
      return character > ' ' && !Character.isLetterOrDigit(character);
    }
    return switch (Character.getType(character)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }
}
