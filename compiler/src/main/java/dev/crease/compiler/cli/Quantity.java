package dev.crease.compiler.cli;

import dev.crease.compiler.ir.Counted;
import java.util.Locale;

/// Sizes and times as people read them.
final class Quantity {
  private Quantity() {}

  static String of(long count, String noun) {
    return Counted.of(count, noun);
  }

  /// As in `3.4 MiB`.
  static String bytes(long bytes) {
    if (bytes < 1 << 10) {
      return bytes + " B";
    }
    if (bytes < 1 << 20) {
      return String.format(Locale.ROOT, "%.1f KiB", bytes / 0x1p10);
    }
    return bytes < 1 << 30
        ? String.format(Locale.ROOT, "%.1f MiB", bytes / 0x1p20)
        : String.format(Locale.ROOT, "%.2f GiB", bytes / 0x1p30);
  }

  /// As in `0.701 GFLOP`.
  static String operations(long operations) {
    return operations < 1_000_000
        ? operations + " FLOP"
        : String.format(Locale.ROOT, "%.3f GFLOP", operations / 1e9);
  }

  /// As in `12.3 ms`.
  static String nanoseconds(long nanoseconds) {
    if (nanoseconds < 1_000_000) {
      return String.format(Locale.ROOT, "%.1f us", nanoseconds / 1e3);
    }
    return nanoseconds < 1_000_000_000
        ? String.format(Locale.ROOT, "%.2f ms", nanoseconds / 1e6)
        : String.format(Locale.ROOT, "%.2f s", nanoseconds / 1e9);
  }
}
