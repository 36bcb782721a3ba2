package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Rewrite;

/// What was found about one rewrite.
///
/// @param difference between the two sides on the inputs that were tried
public record RewriteFinding(Rewrite rewrite, Verdict verdict, Difference difference) {
  @Override
  public String toString() {
    boolean compared =
        verdict != Verdict.NOT_REACHED && difference.bound() + difference.observed() > 0;
    return compared || difference.problem().isPresent()
        ? "%s: %s, %s".formatted(rewrite, verdict, difference)
        : "%s: %s".formatted(rewrite, verdict);
  }
}
