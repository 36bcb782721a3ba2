package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.verify.RewriteFinding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Where the log of rewrites goes.
final class LogOption {
  @Option(
      names = "--log",
      paramLabel = "FILE",
      description =
          "Write every rewrite into this file (JSON): its number, rule, and matched nodes, the"
              + " preconditions that were checked, the graph before and after as text, and the"
              + " SHA-256 of each constant on both sides. Every decline with its reason too.")
  @Nullable Path file;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /// Refuses it where nothing is rewritten.
  ///
  /// @throws UsageException if it is given
  void refuse(String reason) {
    GivenOptions.refuseAllBut(command, LogOption.class, Set.of(), reason);
  }

  /// Says so early if the file cannot be written, or what it tells could not be made again.
  ///
  /// @throws UsageException for what depends on the machine
  /// @throws InputException likewise
  void require(Path model, CompileOptions options) throws IOException {
    if (file != null) {
      options.refuseTuning("--log tells what any machine does again");
      OutputFile.requirePlace(file, model);
    }
  }

  /// Writes the file, if one is asked for; constants are computed and hashed only then.
  ///
  /// @param findings what is known of rewrites, if they were judged
  void write(Path model, Compilation compilation, List<RewriteFinding> findings)
      throws IOException {
    if (file != null) {
      new RewriteLogFile(model, compilation, findings).write(file);
    }
  }
}
