package dev.crease.compiler.op;

/// Row-major addressing for reference evaluations: a tensor's elements as an offset and one stride
/// an axis, counted in elements.
public final class Strides {
  private Strides() {}

  public static int count(int[] shape) {
    int count = 1;
    for (int dim : shape) {
      count = Math.multiplyExact(count, dim);
    }
    return count;
  }

  /// The product of the dimensions `begin` to `end - 1`.
  public static int count(int[] shape, int begin, int end) {
    int count = 1;
    for (int axis = begin; axis < end; axis++) {
      count = Math.multiplyExact(count, shape[axis]);
    }
    return count;
  }

  /// The strides of a dense tensor.
  public static int[] rowMajor(int[] shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return strides;
  }

  /// The strides that repeat a dense tensor of shape `from` over the shape `to`: 0 along repeated
  /// axes.
  public static int[] broadcast(int[] from, int[] to) {
    int[] dense = rowMajor(from);
    int[] strides = new int[to.length];
    int missing = to.length - from.length;
    for (int axis = 0; axis < from.length; axis++) {
      strides[missing + axis] = from[axis] == 1 ? 0 : dense[axis];
    }
    return strides;
  }

  /// The elements `x[offset + sum of index * strides]` for all indexes below `shape`, in row-major
  /// order.
  public static double[] copy(double[] x, int offset, int[] strides, int[] shape) {
    double[] y = new double[count(shape)];
    if (y.length == 0) {
      return y;
    }
    int last = shape.length - 1;
    int inner = last < 0 ? 1 : shape[last];
    int step = last < 0 ? 0 : strides[last];
    int[] index = new int[shape.length];
    int from = offset;
    for (int start = 0; start < y.length; start += inner) {
      for (int i = 0; i < inner; i++) {
        y[start + i] = x[from + i * step];
      }
      for (int axis = last - 1; axis >= 0; axis--) {
        from += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        from -= index[axis] * strides[axis];
        index[axis] = 0;
      }
    }
    return y;
  }
}
