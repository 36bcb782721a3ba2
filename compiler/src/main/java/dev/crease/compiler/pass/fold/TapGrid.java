package dev.crease.compiler.pass.fold;

import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.WindowAttributes;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Where the taps of a window read: their distances from `position * stride`, along each spatial
/// axis `tap * dilation - pad`. Two convolutions of one picture with equal strides and distances
/// compute the same, wherever the taps stand in the weights: whatever is outside reads 0.
record TapGrid(List<Axis> axes) {
  TapGrid {
    axes = List.copyOf(axes);
  }

  /// `count` taps from `first` on.
  ///
  /// @param step from tap to tap; 1 if there is one tap
  record Axis(long first, long step, int count) {
    static final Axis CENTER = new Axis(0, 1, 1);

    long last() {
      return first + (count - 1) * step;
    }

    /// The fewest taps among which are those of both.
    Axis with(Axis other) {
      long low = Math.min(first, other.first);
      long high = Math.max(last(), other.last());
      long between = gcd(gcd(distance(), other.distance()), first - other.first);
      return high == low
          ? new Axis(low, 1, 1)
          : new Axis(low, between, Math.toIntExact((high - low) / between + 1));
    }

    private long distance() {
      return count == 1 ? 0 : step;
    }

    private static long gcd(long a, long b) {
      return BigInteger.valueOf(a).gcd(BigInteger.valueOf(b)).longValueExact();
    }

    int indexOf(long distance) {
      return Math.toIntExact((distance - first) / step);
    }
  }

  /// The one tap that reads where the result is written.
  static TapGrid center(int spatialRank) {
    return new TapGrid(Collections.nCopies(spatialRank, Axis.CENTER));
  }

  /// @param window with padding that does not depend on the picture
  /// @param dims of the weights, `(M, C / group, kernel...)`
  static TapGrid of(WindowAttributes window, long[] dims) {
    return new TapGrid(
        IntStream.range(0, dims.length - 2)
            .mapToObj(axis -> axis(window, axis, Math.toIntExact(dims[axis + 2])))
            .toList());
  }

  private static Axis axis(WindowAttributes window, int axis, int taps) {
    long dilation = window.dilations().isEmpty() ? 1 : window.dilations().get(axis);
    return new Axis(-pad(window, axis), taps == 1 ? 1 : dilation, taps);
  }

  private static long pad(WindowAttributes window, int index) {
    return window.autoPad() == AutoPad.VALID || window.pads().isEmpty()
        ? 0
        : window.pads().get(index);
  }

  int taps() {
    return axes.stream().mapToInt(Axis::count).reduce(1, Math::multiplyExact);
  }

  /// The smallest grid with the taps of both.
  TapGrid with(TapGrid other) {
    return new TapGrid(
        IntStream.range(0, axes.size())
            .mapToObj(axis -> axes.get(axis).with(other.axes.get(axis)))
            .toList());
  }

  /// Adds `weights`, rows of taps of this grid, to `sums`, rows of taps of the `wide` one.
  void addTo(double[] sums, TapGrid wide, double[] weights) {
    int taps = taps();
    int[] places = IntStream.range(0, taps).map(tap -> place(tap, wide)).toArray();
    for (int i = 0; i < weights.length; i++) {
      sums[i / taps * wide.taps() + places[i % taps]] += weights[i];
    }
  }

  /// The place of tap number `tap` in the `wide` grid.
  private int place(int tap, TapGrid wide) {
    int place = 0;
    int stride = 1;
    int rest = tap;
    for (int axis = axes.size() - 1; axis >= 0; axis--) {
      Axis own = axes.get(axis);
      Axis others = wide.axes.get(axis);
      place += others.indexOf(own.first + rest % own.count * own.step) * stride;
      stride *= others.count;
      rest /= own.count;
    }
    return place;
  }

  /// The shape of weights `(maps, channels, kernel...)` with these taps.
  long[] weightDims(long maps, long channels) {
    long[] dims = new long[axes.size() + 2];
    dims[0] = maps;
    dims[1] = channels;
    for (int axis = 0; axis < axes.size(); axis++) {
      dims[axis + 2] = axes.get(axis).count;
    }
    return dims;
  }

  /// The window of these taps that gives as many results as one of the `base` taps does.
  WindowAttributes window(WindowAttributes window, TapGrid base) {
    List<Long> begins = axes.stream().map(axis -> -axis.first).toList();
    List<Long> ends =
        IntStream.range(0, axes.size())
            .mapToObj(
                i -> pad(window, axes.size() + i) + axes.get(i).last() - base.axes.get(i).last())
            .toList();
    return new WindowAttributes(
        AutoPad.NOTSET,
        unless(1, axes.stream().map(Axis::step).toList()),
        List.of(),
        unless(0, Stream.concat(begins.stream(), ends.stream()).toList()),
        window.strides());
  }

  /// Left out if all are what is meant then.
  private static List<Long> unless(long missing, List<Long> values) {
    return values.stream().allMatch(value -> value == missing) ? List.of() : values;
  }
}
