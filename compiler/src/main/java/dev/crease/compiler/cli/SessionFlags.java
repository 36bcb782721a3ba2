package dev.crease.compiler.cli;

import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.SessionOptions;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// How a plan is run.
final class SessionFlags {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads that work on a run; results do not depend on it. Default: all processors.")
  @Nullable Integer threads;

  @Option(
      names = "--kernels",
      paramLabel = "KIND",
      defaultValue = "auto",
      description = "Kernels to run on: auto, scalar or vector. Default: ${DEFAULT-VALUE}.")
  KernelChoice kernels = KernelChoice.AUTO;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /// Refuses all of these options where no plan is run.
  ///
  /// @throws UsageException if one is given
  void refuse(String reason) {
    GivenOptions.refuseAllBut(command, SessionFlags.class, Set.of(), reason);
  }

  SessionOptions options() {
    return options(kernels);
  }

  /// What is checked or timed is what a session ends up with, so it does not begin with plain
  /// loops.
  SessionOptions options(KernelChoice choice) {
    SessionOptions options = SessionOptions.defaults().withKernels(choice).withWarmUp(false);
    if (threads == null) {
      return options;
    }
    requireThreads(threads);
    return options.withThreads(threads);
  }

  /// @throws UsageException if so many threads make no sense
  static void requireThreads(int threads) {
    if (threads < 1 || threads > SessionOptions.MOST_THREADS) {
      throw new UsageException(
          "--threads " + threads + ": give 1 to " + SessionOptions.MOST_THREADS);
    }
  }
}
