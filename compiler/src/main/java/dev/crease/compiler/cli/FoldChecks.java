package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.pass.NormalizationRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// What folding must have done, so that a fold that no longer fires is seen before it is shipped.
final class FoldChecks {
  static final String UPDATE = "--update-baseline";

  @Option(
      names = "--assert-no-bn",
      description =
          "Fail, with exit code 1, if any node BatchNormalization is left; prints each with its"
              + " reason. One that is written as arithmetic counts if it was merged into one.")
  boolean assertNoBn;

  @Option(
      names = "--baseline",
      paramLabel = "FILE",
      description =
          "Compare with what this file (JSON) says of the model: how often each rule fired, which"
              + " BatchNormalizations are gone, what became of biases. Fails, with exit code 1, if"
              + " a rule fires less often or one that was gone is left; tells all other"
              + " differences.")
  @Nullable Path baseline;

  @Option(
      names = UPDATE,
      description =
          "If nothing fails, write what is so now into the file of --baseline, for this model;"
              + " others in it stay.")
  boolean update;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /// Refuses all of them where nothing is folded.
  ///
  /// @throws UsageException if one is given
  void refuse(String reason) {
    GivenOptions.refuseAllBut(command, FoldChecks.class, Set.of(), reason);
  }

  /// Reads the baseline, before work is done that it may be useless for.
  ///
  /// @throws UsageException if there is no file to update
  /// @throws InputException if the file is missing, no baseline, or without the model
  void require(Path model) throws IOException {
    if (baseline == null) {
      if (update) {
        throw new UsageException(UPDATE + ": name the file with --baseline FILE");
      }
      return;
    }
    if (update) {
      OutputFile.requirePlace(baseline, model);
    }
    Baseline given = stored(baseline);
    String key = Baseline.key(model, baseline);
    if (!update && given.find(key).isEmpty()) {
      throw new InputException(
          "%s knows no model %s, only %s; add it with %s"
              .formatted(baseline, key, given.models().keySet(), UPDATE));
    }
  }

  private Baseline stored(Path file) throws IOException {
    if (!Files.exists(file)) {
      if (update) {
        return Baseline.empty();
      }
      throw new InputException(
          "there is no file %s; write it with --baseline %s %s".formatted(file, file, UPDATE));
    }
    return BaselineReader.read(file);
  }

  /// Prints one line for each check that fails and each difference. Nothing is updated yet.
  ///
  /// @return whether all hold
  boolean hold(Path model, Compilation compilation, PrintWriter out) throws IOException {
    boolean hold = true;
    if (assertNoBn) {
      for (NormalizationRecord record : compilation.report().normalizationsLeft()) {
        out.println("FAILED --assert-no-bn: " + record);
        hold = false;
      }
    }
    return (baseline == null || holdsBaseline(baseline, model, compilation, out)) && hold;
  }

  /// The last thing that a command does: updates the baseline if that was asked for and all is
  /// good.
  ///
  /// @param good whether nothing failed
  /// @return the command's exit code
  int conclude(boolean good, Path model, Compilation compilation, PrintWriter out)
      throws IOException {
    if (baseline != null && update) {
      if (good) {
        update(baseline, model, compilation, out);
      } else {
        out.printf("baseline: %s is not updated%n", baseline);
      }
    }
    return good ? ExitCode.DONE : ExitCode.CHECK_FAILED;
  }

  private void update(Path file, Path model, Compilation compilation, PrintWriter out)
      throws IOException {
    Baseline known = stored(file);
    String key = Baseline.key(model, file);
    known.with(key, BaselineEntry.of(compilation)).write(file);
    String done = known.find(key).isEmpty() ? "added" : "updated";
    out.printf("baseline: %s %s in %s%n", done, key, file);
  }

  private boolean holdsBaseline(Path file, Path model, Compilation compilation, PrintWriter out)
      throws IOException {
    BaselineEntry now = BaselineEntry.of(compilation);
    Optional<BaselineEntry> then = stored(file).find(Baseline.key(model, file));
    BaselineEntry.Differences differences = then.orElse(now).compare(now);
    String failed = update ? "baseline: " : "FAILED --baseline: ";
    differences.worse().forEach(line -> out.println(failed + line));
    differences.other().forEach(line -> out.println("baseline: " + line));
    if (update) {
      return true;
    }
    boolean any = !differences.worse().isEmpty() || !differences.other().isEmpty();
    if (any) {
      out.printf("baseline: if this is meant, take it over with %s%n", UPDATE);
    }
    return differences.worse().isEmpty();
  }
}
