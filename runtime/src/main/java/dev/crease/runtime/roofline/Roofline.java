package dev.crease.runtime.roofline;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/// The roofline of this machine (Williams, Waterman and Patterson, "Roofline: an insightful visual
/// performance model"): no work is done faster than its operations at the peak rate, nor than its
/// bytes at the bandwidth of where they lie.
///
/// Where they lie is not known, but how many they are: the bandwidth counted is that of a loop that
/// reads as many again and again, and so finds them in the nearest cache that holds them. Work that
/// has to fetch from further away, or that writes, stays below its roof.
///
/// @param operationsPerSecond of float32 on all threads; a multiply-add is two
/// @param bandwidths by what is read again and again, the smallest first; at least one
public record Roofline(double operationsPerSecond, List<Bandwidth> bandwidths) {
  /// @param bytes that all threads read together, each its own share
  public record Bandwidth(long bytes, double bytesPerSecond) {}

  /// @throws IllegalArgumentException if there is no bandwidth, or one rate is not positive
  public Roofline {
    bandwidths = bandwidths.stream().sorted(Comparator.comparingLong(Bandwidth::bytes)).toList();
    boolean possible =
        !bandwidths.isEmpty()
            && operationsPerSecond > 0
            && bandwidths.stream().allMatch(each -> each.bytes() > 0 && each.bytesPerSecond() > 0);
    if (!possible) {
      throw new IllegalArgumentException(
          "no roofline: %s operations a second, %s".formatted(operationsPerSecond, bandwidths));
    }
  }

  /// Measures this machine. What else runs on it at that time lowers the result.
  ///
  /// @param threads that work at once; more than there are processors count as that many
  /// @param time about how long it takes once its loops are compiled; a second is enough
  /// @throws IllegalArgumentException unless both are positive
  /// @throws IllegalStateException if the thread is interrupted
  public static Roofline measure(int threads, Duration time) {
    if (threads < 1 || !time.isPositive()) {
      throw new IllegalArgumentException(
          "measured on %d threads for %s, but both should be positive".formatted(threads, time));
    }
    int working = Math.min(threads, Runtime.getRuntime().availableProcessors());
    try (Probe probe = new Probe(working, time)) {
      return probe.measure();
    }
  }

  /// Bytes a second where so many are read again and again: between sizes that were measured,
  /// linear in the logarithm of the size.
  public double bandwidth(long bytes) {
    Bandwidth below = bandwidths.getFirst();
    for (Bandwidth above : bandwidths) {
      if (bytes <= above.bytes()) {
        return between(below, above, bytes);
      }
      below = above;
    }
    return below.bytesPerSecond();
  }

  private static double between(Bandwidth below, Bandwidth above, long bytes) {
    if (bytes <= below.bytes()) {
      return below.bytesPerSecond();
    }
    double part =
        Math.log((double) bytes / below.bytes()) / Math.log((double) above.bytes() / below.bytes());
    return below.bytesPerSecond() + part * (above.bytesPerSecond() - below.bytesPerSecond());
  }

  /// The bandwidth over the most bytes that were measured: that of memory, if caches are smaller.
  public double memoryBandwidth() {
    return bandwidths.getLast().bytesPerSecond();
  }

  /// The least nanoseconds that work can take.
  public double nanoseconds(long operations, long bytes) {
    return Math.max(computing(operations), moving(bytes));
  }

  /// Whether it is moving bytes, rather than computing, that takes this long.
  public boolean isBoundByBytes(long operations, long bytes) {
    return moving(bytes) >= computing(operations);
  }

  private double computing(long operations) {
    return operations / operationsPerSecond * 1e9;
  }

  private double moving(long bytes) {
    return bytes / bandwidth(bytes) * 1e9;
  }
}
