package dev.crease.runtime;

import java.util.Optional;
import java.util.concurrent.Executor;

/// How a session runs: immutable; each method returns changed options.
public final class SessionOptions {
  /// More threads than any machine gains from.
  public static final int MOST_THREADS = 1024;

  private final int threads;
  private final Optional<Executor> executor;
  private final KernelChoice kernels;
  private final Optional<StepListener> listener;

  private SessionOptions(
      int threads,
      Optional<Executor> executor,
      KernelChoice kernels,
      Optional<StepListener> listener) {
    this.threads = threads;
    this.executor = executor;
    this.kernels = kernels;
    this.listener = listener;
  }

  /// As many threads as processors are available, of the session's own; the best kernels; nobody
  /// listens.
  public static SessionOptions defaults() {
    return new SessionOptions(
        Runtime.getRuntime().availableProcessors(),
        Optional.empty(),
        KernelChoice.AUTO,
        Optional.empty());
  }

  /// How many threads work on a run, the caller's included. Results do not depend on it.
  ///
  /// @throws IllegalArgumentException if it is less than 1 or more than [#MOST_THREADS]
  public SessionOptions withThreads(int newThreads) {
    if (newThreads < 1 || newThreads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "threads should be 1 to " + MOST_THREADS + ", not " + newThreads);
    }
    return new SessionOptions(newThreads, executor, kernels, listener);
  }

  /// Lets the session's helpers run on `newExecutor`, for the length of a run each, instead of on
  /// threads of the session's own. A busy executor slows a run down and never blocks it.
  public SessionOptions withExecutor(Executor newExecutor) {
    return new SessionOptions(threads, Optional.of(newExecutor), kernels, listener);
  }

  public SessionOptions withKernels(KernelChoice newKernels) {
    return new SessionOptions(threads, executor, newKernels, listener);
  }

  /// Times every step, which costs a few hundredths of a microsecond each.
  public SessionOptions withListener(StepListener newListener) {
    return new SessionOptions(threads, executor, kernels, Optional.of(newListener));
  }

  public int threads() {
    return threads;
  }

  public Optional<Executor> executor() {
    return executor;
  }

  public KernelChoice kernels() {
    return kernels;
  }

  public Optional<StepListener> listener() {
    return listener;
  }
}
