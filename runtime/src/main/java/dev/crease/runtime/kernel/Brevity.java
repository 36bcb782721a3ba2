package dev.crease.runtime.kernel;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;

/// Shortens sums to few products.
///
/// The virtual machine compiles a method with its first compiler after 200 calls, and with its
/// second, which alone makes vector code of it, after 600 calls that went 15,000 times round loops
/// in all. Long sums would take a hundred times as many rounds until there are as many calls, each
/// slower than a plain loop; so the first calls have sums of one product, the later ones just as
/// many as it takes.
final class Brevity {
  private static final int FIRST_CALLS = 200;
  private static final int DEPTH = 24;

  /// Calls with a geometry, and what it is shortened to.
  private static final class Brief {
    private final ConvGeometry one;
    private final ConvGeometry few;
    private int calls;

    Brief(ConvGeometry whole) {
      one = shortened(whole, 1);
      few = shortened(whole, DEPTH);
    }

    private static ConvGeometry shortened(ConvGeometry whole, int depth) {
      int[] inputs = Arrays.copyOf(whole.inputs(), Math.min(depth, whole.inputs().length));
      return new ConvGeometry(
          inputs,
          whole.xPixelStep(),
          whole.xRowStep(),
          whole.yRowStep(),
          whole.yBlockStep(),
          whole.weightBlockStep(),
          whole.clip());
    }

    ConvGeometry next() {
      return calls++ < FIRST_CALLS ? one : few;
    }
  }

  private final Map<ConvGeometry, Brief> geometries = new IdentityHashMap<>();
  private int matrixCalls;
  private long products;

  long products() {
    return products;
  }

  /// The geometry of a convolution of so many sums of vectors.
  ConvGeometry shortened(ConvGeometry whole, int sums) {
    ConvGeometry brief = geometries.computeIfAbsent(whole, Brief::new).next();
    products += (long) sums * brief.inputs().length;
    return brief;
  }

  /// The length of the sums of a matrix product with so many of vectors.
  int shortened(int depth, int sums) {
    int brief = Math.min(depth, matrixCalls++ < FIRST_CALLS ? 1 : DEPTH);
    products += (long) sums * brief;
    return brief;
  }
}
