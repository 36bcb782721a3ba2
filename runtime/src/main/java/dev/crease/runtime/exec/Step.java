package dev.crease.runtime.exec;

import dev.crease.runtime.StepInfo;
import dev.crease.runtime.kernel.Kernel;
import java.util.List;

/// A step of a bound program.
sealed interface Step {
  /// Runs a kernel.
  record Compute(LazyInfo lazyInfo, Kernel kernel) implements Step {
    /// For reports.
    StepInfo info() {
      return lazyInfo.get();
    }
  }

  /// Runs one of two lists of steps, by a byte in an array.
  record Branch(Object condition, int offset, List<Step> then, List<Step> otherwise)
      implements Step {
    List<Step> taken() {
      return ((byte[]) condition)[offset] != 0 ? then : otherwise;
    }
  }
}
