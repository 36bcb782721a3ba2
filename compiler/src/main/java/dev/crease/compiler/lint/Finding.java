package dev.crease.compiler.lint;

import java.util.Locale;

/// What a rule found at one place.
///
/// @param rule its id
/// @param where a node's label, or `the model`
/// @param what is so, with numbers
/// @param why it matters; the same for all findings of one rule and severity
/// @param todo what to do about it; likewise
public record Finding(
    String rule, Severity severity, String where, String what, String why, String todo) {
  /// A finding on the model as a whole.
  public static final String MODEL = "the model";

  @Override
  public String toString() {
    return "%s %s: %s: %s".formatted(severity.name().toLowerCase(Locale.ROOT), rule, where, what);
  }
}
