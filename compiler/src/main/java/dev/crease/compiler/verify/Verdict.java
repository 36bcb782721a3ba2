package dev.crease.compiler.verify;

/// What is known of a rewrite or a layer, from best to worst.
public enum Verdict {
  /// The same operations on the same numbers; or nothing in them rounds, and all that was tried
  /// agreed.
  BIT_IDENTICAL("bit-identical"),
  /// Equal over the real numbers for every input, but for the rounding of stored constants.
  PROVED("proved"),
  /// Both sides agreed on every input that was tried, to within the rounding bound derived for it.
  WITHIN_BOUND("within bound"),
  /// Both sides agreed to 2e-5 of the result's size; no bound is known for an operator in it, or no
  /// finite one for an element that is off.
  SAMPLED("sampled"),
  /// Nothing was tried, as it is in a branch that did not run.
  NOT_REACHED("not reached"),
  /// The sides differ by more than any rounding, though nowhere by more than the user accepts.
  WITHIN_BUDGET("within budget"),
  /// The sides differ by more than any rounding, and by more than the user accepts, if anything.
  WRONG("WRONG");

  private final String text;

  Verdict(String text) {
    this.text = text;
  }

  /// Whether nothing was found that rounding does not explain.
  public boolean agrees() {
    return this != WITHIN_BUDGET && this != WRONG;
  }

  @Override
  public String toString() {
    return text;
  }
}
