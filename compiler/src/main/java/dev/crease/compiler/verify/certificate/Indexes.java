package dev.crease.compiler.verify.certificate;

import java.util.Arrays;

/// Flat row-major indexes.
final class Indexes {
  private Indexes() {}

  static int count(int[] shape) {
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }

  /// The common shape; dimensions of 1 stand for any.
  static int[] broadcast(int[] a, int[] b) {
    int[] shape = new int[Math.max(a.length, b.length)];
    for (int i = 1; i <= shape.length; i++) {
      int left = i > a.length ? 1 : a[a.length - i];
      int right = i > b.length ? 1 : b[b.length - i];
      if (left != right && left != 1 && right != 1) {
        throw new NotCoveredException(
            "%s and %s do not broadcast".formatted(Arrays.toString(a), Arrays.toString(b)));
      }
      shape[shape.length - i] = left == 1 ? right : left;
    }
    return shape;
  }

  /// For each element of `shape`, the element of a tensor of shape `from` that it takes.
  static int[] of(int[] from, int[] shape) {
    int[] places = new int[count(shape)];
    if (Arrays.equals(from, shape)) {
      Arrays.setAll(places, i -> i);
      return places;
    }
    int stride = 1;
    int block = 1;
    for (int axis = 1; axis <= shape.length; axis++) {
      int dim = shape[shape.length - axis];
      int own = axis > from.length ? 1 : from[from.length - axis];
      for (int i = 0; own > 1 && i < places.length; i++) {
        places[i] += i / block % dim * stride;
      }
      stride *= own;
      block *= dim;
    }
    return places;
  }

  /// How far apart neighbours along each axis are.
  static int[] strides(int[] shape) {
    int[] strides = new int[shape.length];
    int block = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = block;
      block *= shape[axis];
    }
    return strides;
  }

  static double[] gather(double[] values, int[] places) {
    double[] gathered = new double[places.length];
    for (int i = 0; i < gathered.length; i++) {
      gathered[i] = values[places[i]];
    }
    return gathered;
  }
}
