package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.CoordinateMode;
import dev.crease.runtime.plan.Resampling;
import dev.crease.runtime.plan.ResizeMode;
import java.util.Arrays;

/// Of which elements of an axis each element of the resized axis is made: element `i` is the sum of
/// `weights[i taps + t] x[index[i taps + t]]`, or lies [#OUTSIDE].
public record ResizeAxis(int taps, int[] index, float[] weights) {
  /// Stands for the index of the first tap where there is nothing to read.
  static final int OUTSIDE = -1;

  /// Taps of one element that any axis may have; a plan that asks for many more is refused.
  private static final int MAX_TAPS = 1 << 16;

  /// @param size of the axis, at least 1
  /// @param resized size of the resized axis
  /// @param scale what `resized` was rounded down from, by `size`; 0 if it is just their quotient
  /// @param begin of the region of interest as a part of the axis, 0 for all
  /// @param end likewise, 1 for all
  /// @throws IllegalArgumentException if the scale is not positive, or far too small to smooth by
  public static ResizeAxis of(
      Resampling how, int size, int resized, double scale, double begin, double end) {
    if (!(scale >= 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException("an axis is resized by " + scale);
    }
    double factor = scale == 0 ? (double) resized / size : scale;
    int taps = how.mode() == ResizeMode.NEAREST ? 1 : 2 * reach(how, factor);
    if ((long) taps * resized > 16L * ((long) size + resized) + MAX_TAPS) {
      throw new IllegalArgumentException(
          "an axis of " + size + " elements is resized to " + resized + " by a scale of " + scale);
    }
    ResizeAxis axis = new ResizeAxis(taps, new int[resized * taps], new float[resized * taps]);
    for (int i = 0; i < resized; i++) {
      double at = position(how, size, resized, scale, begin, end, i);
      axis.place(how, size, factor, at, i);
    }
    return axis.simplest();
  }

  /// Elements on either side that have a weight.
  private static int reach(Resampling how, double scale) {
    int width = how.mode() == ResizeMode.LINEAR ? 1 : 2;
    double taps = Math.ceil(width / stretch(how, scale));
    return (int) Math.min(taps, MAX_TAPS);
  }

  private static double stretch(Resampling how, double scale) {
    return how.antialias() ? Math.min(scale, 1) : 1;
  }

  /// Where element `i` comes from. Given scales are numbers of float32, and the specification's
  /// reference computes with them as such; which of two elements is nearer can depend on it.
  private static double position(
      Resampling how, int size, int resized, double scale, double begin, double end, int i) {
    boolean given = scale != 0;
    double factor = given ? scale : (double) resized / size;
    boolean inFloat = given && (float) scale == scale;
    double length = given ? rounded(inFloat, scale * size) : resized;
    double middle = rounded(inFloat, (i + 0.5) / factor);
    double pixel = rounded(inFloat, middle - 0.5);
    return switch (how.coordinates()) {
      case HALF_PIXEL -> pixel;
      case HALF_PIXEL_SYMMETRIC -> size / 2.0 * (1 - resized / length) + pixel;
      case PYTORCH_HALF_PIXEL -> length == 1 ? -0.5 : pixel;
      case ALIGN_CORNERS -> length == 1 ? 0 : i * (size - 1.0) / (length - 1);
      case ASYMMETRIC -> rounded(inFloat, i / factor);
      case TF_CROP_AND_RESIZE ->
          begin * (size - 1)
              + (length == 1
                  ? (end - begin) * (size - 1) / 2
                  : i * (end - begin) * (size - 1) / (length - 1));
      case TF_HALF_PIXEL_FOR_NN -> factor == 1 ? i : middle;
    };
  }

  private static double rounded(boolean inFloat, double value) {
    return inFloat ? (float) value : value;
  }

  private void place(Resampling how, int size, double scale, double at, int i) {
    boolean cropped = how.coordinates() == CoordinateMode.TF_CROP_AND_RESIZE;
    if (cropped && !(at >= 0 && at <= size - 1)) {
      Arrays.fill(index, i * taps, (i + 1) * taps, OUTSIDE);
    } else if (how.mode() == ResizeMode.NEAREST) {
      index[i] = (int) Math.clamp(nearest(how, at), 0, size - 1);
      weights[i] = 1;
    } else {
      interpolate(how, size, scale, at, i);
    }
  }

  private static double nearest(Resampling how, double at) {
    double floor = Math.floor(at);
    return switch (how.nearest()) {
      case FLOOR -> floor;
      case CEIL -> Math.ceil(at);
      case ROUND_PREFER_FLOOR -> at - floor > 0.5 ? floor + 1 : floor;
      case ROUND_PREFER_CEIL -> at - floor >= 0.5 ? floor + 1 : floor;
    };
  }

  private void interpolate(Resampling how, int size, double scale, double at, int i) {
    double stretch = stretch(how, scale);
    double first = Math.floor(at) - taps / 2 + 1;
    double[] values = new double[taps];
    double sum = 0;
    for (int t = 0; t < taps; t++) {
      double place = first + t;
      boolean inside = place >= 0 && place < size;
      values[t] = how.excludeOutside() && !inside ? 0 : weight(how, (place - at) * stretch);
      sum += values[t];
      index[i * taps + t] = (int) Math.clamp(place, 0, size - 1);
    }
    boolean normalized = how.antialias() || how.excludeOutside();
    for (int t = 0; t < taps; t++) {
      weights[i * taps + t] = (float) (normalized ? values[t] / sum : values[t]);
    }
  }

  private static double weight(Resampling how, double distance) {
    double d = Math.abs(distance);
    double a = how.cubicCoefficient();
    return switch (how.mode()) {
      case NEAREST -> throw new IllegalArgumentException("the nearest element has no weight");
      case LINEAR -> Math.max(0, 1 - d);
      case CUBIC -> {
        if (d <= 1) {
          yield ((a + 2) * d - (a + 3)) * d * d + 1;
        }
        yield d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
      }
    };
  }

  /// With one tap where each element is one of the axis: taps of no weight, and several that the
  /// end of the axis has drawn together, need not be read.
  private ResizeAxis simplest() {
    if (taps == 1) {
      return this;
    }
    int count = index.length / taps;
    int[] alone = new int[count];
    for (int i = 0; i < count; i++) {
      int of = OUTSIDE;
      double sum = 0;
      for (int t = i * taps; t < (i + 1) * taps; t++) {
        if (weights[t] != 0 && of != OUTSIDE && index[t] != of) {
          return this;
        }
        of = weights[t] != 0 ? index[t] : of;
        sum += weights[t];
      }
      if (of != OUTSIDE && Math.abs(sum - 1) > Math.ulp(1f)) {
        return this;
      }
      alone[i] = of;
    }
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return new ResizeAxis(1, alone, ones);
  }

  /// Whether each element is the one in the same place.
  public boolean isIdentity() {
    for (int i = 0; i < index.length; i++) {
      if (taps != 1 || index[i] != i) {
        return false;
      }
    }
    return true;
  }

  boolean isOutside(int i) {
    return index[i * taps] == OUTSIDE;
  }
}
