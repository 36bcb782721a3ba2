package dev.crease.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The width of the vectors.
///
/// Vector code is compiled well only where the species is a constant. A process uses one width, so
/// one subclass is loaded, the compiler sees that [#species] has one implementation, and folds it
/// to the constant. More widths in one process (as in tests) are correct but slow.
abstract class VectorLanes {
  /// Numbers of lanes.
  static final float[] NUMBERS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

  abstract VectorSpecies<Float> species();

  /// @param lanes 4, 8 or 16
  static VectorLanes of(int lanes) {
    return switch (lanes) {
      case 4 -> new Four();
      case 8 -> new Eight();
      case 16 -> new Sixteen();
      default -> throw new IllegalArgumentException("vectors have 4, 8 or 16 lanes, not " + lanes);
    };
  }

  private static final class Four extends VectorLanes {
    @Override
    VectorSpecies<Float> species() {
      return FloatVector.SPECIES_128;
    }
  }

  private static final class Eight extends VectorLanes {
    @Override
    VectorSpecies<Float> species() {
      return FloatVector.SPECIES_256;
    }
  }

  private static final class Sixteen extends VectorLanes {
    @Override
    VectorSpecies<Float> species() {
      return FloatVector.SPECIES_512;
    }
  }
}
