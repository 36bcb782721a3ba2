package dev.crease.compiler.pass;

/// A row of the [Pipeline].
///
/// @param name how reports and options call it: `fold-batch-norm`
/// @param reason why it pays, in one line
/// @param last whether it runs when the others have come to their end: it chooses how something is
///   computed, and no other pass looks behind that
public record Pass(String name, String reason, Rule rule, boolean last) {
  Pass(String name, String reason, Rule rule) {
    this(name, reason, rule, false);
  }

  public Pass {
    if (!name.matches("[a-z]+(-[a-z]+)*")) {
      throw new IllegalArgumentException("not a name of a pass: " + name);
    }
  }
}
