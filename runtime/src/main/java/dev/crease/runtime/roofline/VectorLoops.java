package dev.crease.runtime.roofline;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Loops on vectors of the width that kernels use.
///
/// Twelve chains of multiply-adds keep two units busy whose results take up to six cycles; with
/// their two operands they fit into the 16 registers of AVX2.
final class VectorLoops implements ProbeLoops {
  private static final int MOST_LANES = 16;
  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > MOST_LANES
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final int CHAINS = 12;

  @Override
  public float multiplyAdd(int rounds, float factor, float addend) {
    FloatVector a = FloatVector.broadcast(SPECIES, factor);
    FloatVector b = FloatVector.broadcast(SPECIES, addend);
    FloatVector x0 = b;
    FloatVector x1 = x0.add(b);
    FloatVector x2 = x1.add(b);
    FloatVector x3 = x2.add(b);
    FloatVector x4 = x3.add(b);
    FloatVector x5 = x4.add(b);
    FloatVector x6 = x5.add(b);
    FloatVector x7 = x6.add(b);
    FloatVector x8 = x7.add(b);
    FloatVector x9 = x8.add(b);
    FloatVector x10 = x9.add(b);
    FloatVector x11 = x10.add(b);
    for (int round = 0; round < rounds; round++) {
      x0 = x0.fma(a, b);
      x1 = x1.fma(a, b);
      x2 = x2.fma(a, b);
      x3 = x3.fma(a, b);
      x4 = x4.fma(a, b);
      x5 = x5.fma(a, b);
      x6 = x6.fma(a, b);
      x7 = x7.fma(a, b);
      x8 = x8.fma(a, b);
      x9 = x9.fma(a, b);
      x10 = x10.fma(a, b);
      x11 = x11.fma(a, b);
    }
    FloatVector low = x0.add(x1).add(x2).add(x3).add(x4).add(x5);
    FloatVector high = x6.add(x7).add(x8).add(x9).add(x10).add(x11);
    return low.add(high).reduceLanes(VectorOperators.ADD);
  }

  @Override
  public int operationsPerRound() {
    return 2 * CHAINS * LANES;
  }

  @Override
  public int width() {
    return LANES;
  }

  @Override
  public float read(float[] array, int begin, int end) {
    FloatVector x0 = FloatVector.zero(SPECIES);
    FloatVector x1 = x0;
    FloatVector x2 = x0;
    FloatVector x3 = x0;
    FloatVector x4 = x0;
    FloatVector x5 = x0;
    FloatVector x6 = x0;
    FloatVector x7 = x0;
    for (int i = begin; i < end; i += 8 * LANES) {
      x0 = x0.add(FloatVector.fromArray(SPECIES, array, i));
      x1 = x1.add(FloatVector.fromArray(SPECIES, array, i + LANES));
      x2 = x2.add(FloatVector.fromArray(SPECIES, array, i + 2 * LANES));
      x3 = x3.add(FloatVector.fromArray(SPECIES, array, i + 3 * LANES));
      x4 = x4.add(FloatVector.fromArray(SPECIES, array, i + 4 * LANES));
      x5 = x5.add(FloatVector.fromArray(SPECIES, array, i + 5 * LANES));
      x6 = x6.add(FloatVector.fromArray(SPECIES, array, i + 6 * LANES));
      x7 = x7.add(FloatVector.fromArray(SPECIES, array, i + 7 * LANES));
    }
    FloatVector low = x0.add(x1).add(x2).add(x3);
    return low.add(x4.add(x5).add(x6).add(x7)).reduceLanes(VectorOperators.ADD);
  }
}
