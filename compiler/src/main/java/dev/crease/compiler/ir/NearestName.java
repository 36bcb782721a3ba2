package dev.crease.compiler.ir;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Finds what the user may have meant by a name that does not exist.
public final class NearestName {
  /// A longer name was not mistyped, and comparing it would take long.
  private static final int MAX_LENGTH = 200;

  private NearestName() {}

  /// The candidate with the fewest edits (insertion, deletion, substitution of a character, two
  /// neighbours swapped; case does not count), if it is close enough to be a slip: at most a third
  /// of the name's length, and none for a name of one or two characters.
  public static Optional<String> of(String name, Collection<String> candidates) {
    if (name.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    String best = null;
    int bestEdits = name.length() / 3 + 1;
    for (String candidate : candidates) {
      if (Math.abs(candidate.length() - name.length()) < bestEdits) {
        int edits = edits(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
        if (edits < bestEdits) {
          best = candidate;
          bestEdits = edits;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  /// ``; did you mean `kernel`?``, or nothing if no candidate is near.
  public static String suggestion(String name, Collection<String> candidates) {
    return of(name, candidates).map(near -> "; did you mean `" + near + "`?").orElse("");
  }

  private static int edits(String from, String to) {
    int[][] table = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      table[i][0] = i;
    }
    for (int j = 0; j <= to.length(); j++) {
      table[0][j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      for (int j = 1; j <= to.length(); j++) {
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int best = table[i - 1][j - 1] + (same ? 0 : 1);
        best = Math.min(best, Math.min(table[i - 1][j], table[i][j - 1]) + 1);
        if (i > 1 && j > 1 && isSwapped(from, i, to, j)) {
          best = Math.min(best, table[i - 2][j - 2] + 1);
        }
        table[i][j] = best;
      }
    }
    return table[from.length()][to.length()];
  }

  private static boolean isSwapped(String from, int i, String to, int j) {
    return from.charAt(i - 1) == to.charAt(j - 2) && from.charAt(i - 2) == to.charAt(j - 1);
  }
}
