package dev.crease.compiler.verify.certificate;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// A real number between two decimal numbers of 40 digits, rounded outwards.
record Real(BigDecimal lo, BigDecimal hi) {
  private static final int DIGITS = 40;
  private static final MathContext DOWN = new MathContext(DIGITS, RoundingMode.FLOOR);
  private static final MathContext UP = new MathContext(DIGITS, RoundingMode.CEILING);
  private static final MathContext NEAREST = new MathContext(DIGITS, RoundingMode.HALF_EVEN);

  static final Real ZERO = of(0);

  /// The double itself.
  static Real of(double value) {
    return between(value, value);
  }

  static Real between(double lo, double hi) {
    return new Real(new BigDecimal(lo), new BigDecimal(hi));
  }

  Real plus(Real other) {
    return new Real(lo.add(other.lo, DOWN), hi.add(other.hi, UP));
  }

  Real negated() {
    return new Real(hi.negate(), lo.negate());
  }

  Real times(Real other) {
    BigDecimal low = lo.multiply(other.lo).min(lo.multiply(other.hi));
    BigDecimal high = lo.multiply(other.lo).max(lo.multiply(other.hi));
    return new Real(
        low.min(hi.multiply(other.lo)).min(hi.multiply(other.hi)).round(DOWN),
        high.max(hi.multiply(other.lo)).max(hi.multiply(other.hi)).round(UP));
  }

  /// Of what is not 0.
  Real reciprocal() {
    return new Real(BigDecimal.ONE.divide(hi, DOWN), BigDecimal.ONE.divide(lo, UP));
  }

  /// Of what is positive. Squaring tells on which side of it the nearest decimal is.
  Real root() {
    BigDecimal low = lo.sqrt(NEAREST);
    BigDecimal high = hi.sqrt(NEAREST);
    return new Real(
        low.multiply(low).compareTo(lo) > 0 ? low.subtract(low.ulp()) : low,
        high.multiply(high).compareTo(hi) < 0 ? high.add(high.ulp()) : high);
  }

  Real max(Real other) {
    return new Real(lo.max(other.lo), hi.max(other.hi));
  }

  Real min(Real other) {
    return new Real(lo.min(other.lo), hi.min(other.hi));
  }

  /// How far a number in here and one in `other` are apart at most.
  double farthest(Real other) {
    BigDecimal exact = other.hi.subtract(lo).abs().max(hi.subtract(other.lo).abs());
    double near = exact.doubleValue();
    return new BigDecimal(near).compareTo(exact) < 0 ? Math.nextUp(near) : near;
  }

  /// How far they are apart at least; not positive if they may be one.
  double gap(Real other) {
    BigDecimal exact = other.lo.subtract(hi).max(lo.subtract(other.hi));
    double near = exact.doubleValue();
    return new BigDecimal(near).compareTo(exact) > 0 ? Math.nextDown(near) : near;
  }
}
