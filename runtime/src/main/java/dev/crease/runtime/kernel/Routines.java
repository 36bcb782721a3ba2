package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Routine;

/// The kernel of each [Routine].
public final class Routines {
  private Routines() {}

  /// @throws IllegalArgumentException if the arguments do not fit the routine
  public static Kernel kernel(Routine routine, Arguments arguments) {
    return switch (routine) {
      case EXPANDED_SHAPE -> new ShapeKernel(arguments, DataShapes::expanded);
      case PADDED_SHAPE -> new ShapeKernel(arguments, DataShapes::padded);
      case RANGE_LENGTH -> new ShapeKernel(arguments, DataShapes::rangeLength);
      case REDUCED_SHAPE -> new ShapeKernel(arguments, DataShapes::reduced);
      case RESIZED_SHAPE -> new ShapeKernel(arguments, ResizedShape::of);
      case RESHAPED_SHAPE -> new ShapeKernel(arguments, DataShapes::reshaped);
      case SLICED_SHAPE -> new ShapeKernel(arguments, DataShapes::sliced);
      case UNSQUEEZED_SHAPE -> new ShapeKernel(arguments, DataShapes::unsqueezed);
      case GATHER_ELEMENTS -> new GatherElementsKernel(arguments);
    };
  }
}
