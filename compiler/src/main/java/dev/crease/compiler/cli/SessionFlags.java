package dev.crease.compiler.cli;

import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.SessionOptions;
import picocli.CommandLine.Option;

/// How a plan is run.
final class SessionFlags {
  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads that work on a run; results do not depend on it. Default: all processors.")
  int threads;

  @Option(
      names = "--kernels",
      paramLabel = "KIND",
      defaultValue = "auto",
      description = "Kernels to run on: auto, scalar or vector. Default: ${DEFAULT-VALUE}.")
  KernelChoice kernels = KernelChoice.AUTO;

  SessionOptions options() {
    return options(kernels);
  }

  SessionOptions options(KernelChoice choice) {
    SessionOptions options = SessionOptions.defaults().withKernels(choice);
    if (threads < 0) {
      throw new InputException("--threads " + threads + ": give 1 or more");
    }
    return threads == 0 ? options : options.withThreads(threads);
  }
}
