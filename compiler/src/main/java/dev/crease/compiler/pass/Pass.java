package dev.crease.compiler.pass;

/// A row of the [Pipeline].
///
/// @param name how reports and options call it: `fold-batch-norm`
/// @param reason why it pays, in one line
public record Pass(String name, String reason, Rule rule) {
  public Pass {
    if (!name.matches("[a-z]+(-[a-z]+)*")) {
      throw new IllegalArgumentException("not a name of a pass: " + name);
    }
  }
}
