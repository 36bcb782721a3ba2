package dev.crease.samples.embeddings;

import java.text.Normalizer;
import java.util.Locale;

/// What BERT does to text before it is split: the four steps of `BertNormalizer` in a tokenizer's
/// JSON, in this order.
///
/// @param cleanText removes control characters and makes every white space a blank
/// @param spaceIdeographs puts blanks around Chinese characters, so that each is a word
/// @param stripAccents decomposes characters and removes their accents
/// @param lowercase regardless of language
record BertNormalizer(
    boolean cleanText, boolean spaceIdeographs, boolean stripAccents, boolean lowercase) {
  private static final int REPLACEMENT = 0xFFFD;

  String normalize(String text) {
    String spaced = cleanText || spaceIdeographs ? spaced(text) : text;
    String plain = stripAccents ? withoutAccents(spaced) : spaced;
    return lowercase ? lowercased(plain) : plain;
  }

  private String spaced(String text) {
    StringBuilder result = new StringBuilder(text.length());
    text.codePoints()
        .filter(character -> !cleanText || !isRemoved(character))
        .map(character -> cleanText && BertPreTokenizer.isWhitespace(character) ? ' ' : character)
        .forEach(
            character -> {
              if (spaceIdeographs && isIdeograph(character)) {
                result.append(' ').appendCodePoint(character).append(' ');
              } else {
                result.appendCodePoint(character);
              }
            });
    return result.toString();
  }

  private static String withoutAccents(String text) {
    StringBuilder result = new StringBuilder(text.length());
    Normalizer.normalize(text, Normalizer.Form.NFD)
        .codePoints()
        .filter(character -> Character.getType(character) != Character.NON_SPACING_MARK)
        .forEach(result::appendCodePoint);
    return result.toString();
  }

  /// Character by character: the form of a sigma does not depend on where it stands in a word.
  private static String lowercased(String text) {
    StringBuilder result = new StringBuilder(text.length());
    text.codePoints()
        .mapToObj(character -> Character.toString(character).toLowerCase(Locale.ROOT))
        .forEach(result::append);
    return result.toString();
  }

  private static boolean isRemoved(int character) {
    return character == REPLACEMENT
        || switch (Character.getType(character)) {
          case Character.CONTROL -> character != '\t' && character != '\n' && character != '\r';
          case Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
          default -> false;
        };
  }

  /// The blocks that BERT takes for Chinese; Japanese and Korean syllables are not among them.
  private static boolean isIdeograph(int character) {
    return isIn(character, 0x3400, 0x4DBF)
        || isIn(character, 0x4E00, 0x9FFF)
        || isIn(character, 0xF900, 0xFAFF)
        || isIn(character, 0x20000, 0x2A6DF)
        || isIn(character, 0x2A700, 0x2B73F)
        || isIn(character, 0x2B740, 0x2B81F)
        || isIn(character, 0x2B920, 0x2CEAF)
        || isIn(character, 0x2F800, 0x2FA1F);
  }

  private static boolean isIn(int character, int first, int last) {
    return first <= character && character <= last;
  }
}
