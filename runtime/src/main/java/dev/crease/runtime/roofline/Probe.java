package dev.crease.runtime.roofline;

import dev.crease.runtime.kernel.MicrokernelSelection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.DoubleSupplier;

/// Measures a [Roofline] on some threads at once. Each rate is the highest of several slices of
/// time: whatever disturbs a machine makes it slower.
final class Probe implements AutoCloseable {
  private static final long SMALLEST = 64 << 10;
  private static final long LARGEST = 256 << 20;
  private static final int GROWTH = 4;

  /// Of the heap, what is read takes at most one part in so many.
  private static final int PART_OF_HEAP = 8;

  /// How often each rate is measured. A slice is so short that some are not disturbed.
  private static final int SLICES = 16;

  /// Until loops are compiled an instruction takes longer than 1 s by this; afterwards never.
  private static final double SLOWEST_COMPILED = 2e8;

  /// How long a loop may take to be compiled; on a busy machine that is a matter of seconds.
  private static final long PATIENCE = Duration.ofSeconds(5).toNanos();

  /// Rounds and elements between two looks at the clock: some microseconds.
  private static final int ROUNDS = 500;

  private static final int CHUNK = 1 << 16;

  private final ProbeLoops loops =
      MicrokernelSelection.best().vector() ? new VectorLoops() : new PlainLoops();
  private final int threads;
  private final long nanoseconds;
  private final ExecutorService executor;

  /// What loops gave, which nobody needs.
  private volatile float sink;

  /// Numbers for the loops. Were they constants to the compiler, its code would keep them in memory
  /// instead of registers, and run at half the speed.
  private volatile float factor = 0.5f;

  private volatile float addend = 1;

  Probe(int threads, Duration time) {
    this.threads = threads;
    this.nanoseconds = time.toNanos();
    this.executor =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("crease-probe").factory());
  }

  Roofline measure() {
    List<Long> sizes = sizes();
    List<float[]> arrays = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      arrays.add(new float[share(sizes.getLast())]);
    }
    long slice = Math.max(1, nanoseconds / ((sizes.size() + 1) * SLICES));
    warmUp(() -> multiplyAdd(slice), 2 * SLOWEST_COMPILED * loops.width());
    warmUp(() -> read(arrays, SMALLEST, slice), Float.BYTES * SLOWEST_COMPILED * loops.width());
    double operations = 0;
    double[] rates = new double[sizes.size()];
    for (int i = 0; i < SLICES; i++) {
      operations = Math.max(operations, multiplyAdd(slice));
      for (int size = 0; size < rates.length; size++) {
        rates[size] = Math.max(rates[size], read(arrays, sizes.get(size), slice));
      }
    }
    return new Roofline(operations, bandwidths(sizes, rates));
  }

  /// Runs a loop until it is compiled. The virtual machine does that beside, when it comes to it.
  private void warmUp(DoubleSupplier rate, double enough) {
    long begin = System.nanoTime();
    boolean compiled = false;
    while (!compiled && System.nanoTime() - begin < PATIENCE) {
      compiled = rate.getAsDouble() > enough;
    }
  }

  /// What a loop reads in a second of much, it can read of less.
  private static List<Roofline.Bandwidth> bandwidths(List<Long> sizes, double[] rates) {
    List<Roofline.Bandwidth> bandwidths = new ArrayList<>();
    double most = 0;
    for (int size = rates.length - 1; size >= 0; size--) {
      most = Math.max(most, rates[size]);
      bandwidths.add(new Roofline.Bandwidth(sizes.get(size), most));
    }
    return bandwidths;
  }

  private static List<Long> sizes() {
    long most = Math.min(LARGEST, Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
    List<Long> sizes = new ArrayList<>(List.of(SMALLEST));
    while (sizes.getLast() * GROWTH <= most) {
      sizes.add(sizes.getLast() * GROWTH);
    }
    return sizes;
  }

  /// Elements that a thread reads of so many bytes.
  private int share(long bytes) {
    long strides = bytes / (Float.BYTES * (long) threads * ProbeLoops.STRIDE);
    return Math.toIntExact(Math.max(1, strides) * ProbeLoops.STRIDE);
  }

  private double multiplyAdd(long slice) {
    Callable<Double> work = () -> multiplyAddUntil(slice);
    return together(Collections.nCopies(threads, work));
  }

  private double multiplyAddUntil(long slice) {
    float sum = 0;
    long begin = System.nanoTime();
    long passed = 0;
    double operations = 0;
    while (passed < slice) {
      sum += loops.multiplyAdd(ROUNDS, factor, addend);
      operations += (double) ROUNDS * loops.operationsPerRound();
      passed = System.nanoTime() - begin;
    }
    sink = sum;
    return operations / passed * 1e9;
  }

  private double read(List<float[]> arrays, long bytes, long slice) {
    int share = share(bytes);
    List<Callable<Double>> works = new ArrayList<>();
    arrays.forEach(array -> works.add(() -> readUntil(array, share, slice)));
    return together(works);
  }

  /// Goes around in the first elements of an array.
  private double readUntil(float[] array, int share, long slice) {
    float sum = 0;
    int at = 0;
    long begin = System.nanoTime();
    long passed = 0;
    double elements = 0;
    while (passed < slice) {
      // Small shares several times.
      for (int left = CHUNK; left > 0; ) {
        int end = Math.min(share, at + CHUNK);
        sum += loops.read(array, at, end);
        elements += end - at;
        left -= end - at;
        at = end == share ? 0 : end;
      }
      passed = System.nanoTime() - begin;
    }
    sink = sum;
    return elements * Float.BYTES / passed * 1e9;
  }

  /// The sum of the rates of all threads, which work at the same time.
  private double together(List<Callable<Double>> works) {
    try {
      double sum = 0;
      for (Future<Double> rate : executor.invokeAll(works)) {
        sum += rate.get();
      }
      return sum;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the machine was being measured", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the machine cannot be measured", e.getCause());
    }
  }

  @Override
  public void close() {
    executor.close();
  }
}
