package dev.crease.compiler.verify.certificate;

/// What is known of a rewrite's claim that its two graphs compute the same.
public sealed interface Finding {
  /// How near the two graphs are.
  enum Kind {
    /// The same expression of the same constants.
    IDENTICAL,
    /// Each stored coefficient is the real value, rounded.
    WITHIN_ROUNDING
  }

  /// The claim holds for all inputs and all shapes.
  ///
  /// @param deviation the largest distance of a coefficient from the real value, as far as it is
  ///   known, in units in the last place that its stored type has at the coefficient's size; at the
  ///   size of what was added for one that is a sum
  /// @param coefficients how many were compared
  record Proved(Kind kind, double deviation, long coefficients) implements Finding {}

  /// The two normal forms differ.
  ///
  /// @param where output, and term, channel or tap of it
  record Refuted(String where, String expected, String got) implements Finding {
    @Override
    public String toString() {
      return "%s: expected %s, got %s".formatted(where, expected, got);
    }
  }

  /// The claim was not decided.
  record NotCovered(String reason) implements Finding {}
}
