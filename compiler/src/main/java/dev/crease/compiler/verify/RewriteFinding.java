package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.verify.certificate.Finding;

/// What was found about one rewrite.
///
/// @param certificate what is known without any input
/// @param difference between the two sides on the inputs that were tried
public record RewriteFinding(
    Rewrite rewrite, Verdict verdict, Finding certificate, Difference difference) {
  /// What is wrong, or how far apart the two sides are.
  public String reason() {
    if (certificate instanceof Finding.Refuted refuted) {
      return verdict == Verdict.WITHIN_BUDGET ? refuted + "; " + difference : refuted.toString();
    }
    return difference.toString();
  }

  @Override
  public String toString() {
    if (certificate instanceof Finding.Refuted) {
      return "%s: %s, %s".formatted(rewrite, verdict, reason());
    }
    boolean compared =
        verdict != Verdict.NOT_REACHED && difference.bound() + difference.observed() > 0;
    return compared || difference.problem().isPresent()
        ? "%s: %s, %s".formatted(rewrite, verdict, difference)
        : "%s: %s".formatted(rewrite, verdict);
  }
}
