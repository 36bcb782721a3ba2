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
  private final boolean warmsUp;

  private SessionOptions(
      int threads,
      Optional<Executor> executor,
      KernelChoice kernels,
      Optional<StepListener> listener,
      boolean warmsUp) {
    this.threads = threads;
    this.executor = executor;
    this.kernels = kernels;
    this.listener = listener;
    this.warmsUp = warmsUp;
  }

  /// As many threads as processors are available, of the session's own; the best kernels, which are
  /// warmed up; nobody listens.
  public static SessionOptions defaults() {
    return new SessionOptions(
        Runtime.getRuntime().availableProcessors(),
        Optional.empty(),
        KernelChoice.AUTO,
        Optional.empty(),
        true);
  }

  /// How many threads work on a run, the caller's included. Results do not depend on it.
  ///
  /// @throws IllegalArgumentException if it is less than 1 or more than [#MOST_THREADS]
  public SessionOptions withThreads(int newThreads) {
    if (newThreads < 1 || newThreads > MOST_THREADS) {
      throw new IllegalArgumentException(
          "threads should be 1 to " + MOST_THREADS + ", not " + newThreads);
    }
    return new SessionOptions(newThreads, executor, kernels, listener, warmsUp);
  }

  /// Lets the session's helpers run on `newExecutor`, for the length of a run each, instead of on
  /// threads of the session's own. A busy executor slows a run down and never blocks it.
  public SessionOptions withExecutor(Executor newExecutor) {
    return new SessionOptions(threads, Optional.of(newExecutor), kernels, listener, warmsUp);
  }

  public SessionOptions withKernels(KernelChoice newKernels) {
    return new SessionOptions(threads, executor, newKernels, listener, warmsUp);
  }

  /// Times every step, which costs a few hundredths of a microsecond each.
  public SessionOptions withListener(StepListener newListener) {
    return new SessionOptions(threads, executor, kernels, Optional.of(newListener), warmsUp);
  }

  /// Whether kernels that are chosen as [KernelChoice#AUTO] warm up in the background. Vector code
  /// is slow until the virtual machine has compiled it. With this, a thread brings that about from
  /// when the session opens, in a memory of its own, and until then convolutions, matrix products
  /// and maxima run on plain loops, which give the same results to the bit; so nothing but the time
  /// of the first runs depends on it. The thread ends when all is compiled or the session is
  /// closed.
  ///
  /// Without it all runs are on vectors from the first: for who checks them.
  public SessionOptions withWarmUp(boolean newWarmsUp) {
    return new SessionOptions(threads, executor, kernels, listener, newWarmsUp);
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

  public boolean warmsUp() {
    return warmsUp;
  }
}
