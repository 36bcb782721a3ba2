package dev.crease.runtime;

import dev.crease.runtime.plan.Nullable;
import java.util.Arrays;

/// A dense tensor: element type, shape, and the elements in row-major order in an array of the
/// type's [Storage].
///
/// The array is shared, not copied: a tensor is a view of the caller's array, and a session that is
/// given one as an output buffer writes into it. Dimensions are counted in elements; a scalar has
/// the empty shape and one element.
public final class Tensor implements Value {
  private final ElementType type;
  private final int[] shape;
  private final Object array;

  private Tensor(ElementType type, Object array, int[] shape) {
    this.type = type;
    this.shape = shape.clone();
    this.array = array;
    int length = java.lang.reflect.Array.getLength(array);
    if (length != elements(shape)) {
      throw new IllegalArgumentException(
          "shape "
              + Arrays.toString(shape)
              + " holds "
              + elements(shape)
              + " elements, but the array has "
              + length);
    }
  }

  private static int elements(int[] shape) {
    boolean empty = Arrays.stream(shape).anyMatch(dim -> dim == 0);
    long elements = 1;
    for (int dim : shape) {
      if (dim < 0) {
        throw new IllegalArgumentException("negative dimension in " + Arrays.toString(shape));
      }
      elements *= dim;
      if (elements > Integer.MAX_VALUE && !empty) {
        throw new IllegalArgumentException(
            "shape " + Arrays.toString(shape) + " holds more elements than an array, 2^31 - 1");
      }
    }
    return empty ? 0 : (int) elements;
  }

  public static Tensor of(float[] values, int... shape) {
    return new Tensor(ElementType.FLOAT32, values, shape);
  }

  public static Tensor of(double[] values, int... shape) {
    return new Tensor(ElementType.FLOAT64, values, shape);
  }

  public static Tensor of(int[] values, int... shape) {
    return new Tensor(ElementType.INT32, values, shape);
  }

  public static Tensor of(long[] values, int... shape) {
    return new Tensor(ElementType.INT64, values, shape);
  }

  /// Booleans, stored as bytes 0 and 1.
  public static Tensor of(boolean[] values, int... shape) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    return new Tensor(ElementType.BOOL, bytes, shape);
  }

  public static Tensor of(String[] values, int... shape) {
    return new Tensor(ElementType.STRING, values, shape);
  }

  /// A tensor of any element type over an array of that type's [Storage].
  ///
  /// @throws IllegalArgumentException if the array is of another kind or its length does not match
  public static Tensor of(ElementType type, Object array, int... shape) {
    if (array.getClass() != type.storage().allocate(0).getClass()) {
      throw new IllegalArgumentException(
          type + " is held in " + type.storage() + ", not in " + array.getClass().getSimpleName());
    }
    return new Tensor(type, array, shape);
  }

  /// A tensor of zeros.
  public static Tensor zeros(ElementType type, int... shape) {
    int elements = 1;
    for (int dim : shape) {
      elements = Math.multiplyExact(elements, dim);
    }
    return new Tensor(type, type.storage().allocate(elements), shape);
  }

  public ElementType type() {
    return type;
  }

  public int[] shape() {
    return shape.clone();
  }

  public int rank() {
    return shape.length;
  }

  public int dim(int axis) {
    return shape[axis];
  }

  public int elements() {
    return java.lang.reflect.Array.getLength(array);
  }

  /// The array itself, in the [Storage] of the element type.
  public Object array() {
    return array;
  }

  /// @throws IllegalStateException if the elements are not held in a `float[]`; likewise below
  public float[] floats() {
    return array instanceof float[] values ? values : fail("float[]");
  }

  public double[] doubles() {
    return array instanceof double[] values ? values : fail("double[]");
  }

  public int[] ints() {
    return array instanceof int[] values ? values : fail("int[]");
  }

  public long[] longs() {
    return array instanceof long[] values ? values : fail("long[]");
  }

  public short[] shorts() {
    return array instanceof short[] values ? values : fail("short[]");
  }

  public byte[] bytes() {
    return array instanceof byte[] values ? values : fail("byte[]");
  }

  public String[] strings() {
    return array instanceof String[] values ? values : fail("String[]");
  }

  private <T> T fail(String wanted) {
    throw new IllegalStateException("a tensor of " + type + " is not held in a " + wanted);
  }

  /// The same array under another shape with as many elements.
  public Tensor reshaped(int... newShape) {
    return new Tensor(type, array, newShape);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Tensor that
        && type == that.type
        && Arrays.equals(shape, that.shape)
        && Arrays.deepEquals(new Object[] {array}, new Object[] {that.array});
  }

  @Override
  public int hashCode() {
    return 31 * type.hashCode() + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
