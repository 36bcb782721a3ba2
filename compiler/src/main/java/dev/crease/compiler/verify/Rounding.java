package dev.crease.compiler.verify;

import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.runtime.ElementType;

/// How far one operation of a run is off: at most `unit` of its result, or `tiny` where that is
/// smaller.
///
/// @param tile how many outputs of a convolution along each axis are computed together, by
///   [WinogradRules]; 0 for none
record Rounding(double unit, double tiny, int tile) {
  /// The reference evaluations. Twice the unit roundoff of a double, for the rounding of the values
  /// that the bound is computed from.
  static final Rounding DOUBLE = new Rounding(0x1p-52, Double.MIN_NORMAL);

  /// The kernels of a plan, judged by reference evaluations.
  static final Rounding FLOAT = new Rounding(0x1p-24 + 0x1p-52, Float.MIN_NORMAL);

  /// More than half a unit in the last place, by what a formula in double was off before it was
  /// stored.
  private static final double HALF = 0.5 + 0x1p-20;

  /// What a few operations in double are off, relative to their result.
  private static final double FORMULA = 0x1p-50;

  /// Convolutions are computed directly.
  Rounding(double unit, double tiny) {
    this(unit, tiny, 0);
  }

  /// That of what a fused convolution is made of: plans follow the form it names, references do
  /// not.
  Rounding of(FusedConv fused) {
    return equals(FLOAT) ? new Rounding(unit, tiny, fused.tile()) : this;
  }

  /// `n u / (1 - n u)`: what `steps` roundings after one another come to. (N. Higham, Accuracy and
  /// Stability of Numerical Algorithms, 2nd edition, lemma 3.1.)
  double gamma(long steps) {
    double product = steps * unit;
    return product < 1 ? product / (1 - product) : Double.POSITIVE_INFINITY;
  }

  /// How far each result stored in `type` may be from the real one. A 0 may stand for anything that
  /// would be subnormal; an infinity is meant.
  static double[] ofStored(ElementType type, double[] stored) {
    double[] radius = ofFormula(type, stored);
    for (int i = 0; i < radius.length; i++) {
      radius[i] = stored[i] == 0 ? smallestNormal(type) : radius[i];
    }
    return radius;
  }

  /// How far each number of a constant stored in `type` may be from what its formula computes. A 0
  /// stands for what rounds to it, which is no subnormal number; an infinity is meant.
  static double[] ofFormula(ElementType type, double[] stored) {
    double[] radius = new double[stored.length];
    for (int i = 0; i < radius.length; i++) {
      radius[i] =
          Double.isInfinite(stored[i])
              ? 0
              : HALF * ulp(type, stored[i]) + FORMULA * Math.abs(stored[i]);
    }
    return radius;
  }

  /// Smaller numbers are stored with fewer digits.
  static double smallestNormal(ElementType type) {
    return switch (type) {
      case FLOAT64 -> Double.MIN_NORMAL;
      case FLOAT32, BFLOAT16 -> Float.MIN_NORMAL;
      case FLOAT16 -> 0x1p-14;
      case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, STRING -> 0;
    };
  }

  private static double ulp(ElementType type, double value) {
    return switch (type) {
      case FLOAT64 -> Math.ulp(value);
      case FLOAT32 -> Math.ulp((float) value);
      case FLOAT16 -> ulp(value, -14, 10);
      case BFLOAT16 -> ulp(value, -126, 7);
      case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, STRING -> 0;
    };
  }

  private static double ulp(double value, int smallestExponent, int fractionBits) {
    return Math.scalb(1.0, Math.max(Math.getExponent(value), smallestExponent) - fractionBits);
  }
}
