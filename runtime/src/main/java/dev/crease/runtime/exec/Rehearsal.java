package dev.crease.runtime.exec;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.Storage;
import dev.crease.runtime.kernel.BriefMicrokernels;
import dev.crease.runtime.kernel.Kernel;
import dev.crease.runtime.kernel.Scratch;
import dev.crease.runtime.plan.Nullable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Runs the steps of a program in a memory of its own, with [BriefMicrokernels], until the virtual
/// machine has compiled their vector code; tells [Warmth] of each step that has got so far.
///
/// A step is warm once all its tasks, in turn, have run at the speed of compiled code. A vector
/// that is multiplied takes more than a hundred nanoseconds in the interpreter or in what the first
/// compiler makes, which both allocate it, and one in what the second makes.
final class Rehearsal implements Runnable {
  private static final long NANOS_PER_PRODUCT = 10;

  /// Fewer products are too short to time, unless a step has no more.
  private static final int LEAST_PRODUCTS = 2_000;

  /// What a step of few products may take beside them when all of it is compiled.
  private static final long NANOS_PER_CALL = 1_000;

  /// A rehearsal and what it makes the compilers do take both cores of a small machine. A first run
  /// that ends within this time is quicker without; one that takes longer gains by it.
  private static final long HEAD_START_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  /// A virtual machine without a second compiler never gets there.
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// Nor does a step that has no vector code for what it is given.
  private static final long LONGEST_OF_A_STEP_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// Of the memory that the heap has left, what a rehearsal takes at most.
  private static final double SHARE_OF_HEAP = 0.25;

  private final LoadedProgram loaded;
  private final long[] symbols;
  private final CountDownLatch begin = new CountDownLatch(1);
  private volatile boolean stopped;
  private volatile @Nullable Thread thread;

  private Rehearsal(LoadedProgram loaded, long[] symbols) {
    this.loaded = loaded;
    this.symbols = symbols;
  }

  static Rehearsal start(LoadedProgram loaded, long[] symbols) {
    Rehearsal rehearsal = new Rehearsal(loaded, symbols.clone());
    rehearsal.thread = Thread.ofPlatform().daemon().name("crease-warm-up").start(rehearsal);
    return rehearsal;
  }

  void stop() {
    stopped = true;
    begin();
  }

  /// Says that there is no first run to wait for any more.
  void begin() {
    begin.countDown();
  }

  /// Waits for its end, or until the caller is interrupted, which it still is afterwards.
  void await() {
    Thread running = thread;
    try {
      if (running != null) {
        running.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    try {
      if (!loaded.warmth().hasRun()) {
        begin.await(HEAD_START_NANOS, TimeUnit.NANOSECONDS);
      }
    } catch (InterruptedException e) {
      // Nobody has this thread to interrupt; it would only start early.
      Thread.currentThread().interrupt();
    }
    try {
      loaded.brief().ifPresent(this::rehearse);
    } finally {
      // Whatever happened, runs go on as if all were compiled.
      if (!stopped) {
        loaded.warmth().setAllWarm();
      }
    }
  }

  private void rehearse(BriefMicrokernels microkernels) {
    List<Part> parts = new ArrayList<>();
    try {
      if (!stopped) {
        collect(steps(microkernels), microkernels, parts);
      }
      long end = System.nanoTime() + LONGEST_NANOS;
      Predicate<Part> isWarm = part -> !stopped && part.isWarmAfterTurn();
      while (!parts.isEmpty() && !stopped && System.nanoTime() - end < 0) {
        parts.removeIf(isWarm);
      }
    } catch (IllegalArgumentException | InvalidDataException | OutOfMemoryError e) {
      // The first run will say so. Who has too little memory for a rehearsal warms up in runs.
    }
  }

  /// Adds the steps that are exact.
  private void collect(List<Step> steps, BriefMicrokernels microkernels, List<Part> parts) {
    for (Step step : steps) {
      switch (step) {
        case Step.Compute compute
            when compute.exact() && !loaded.warmth().isWarm(compute.index()) ->
            parts.add(new Part(compute, microkernels));
        case Step.Compute _ -> {}
        case Step.Branch branch -> {
          collect(branch.then(), microkernels, parts);
          collect(branch.otherwise(), microkernels, parts);
        }
      }
    }
  }

  /// None if the heap has no room to spare for their memory.
  private List<Step> steps(BriefMicrokernels microkernels) {
    BoundShapes shapes = loaded.bind(symbols);
    var memory = new MemoryPlan(loaded.timeline(), shapes, loaded.constantSlots());
    if (memory.use(loaded.constantSizes()).arenaBytes() > SHARE_OF_HEAP * heapLeft()) {
      return List.of();
    }
    Map<Storage, Object> arenas = new EnumMap<>(Storage.class);
    for (Storage storage : Storage.values()) {
      arenas.put(storage, storage.allocate(memory.length(storage)));
    }
    var views = new Views(shapes, memory, arenas, loaded.constants());
    return new Binder(
            microkernels.microkernels(), new Scratch(1), shapes, memory, views, DirectInputs.none())
        .bind(loaded.program().main());
  }

  private static long heapLeft() {
    Runtime machine = Runtime.getRuntime();
    return machine.maxMemory() - (machine.totalMemory() - machine.freeMemory());
  }

  /// A step in rehearsal.
  private final class Part {
    private final int step;
    private final Kernel kernel;
    private final BriefMicrokernels microkernels;
    private int chunk = 1;
    private int next;
    private int warm;
    private long spent;

    Part(Step.Compute step, BriefMicrokernels microkernels) {
      this.step = step.index();
      this.kernel = step.kernel();
      this.microkernels = microkernels;
    }

    /// Runs some tasks: as many as are left while they run at full speed, else few.
    ///
    /// @return whether all of them have run at full speed
    boolean isWarmAfterTurn() {
      boolean fast = true;
      while (fast && warm < kernel.tasks() && !stopped) {
        try {
          fast = isFast();
        } catch (InvalidDataException e) {
          // What is made up here need not make sense to it.
          warm = kernel.tasks();
        }
      }
      boolean done = warm >= kernel.tasks() || spent > LONGEST_OF_A_STEP_NANOS;
      if (done) {
        loaded.warmth().setWarm(step);
      }
      return done;
    }

    private boolean isFast() {
      int end = Math.min(next + chunk, kernel.tasks());
      long before = microkernels.products();
      long start = System.nanoTime();
      kernel.run(next, end);
      long nanos = System.nanoTime() - start;
      spent += nanos;
      long products = products(end - next, microkernels.products() - before);
      if (products < LEAST_PRODUCTS && chunk < kernel.tasks()) {
        chunk *= 2;
        return false;
      }
      boolean fast = nanos <= NANOS_PER_CALL + NANOS_PER_PRODUCT * products;
      if (fast) {
        warm += end - next;
        next = end % kernel.tasks();
      }
      return fast;
    }

    /// Kernels that multiply nothing tell how much they do.
    private long products(int tasks, long counted) {
      return counted > 0 ? counted : tasks * kernel.operationsPerTask() / loaded.lanes();
    }
  }
}
