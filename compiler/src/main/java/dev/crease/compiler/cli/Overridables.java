package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.Options;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.pass.NormalizationRecord;
import dev.crease.compiler.pass.PassReport;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// How much depends on `--initializers-are-constant`: the model is optimized with and without it.
final class Overridables {
  private static final String OPTION = "--initializers-are-constant";

  private Overridables() {}

  /// What the option unlocked, or would; empty if nothing. Where rewrites are left out by number
  /// nothing is told, since the numbers mean others in the other run.
  static Optional<String> unlocked(Path file, Compilation compilation) {
    Options options = compilation.options();
    boolean comparable =
        options.optimize()
            && options.passes().disabledRewrites().isEmpty()
            && options.passes().lastRewrite() == Integer.MAX_VALUE;
    boolean given = options.initializersAreConstant();
    boolean matters = given ? !compilation.unlocked().isEmpty() : isAReason(compilation.report());
    if (!comparable || !matters) {
      return Optional.empty();
    }
    PassReport other;
    try {
      other = Compiler.report(file, options.withInitializersConstant(!given).withoutDumps());
    } catch (InvalidModelException | UnsupportedModelException e) {
      return Optional.of(
          "%s the model cannot be compiled: %s"
              .formatted((given ? "without " : "with ") + OPTION, e.getMessage()));
    }
    PassReport with = given ? compilation.report() : other;
    PassReport without = given ? other : compilation.report();
    return Optional.of(
        "%s %s %s; BatchNormalization left %s: %d of %d"
            .formatted(
                OPTION,
                given ? "unlocked" : "would unlock",
                Quantity.of(with.rewrites().size() - without.rewrites().size(), "rewrite"),
                given ? "without it" : "with it",
                other.normalizationsLeft().size(),
                other.normalizations().size()));
  }

  /// Whether anything was left because initializers may be overridden.
  private static boolean isAReason(PassReport report) {
    return Stream.concat(
            report.normalizationsLeft().stream().map(NormalizationRecord::toString),
            report.declines().stream().map(PassReport.Decline::reason))
        .anyMatch(reason -> reason.contains(OPTION));
  }
}
