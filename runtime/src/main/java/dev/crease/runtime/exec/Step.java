package dev.crease.runtime.exec;

import dev.crease.runtime.StepInfo;
import dev.crease.runtime.kernel.Kernel;
import java.util.List;

/// A step of a bound program.
sealed interface Step {
  /// Runs a kernel.
  ///
  /// @param exact whether plain loops and vectors give the same bits, see [Exactness]
  record Compute(LazyInfo lazyInfo, Kernel kernel, boolean exact) implements Step {
    /// For reports.
    StepInfo info() {
      return lazyInfo.get();
    }

    /// Among the steps of a binding.
    int index() {
      return lazyInfo.index();
    }

    /// The same step by another kernel.
    Compute with(Kernel other) {
      return new Compute(lazyInfo, other, exact);
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
