package dev.crease.compiler.verify;

import dev.crease.compiler.ir.DoubleTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Work that waits for named tensors, and runs on a few threads once it has all of them. A tensor
/// is held by the work that reads it alone.
final class Pending implements AutoCloseable {
  private final int threads;
  private final ExecutorService executor;
  private final Map<String, List<Task>> readers = new HashMap<>();
  private final List<Task> ready = new ArrayList<>();
  private @Nullable Throwable failure;
  private int running;
  private int count;
  private Runnable done = () -> {};

  /// @param threads how much runs at a time
  Pending(int threads) {
    this.threads = threads;
    this.executor = Executors.newFixedThreadPool(threads);
  }

  /// Work, and what it has and lacks.
  private static final class Task {
    final Map<String, DoubleTensor> values = new HashMap<>();
    final Set<String> missing;
    final Consumer<Map<String, DoubleTensor>> work;

    Task(Set<String> missing, Consumer<Map<String, DoubleTensor>> work) {
      this.missing = missing;
      this.work = work;
    }
  }

  /// Runs `work` once all these tensors are there, after [#start].
  synchronized void await(List<String> names, Consumer<Map<String, DoubleTensor>> work) {
    Task task = new Task(new HashSet<>(names), work);
    task.missing.forEach(name -> readers.computeIfAbsent(name, _ -> new ArrayList<>()).add(task));
    count++;
    if (task.missing.isEmpty()) {
      ready.add(task);
    }
  }

  /// Calls `action` whenever work is done, on the thread that did it.
  synchronized void whenDone(Runnable action) {
    done = action;
  }

  private synchronized Runnable whenDone() {
    return done;
  }

  /// How much work there has been.
  synchronized int count() {
    return count;
  }

  /// Starts what waits for nothing.
  synchronized void start() {
    ready.forEach(this::submit);
    ready.clear();
  }

  /// Hands a tensor to all that wait for it. One that is not waited for is forgotten.
  synchronized void publish(String name, DoubleTensor tensor) {
    List<Task> waiting = readers.remove(name);
    if (waiting == null) {
      return;
    }
    for (Task task : waiting) {
      task.values.put(name, tensor);
      task.missing.remove(name);
      if (task.missing.isEmpty()) {
        submit(task);
      }
    }
  }

  private synchronized void submit(Task task) {
    running++;
    executor.execute(() -> run(task));
  }

  private void run(Task task) {
    Throwable thrown = null;
    try {
      task.work.accept(task.values);
      whenDone().run();
    } catch (RuntimeException | Error e) {
      thrown = e;
    }
    synchronized (this) {
      failure = failure == null ? thrown : failure;
      running--;
      notifyAll();
    }
  }

  /// Waits until the threads keep up with what is published, so that not all of it piles up.
  synchronized void breathe() {
    waitUntilAtMost(2 * threads);
  }

  /// Waits for all that has begun.
  ///
  /// @throws RuntimeException what a piece of work threw
  synchronized void finish() {
    waitUntilAtMost(0);
    switch (failure) {
      case null -> {}
      case Error e -> throw e;
      case RuntimeException e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  private synchronized void waitUntilAtMost(int tasks) {
    boolean interrupted = false;
    while (running > tasks) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
