package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.List;

/// `min(max(x, low), high)` of every result, while it is in a register; NaN stays NaN.
///
/// As comparisons and moves, `x <= low ? low : x` and so on, it takes a third of the instructions
/// of a maximum that heeds NaN and the sign of zero; it gives the same bits unless a bound is NaN
/// or `-0`, and such bounds are left to functions of their own.
public record Clip(float low, float high) {
  /// Leaves all as it is.
  public static final Clip NONE = new Clip(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);

  /// The first of these functions, or [#NONE] if it is no clip.
  static Clip first(List<RowFunction> functions) {
    if (functions.isEmpty() || !(functions.getFirst() instanceof RowFunction.Apply(Activation f))) {
      return NONE;
    }
    if (f.function() == UnaryFunction.RELU) {
      return new Clip(0, Float.POSITIVE_INFINITY);
    }
    boolean clips = f.function() == UnaryFunction.CLIP && isPlain(f.alpha()) && isPlain(f.beta());
    return clips ? new Clip(f.alpha(), f.beta()) : NONE;
  }

  /// What is left to do of functions of which this is the [first][#first].
  List<RowFunction> rest(List<RowFunction> functions) {
    return isNone() ? functions : functions.subList(1, functions.size());
  }

  /// Whether comparisons with a bound tell all.
  static boolean isPlain(float bound) {
    return !Float.isNaN(bound) && Float.floatToRawIntBits(bound) != Integer.MIN_VALUE;
  }

  boolean isNone() {
    return low == Float.NEGATIVE_INFINITY && high == Float.POSITIVE_INFINITY;
  }

  /// Whether zero becomes something else.
  boolean movesZero() {
    return low > 0 || high < 0;
  }

  float of(float x) {
    float above = x <= low ? low : x;
    return above > high ? high : above;
  }
}
