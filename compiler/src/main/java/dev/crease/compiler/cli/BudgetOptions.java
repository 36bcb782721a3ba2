package dev.crease.compiler.cli;

import dev.crease.compiler.verify.Budget;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a user accepts beside what rounding explains.
final class BudgetOptions {
  @Option(
      names = "--rtol",
      paramLabel = "R",
      description =
          "The budget you accept: an element may be off by ATOL + RTOL |y|, as in numpy's allclose."
              + " Decides on the outputs instead of the bound; a rewrite or node that differs by"
              + " more than its own bound, but nowhere by more than this, is within budget, not"
              + " WRONG. Default: no budget, or 0 beside --atol.")
  @Nullable Double relative;

  @Option(
      names = "--atol",
      paramLabel = "A",
      description = "See --rtol. Default: no budget, or 0 beside --rtol.")
  @Nullable Double absolute;

  /// Empty if no option is given.
  ///
  /// @throws UsageException if a number is negative
  Optional<Budget> budget() {
    double relativeOr0 = required("--rtol", relative);
    double absoluteOr0 = required("--atol", absolute);
    return relative == null && absolute == null
        ? Optional.empty()
        : Optional.of(new Budget(relativeOr0, absoluteOr0));
  }

  private static double required(String name, @Nullable Double tolerance) {
    double given = tolerance == null ? 0 : tolerance;
    if (given < 0) {
      throw new UsageException("%s %s: give 0 or more".formatted(name, given));
    }
    return given;
  }
}
