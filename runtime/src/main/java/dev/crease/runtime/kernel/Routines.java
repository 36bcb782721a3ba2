package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Routine;

/// The kernel of each [Routine].
public final class Routines {
  private Routines() {}

  /// @throws IllegalArgumentException if the arguments do not fit the routine
  public static Kernel kernel(Routine routine, Arguments arguments) {
    return switch (routine) {
      case GATHER_ELEMENTS -> new GatherElementsKernel(arguments);
    };
  }
}
