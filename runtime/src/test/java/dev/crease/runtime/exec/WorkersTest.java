package dev.crease.runtime.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.runtime.kernel.Kernel;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkersTest {
  /// Counts how often each task runs.
  private static final class Counting implements Kernel {
    private final AtomicIntegerArray runs;
    private final int fails;

    Counting(int tasks, int fails) {
      this.runs = new AtomicIntegerArray(tasks);
      this.fails = fails;
    }

    @Override
    public int tasks() {
      return runs.length();
    }

    @Override
    public long operationsPerTask() {
      return 1_000_000;
    }

    @Override
    public void run(int begin, int end) {
      for (int task = begin; task < end; task++) {
        runs.incrementAndGet(task);
        if (task == fails) {
          throw new IllegalArgumentException("task " + task);
        }
      }
    }

    void assertEachRan(int times) {
      for (int task = 0; task < runs.length(); task++) {
        assertThat(runs.get(task)).isEqualTo(times);
      }
    }
  }

  @Test
  void everyTaskRunsOnceWhateverTheThreads() {
    for (int threads = 1; threads <= 5; threads++) {
      try (var workers = new Workers(threads, null)) {
        for (int tasks : new int[] {0, 1, 2, 3, 7, 64, 1001}) {
          var kernel = new Counting(tasks, -1);
          workers.begin();
          for (int run = 0; run < 200; run++) {
            workers.run(kernel);
          }
          workers.end();
          kernel.assertEachRan(200);
        }
      }
    }
  }

  /// Pauses between kernels let helpers park, at every phase of their waiting.
  @Test
  void noWakeUpIsLost() {
    try (var workers = new Workers(3, null)) {
      var kernel = new Counting(12, -1);
      for (int run = 0; run < 3000; run++) {
        workers.begin();
        workers.run(kernel);
        workers.end();
        if (run % 3 == 0) {
          LockSupport.parkNanos(run * 50L);
        }
      }
      kernel.assertEachRan(3000);
    }
  }

  @Test
  void aCallersExecutorIsUsedAndLeftAfterEachRun() throws InterruptedException {
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try (var workers = new Workers(3, executor)) {
      var kernel = new Counting(50, -1);
      for (int run = 0; run < 1000; run++) {
        workers.begin();
        workers.run(kernel);
        workers.run(kernel);
        workers.end();
      }
      kernel.assertEachRan(2000);
    }
    executor.shutdown();
    assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anExecutorWithoutThreadsBlocksNothing() {
    for (Executor executor : List.<Executor>of(task -> {}, Runnable::run)) {
      try (var workers = new Workers(4, executor)) {
        var kernel = new Counting(50, -1);
        workers.begin();
        workers.run(kernel);
        workers.end();
        kernel.assertEachRan(1);
      }
    }
  }

  @Test
  void whatATaskThrowsReachesTheCaller() {
    try (var workers = new Workers(3, null)) {
      for (int fails = 0; fails < 40; fails++) {
        var kernel = new Counting(40, fails);
        String message = "task " + fails;
        workers.begin();
        assertThatThrownBy(() -> workers.run(kernel))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(message);
        var next = new Counting(40, -1);
        workers.run(next);
        workers.end();
        next.assertEachRan(1);
      }
    }
  }

  @Test
  void closingEndsTheThreads() throws InterruptedException {
    Thread[] seen = new Thread[1];
    Kernel remembering =
        new Kernel() {
          @Override
          public int tasks() {
            return 2;
          }

          @Override
          public long operationsPerTask() {
            return 1_000_000;
          }

          @Override
          public void run(int begin, int end) {
            if (Thread.currentThread().getName().equals("crease-worker")) {
              seen[0] = Thread.currentThread();
            }
            LockSupport.parkNanos(1_000_000);
          }
        };
    try (var workers = new Workers(2, null)) {
      workers.begin();
      for (int run = 0; run < 2000 && seen[0] == null; run++) {
        workers.run(remembering);
      }
      workers.end();
    }
    assertThat(seen[0]).isNotNull();
    seen[0].join(10_000);
    assertThat(seen[0].isAlive()).isFalse();
  }
}
