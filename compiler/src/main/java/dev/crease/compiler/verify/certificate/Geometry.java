package dev.crease.compiler.verify.certificate;

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
  /// One number for each element.
  static final Geometry DIAGONAL =
      new Geometry(
          "diagonal",
          -1,
          -1,
          new Channel(0, 1, 1, 1, 1, 1, 0),
          new Channel(0, 1, 1, 1, 1, 1, 0),
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

  /// The outputs among `channels`, from `offset` on.
  Geometry among(int offset, int channels) {
    Channel placed = new Channel(channels, out.a, out.b, out.c, out.d, out.e, out.offset + offset);
    return new Geometry(key, inAxis, outAxis, in, placed, padded, taps);
  }

  /// The channel of weight `i`: `i / a % b * c + i / d % e + offset`.
  record Channel(int channels, int a, int b, int c, int d, int e, int offset) {
    int[] ofAll(int weights) {
      int[] channelOf = new int[weights];
      for (int i = 0; i < weights; i++) {
        channelOf[i] = i / a % b * c + i / d % e + offset;
      }
      return channelOf;
    }
  }

  /// A convolution's taps along each spatial axis: tap `j` of the output at 0 reads the input at `j
  /// dilation - begin`.
  record Taps(List<Long> strides, List<Long> dilations, List<Long> begins, List<Integer> kernel) {
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
  }
}
