package dev.crease.samples.embeddings;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A vocabulary of word pieces, and how a word is put together from it (Schuster and Nakajima,
/// 2012): again and again the longest piece that the rest of the word begins with.
///
/// @param ids of pieces; those that do not begin a word are marked by `continuation`
/// @param unknown the piece that a word becomes if it cannot be put together
/// @param mostCharacters a longer word is unknown
record WordPieces(
    Map<String, Integer> ids, String unknown, String continuation, int mostCharacters) {
  WordPieces {
    ids = Map.copyOf(ids);
    if (!ids.containsKey(unknown)) {
      throw new IllegalArgumentException("the vocabulary lacks `" + unknown + "`");
    }
  }

  /// The ids of a word's pieces.
  List<Integer> of(String word) {
    List<Integer> pieces = new ArrayList<>();
    if (word.codePointCount(0, word.length()) > mostCharacters) {
      return List.of(ids.get(unknown));
    }
    int start = 0;
    while (start < word.length()) {
      int end = longest(word, start);
      if (end == start) {
        return List.of(ids.get(unknown));
      }
      pieces.add(ids.get(piece(word, start, end)));
      start = end;
    }
    return pieces;
  }

  /// Where the longest piece that begins at `start` ends; `start` if there is none.
  private int longest(String word, int start) {
    int end = word.length();
    while (end > start && !ids.containsKey(piece(word, start, end))) {
      end = word.offsetByCodePoints(end, -1);
    }
    return end;
  }

  private String piece(String word, int start, int end) {
    String characters = word.substring(start, end);
    return start == 0 ? characters : continuation + characters;
  }
}
