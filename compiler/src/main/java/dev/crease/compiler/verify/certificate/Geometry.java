package dev.crease.compiler.verify.certificate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// How weights, in row-major order, make a linear map from one tensor to another.
///
/// @param key equal for maps that are equal if their weights are
/// @param inAxis the axis of the operand that the map sums over
/// @param outAxis the axis of the result that weights make
/// @param padded whether a constant operand may give a result that is not constant along the other
///   axes
/// @param taps for a convolution without automatic padding, where each tap reads
record Geometry(
    Object key, int inAxis, int outAxis, Channel in, Channel out, boolean padded, List<Taps> taps) {
  /// Where the key of a convolution tells how much padding is before the picture.
  private static final int PLACE_OF_BEGINS = 3;

  /// One number for each element.
  static final Geometry DIAGONAL =
      new Geometry(
          "diagonal",
          -1,
          -1,
          new Channel(0, 1, 1, 1, 1, 1),
          new Channel(0, 1, 1, 1, 1, 1),
          false,
          List.of());

  Geometry {
    taps = List.copyOf(taps);
  }

  boolean isDiagonal() {
    return equals(DIAGONAL);
  }

  /// This map, then a step that keeps apart what weights make.
  ///
  /// @param step equal for steps that are
  /// @param axis where the outputs are then
  Geometry then(Object step, int axis) {
    return new Geometry(List.of(step, key), inAxis, axis, in, out, padded, List.of());
  }

  /// This convolution, with margins of its operand as padding.
  Geometry padded(Margins margins) {
    Taps inner = taps.getFirst();
    List<Long> begins = new ArrayList<>();
    List<Long> ends = new ArrayList<>();
    for (int axis = 0; axis < inner.kernel.size(); axis++) {
      begins.add(inner.begins.get(axis) + margins.begins().get(axis));
      ends.add(inner.ends.get(axis) + margins.ends().get(axis));
    }
    List<Object> changed = new ArrayList<>((List<?>) key);
    changed.set(PLACE_OF_BEGINS, List.copyOf(begins));
    Taps outer = new Taps(inner.strides, inner.dilations, begins, ends, inner.kernel);
    return new Geometry(List.copyOf(changed), inAxis, outAxis, in, out, true, List.of(outer));
  }

  /// This convolution, with as much padding as the size of the picture asks for.
  Geometry automatic(String how) {
    List<Object> changed = new ArrayList<>((List<?>) key);
    changed.set(PLACE_OF_BEGINS, how);
    return new Geometry(List.copyOf(changed), inAxis, outAxis, in, out, true, List.of());
  }

  /// Whether each output is made of what is at one place, and is missing nowhere.
  boolean isPointwise() {
    return !padded && !isDiagonal() && (taps.isEmpty() || taps.getFirst().count() == 1);
  }

  /// The outputs when an axis of theirs becomes several, as they are along the first of these.
  ///
  /// @param width how many outputs there are for each index along it
  Geometry split(int width) {
    return new Geometry(key, inAxis, outAxis, in, out.divided(width), padded, taps);
  }

  /// The outputs when those that are so many apart become one.
  Geometry merged(int period) {
    return new Geometry(key, inAxis, outAxis, in, out.modulo(period), padded, taps);
  }

  /// As many outputs, each made by as many weights as `each`, one after the other.
  Geometry some(int outputs, int each) {
    Channel rows = new Channel(outputs, each, outputs, 1, 1, 1);
    return new Geometry(key, inAxis, outAxis, in, rows, padded, List.of());
  }

  /// The outputs among `channels`, from `offset` on.
  Geometry among(int offset, int channels) {
    if (out.period != 0) {
      throw new NotCoveredException("outputs that take turns, joined with others");
    }
    Channel placed =
        new Channel(
            channels,
            out.a,
            out.b,
            out.c,
            out.d,
            out.e,
            out.offset + offset * out.width,
            out.width,
            0);
    return new Geometry(key, inAxis, outAxis, in, placed, padded, taps);
  }

  /// Which of the weights, in row-major order, never meet padding, whatever the size of the
  /// picture.
  boolean[] readsNoPadding(int weights) {
    boolean[] inside = new boolean[weights];
    for (Taps each : taps) {
      for (int i = 0; i < weights; i++) {
        inside[i] = each.isInside(i % each.count());
      }
    }
    return inside;
  }

  /// The channel of weight `i`: `(i / a % b * c + i / d % e + offset) / width % period`, where a
  /// period of 0 is none.
  record Channel(
      int channels, int a, int b, int c, int d, int e, int offset, int width, int period) {
    Channel(int channels, int a, int b, int c, int d, int e) {
      this(channels, a, b, c, d, e, 0, 1, 0);
    }

    int[] ofAll(int weights) {
      int[] channelOf = new int[weights];
      for (int i = 0; i < weights; i++) {
        channelOf[i] = i / a % b * c + i / d % e + offset;
      }
      if (width != 1) {
        Arrays.setAll(channelOf, i -> channelOf[i] / width);
      }
      if (period != 0) {
        Arrays.setAll(channelOf, i -> channelOf[i] % period);
      }
      return channelOf;
    }

    /// All channels are `by` times as many as their quotients.
    Channel divided(int by) {
      return new Channel(channels / by, a, b, c, d, e, offset, width * by, period / by);
    }

    /// All channels are a multiple of `newPeriod`.
    Channel modulo(int newPeriod) {
      return new Channel(newPeriod, a, b, c, d, e, offset, width, newPeriod);
    }
  }

  /// A convolution's taps along each spatial axis: tap `j` of the output at 0 reads the input at `j
  /// dilation - begin`.
  ///
  /// @param begins how much padding is before the picture; likewise `ends` behind it
  record Taps(
      List<Long> strides,
      List<Long> dilations,
      List<Long> begins,
      List<Long> ends,
      List<Integer> kernel) {
    /// The same taps of every so manieth result.
    Taps passing(List<Long> steps) {
      List<Long> products = new ArrayList<>();
      for (int axis = 0; axis < steps.size(); axis++) {
        products.add(strides.get(axis) * steps.get(axis));
      }
      return new Taps(products, dilations, begins, ends, kernel);
    }

    int count() {
      return kernel.stream().reduce(1, (a, b) -> a * b);
    }

    /// Where tap number `tap` reads along each axis.
    List<Long> offset(int tap) {
      Long[] offset = new Long[kernel.size()];
      int rest = tap;
      for (int axis = offset.length - 1; axis >= 0; axis--) {
        offset[axis] = rest % kernel.get(axis) * dilations.get(axis) - begins.get(axis);
        rest /= kernel.get(axis);
      }
      return List.of(offset);
    }

    /// Whether the picture is wherever tap number `tap` reads: no less before it in the window than
    /// there is padding before the picture, and no less behind it.
    boolean isInside(int tap) {
      int rest = tap;
      boolean inside = true;
      for (int axis = kernel.size() - 1; axis >= 0; axis--) {
        long before = rest % kernel.get(axis);
        long behind = kernel.get(axis) - 1 - before;
        inside &= before * dilations.get(axis) >= begins.get(axis);
        inside &= behind * dilations.get(axis) >= ends.get(axis);
        rest /= kernel.get(axis);
      }
      return inside;
    }
  }
}
