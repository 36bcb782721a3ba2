package dev.crease.compiler.ir;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Finds what the user may have meant by a name that does not exist.
public final class NearestName {
  private NearestName() {}

  /// The candidate with the fewest edits (insertion, deletion, substitution of a character; case
  /// does not count), if it is close enough to be a slip: at most a third of the name's length.
  public static Optional<String> of(String name, Collection<String> candidates) {
    String best = null;
    int bestEdits = Math.max(1, name.length() / 3) + 1;
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
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
