package dev.crease.runtime.exec;

import dev.crease.runtime.kernel.Kernel;
import dev.crease.runtime.plan.Nullable;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// Splits a kernel's tasks among the caller and a few helpers. Nothing is allocated per kernel.
///
/// Tasks are cut into ranges that depend on the number of tasks and threads alone; who runs a range
/// is a matter of chance, which does no harm because tasks are independent. Helpers wait for the
/// next kernel by spinning for a while, then by parking.
///
/// The protocol: `claim` holds the number of the kernel in its upper half and how many tasks are
/// still to be claimed in its lower half; a range is taken by a compare-and-set. The plain fields
/// that describe the kernel are written only while nothing is left to claim and nothing is
/// unfinished, and before `claim` is set; so whoever takes a range has read the right ones.
final class Workers implements AutoCloseable {
  /// Kernels that cost less run on the caller alone.
  private static final long WORTH_WAKING = 40_000;

  private static final int RANGES_PER_THREAD = 4;
  private static final long SPIN_NANOS = 50_000;

  private final @Nullable Executor executor;
  private final Helper[] helpers;
  private final long spinNanos;
  private final AtomicLong claim = new AtomicLong();
  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile @Nullable Thread waitingCaller;
  private volatile boolean serving;
  private volatile @Nullable Thread caller;

  private int number;
  private @Nullable Kernel kernel;
  private int tasks;
  private int range;

  /// @param threads how many work at once, the caller included
  /// @param executor runs the helpers, for the length of a run each; null for threads of our own
  Workers(int threads, @Nullable Executor executor) {
    this.executor = executor;
    this.helpers = new Helper[Math.max(0, threads - 1)];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Helper();
    }
    // With more threads than processors, whoever spins keeps another from working.
    boolean crowded = threads > Runtime.getRuntime().availableProcessors();
    this.spinNanos = crowded ? 0 : SPIN_NANOS;
  }

  /// Calls helpers to work, before a run.
  void begin() {
    serving = true;
    caller = Thread.currentThread();
    for (Helper helper : helpers) {
      helper.enlist();
    }
  }

  /// Lets the helpers of a caller's executor go, after a run.
  void end() {
    if (executor != null) {
      dismiss();
    }
  }

  @Override
  public void close() {
    dismiss();
  }

  private void dismiss() {
    serving = false;
    wake();
  }

  /// Runs all tasks of a kernel and returns when all are done. What a task throws is thrown here,
  /// once no other task is running.
  void run(Kernel next) {
    int count = next.tasks();
    if (helpers.length == 0 || count < 2 || count * next.operationsPerTask() < WORTH_WAKING) {
      next.run(0, count);
      return;
    }
    kernel = next;
    tasks = count;
    range = Math.ceilDiv(count, RANGES_PER_THREAD * (helpers.length + 1));
    unfinished.set(count);
    claim.set((long) ++number << Integer.SIZE | count);
    wake();
    while (takeRange()) {}
    await();
    Throwable thrown = failure.get();
    if (thrown != null) {
      failure.set(null);
      rethrow(thrown);
    }
  }

  private void wake() {
    for (Helper helper : helpers) {
      helper.wake();
    }
  }

  /// Runs one range of tasks; false if there is none to take.
  private boolean takeRange() {
    long seen = claim.get();
    int left = (int) seen;
    if (left == 0) {
      return false;
    }
    Kernel current = kernel;
    int begin = tasks - left;
    int count = Math.min(range, left);
    if (current == null || !claim.compareAndSet(seen, seen - count)) {
      return true;
    }
    try {
      current.run(begin, begin + count);
    } catch (Throwable thrown) {
      failure.compareAndSet(null, thrown);
    }
    if (unfinished.addAndGet(-count) == 0) {
      LockSupport.unpark(waitingCaller);
    }
    return true;
  }

  private void await() {
    if (unfinished.get() == 0 || spinUntilDone()) {
      return;
    }
    waitingCaller = Thread.currentThread();
    while (unfinished.get() > 0) {
      LockSupport.park(this);
    }
    waitingCaller = null;
  }

  private boolean spinUntilDone() {
    long end = System.nanoTime() + spinNanos;
    while (unfinished.get() > 0) {
      Thread.onSpinWait();
      if (System.nanoTime() - end > 0) {
        return false;
      }
    }
    return true;
  }

  private static void rethrow(Throwable thrown) {
    switch (thrown) {
      case RuntimeException exception -> throw exception;
      case Error error -> throw error;
      default -> throw new IllegalStateException("a kernel failed", thrown);
    }
  }

  /// One who takes ranges until dismissed.
  private final class Helper implements Runnable {
    private final AtomicBoolean enlisted = new AtomicBoolean();
    private volatile @Nullable Thread parked;

    void enlist() {
      if (enlisted.get() || !enlisted.compareAndSet(false, true)) {
        return;
      }
      if (executor == null) {
        Thread.ofPlatform().daemon().name("crease-worker").start(this);
        return;
      }
      try {
        executor.execute(this);
      } catch (RuntimeException e) {
        enlisted.set(false);
        throw e;
      }
    }

    @Override
    public void run() {
      // An executor may run its tasks on the thread that hands them over.
      while (serving && Thread.currentThread() != caller) {
        if (!takeRange()) {
          idle();
        }
      }
      enlisted.set(false);
    }

    private void idle() {
      long end = System.nanoTime() + spinNanos;
      while (nothingToDo() && System.nanoTime() - end < 0) {
        Thread.onSpinWait();
      }
      parked = Thread.currentThread();
      if (nothingToDo()) {
        LockSupport.park(Workers.this);
      }
      parked = null;
    }

    private boolean nothingToDo() {
      return (int) claim.get() == 0 && serving;
    }

    void wake() {
      Thread thread = parked;
      if (thread != null) {
        LockSupport.unpark(thread);
      }
    }
  }
}
