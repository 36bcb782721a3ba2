package dev.crease.runtime.kernel;

import java.util.Arrays;

/// Which elements of one axis a coordinate from -1 to 1 is interpolated from, and how much of each:
/// the nearest, of two the even one; the two around it; or four by Keys' cubic convolution with `a
/// = -0.75`. Not for sharing between threads.
final class GridAxis {
  static final int NEAREST = 0;
  static final int LINEAR = 1;
  static final int CUBIC = 2;

  static final int ZEROS = 0;
  static final int BORDER = 1;
  static final int REFLECTION = 2;

  private static final double A = -0.75;

  private final int size;
  private final int mode;
  private final int padding;
  private final boolean corners;
  private final int[] places;
  private final double[] weights;

  /// @param mode NEAREST, LINEAR or CUBIC
  /// @param padding ZEROS, BORDER or REFLECTION: what lies outside
  /// @param corners whether -1 and 1 are the centres of the outermost elements, else their outer
  ///   edges
  GridAxis(int size, long mode, long padding, boolean corners) {
    Arguments.require(mode >= NEAREST && mode <= CUBIC, "no mode is number " + mode);
    Arguments.require(padding >= ZEROS && padding <= REFLECTION, "no padding is " + padding);
    this.size = size;
    this.mode = (int) mode;
    this.padding = (int) padding;
    this.corners = corners;
    places = new int[taps()];
    weights = new double[taps()];
  }

  int taps() {
    return mode == NEAREST ? 1 : mode == LINEAR ? 2 : 4;
  }

  void locate(double coordinate) {
    double at = corners ? (coordinate + 1) / 2 * (size - 1) : ((coordinate + 1) * size - 1) / 2;
    if (mode == NEAREST) {
      at = Math.rint(at);
    }
    double low = corners ? 0 : -0.5;
    double high = size - 1 - low;
    if (at < low || at > high) {
      at =
          switch (padding) {
            case BORDER -> Math.clamp(at, 0.0, size - 1.0);
            case REFLECTION -> reflected(at, low, high);
            default -> at;
          };
    }
    // What is far outside stays there, but within the range of integers.
    double floor = Math.clamp(Math.floor(at), -4.0, size + 4.0);
    double t = at - Math.floor(at);
    int first = (int) floor - (mode == CUBIC ? 1 : 0);
    for (int tap = 0; tap < places.length; tap++) {
      places[tap] = place(first + tap, low, high);
    }
    switch (mode) {
      case NEAREST -> weights[0] = 1;
      case LINEAR -> {
        weights[0] = 1 - t;
        weights[1] = t;
      }
      default -> {
        weights[0] = outer(1 + t);
        weights[1] = inner(t);
        weights[2] = inner(1 - t);
        weights[3] = outer(2 - t);
      }
    }
  }

  private static double inner(double t) {
    return ((A + 2) * t - (A + 3)) * t * t + 1;
  }

  private static double outer(double t) {
    return ((A * t - 5 * A) * t + 8 * A) * t - 4 * A;
  }

  /// Mirrored at the bounds as often as it takes.
  private static double reflected(double at, double low, double high) {
    double range = high - low;
    if (range <= 0) {
      return low;
    }
    double distance = at < low ? low - at : at - high;
    double turns = Math.floor(distance / range);
    double rest = distance - turns * range;
    boolean fromLow = at < low == (turns % 2 == 0);
    return fromLow ? low + rest : high - rest;
  }

  /// The element that stands at a place; -1 if there is none.
  private int place(int place, double low, double high) {
    if (place >= 0 && place < size) {
      return place;
    }
    return switch (padding) {
      case BORDER -> Math.clamp(place, 0, size - 1);
      case REFLECTION -> Math.clamp((int) reflected(place, low, high), 0, size - 1);
      default -> -1;
    };
  }

  /// Places and weights of the elements around a point of several axes, in row-major order; those
  /// outside are left out.
  ///
  /// @return how many there are
  static int combine(GridAxis[] axes, int[] places, double[] weights) {
    int count = 1;
    places[0] = 0;
    weights[0] = 1;
    for (GridAxis axis : axes) {
      int taps = axis.taps();
      int[] before = Arrays.copyOf(places, count);
      double[] weightsBefore = Arrays.copyOf(weights, count);
      int next = 0;
      for (int i = 0; i < count; i++) {
        for (int tap = 0; tap < taps; tap++) {
          if (axis.places[tap] >= 0) {
            places[next] = before[i] * axis.size + axis.places[tap];
            weights[next++] = weightsBefore[i] * axis.weights[tap];
          }
        }
      }
      count = next;
    }
    return count;
  }
}
