package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a routine is called with; asking for what is not there throws [IllegalArgumentException].
public record Arguments(
    List<Optional<Tensor>> operands,
    List<Optional<Tensor>> results,
    long[] integers,
    double[] numbers) {
  public Arguments {
    operands = List.copyOf(operands);
    results = List.copyOf(results);
  }

  /// A tensor without gaps, in row-major order; elements are counted from 0 in that order.
  public record Tensor(ElementType type, Object array, int offset, int[] shape) {
    int rank() {
      return shape.length;
    }

    int elements() {
      return product(0, shape.length);
    }

    /// The product of the dimensions from axis `from` to `to - 1`.
    int product(int from, int to) {
      int product = 1;
      for (int axis = from; axis < to; axis++) {
        product *= shape[axis];
      }
      return product;
    }

    /// A number of any type, exact but for 64-bit integers beyond 2^53.
    double number(int element) {
      if (type.isFloating()) {
        return Elements.floating(type, array, offset + element);
      }
      long integer = integer(element);
      boolean high = type == ElementType.UINT64 && integer < 0;
      return high ? ((integer >>> 1) | (integer & 1)) * 2.0 : integer;
    }

    /// Rounds to the element type; integers towards zero.
    void setNumber(int element, double value) {
      if (type.isFloating()) {
        Elements.setFloating(type, array, offset + element, value);
      } else {
        setInteger(element, (long) value);
      }
    }

    /// An element of an integer type or a boolean; unsigned 64-bit integers keep their bits.
    long integer(int element) {
      return Elements.integer(type, array, offset + element);
    }

    void setInteger(int element, long value) {
      Elements.setInteger(type, array, offset + element, value);
    }

    /// Elements of any type from another tensor of the same type.
    void copy(int element, Tensor from, int fromElement, int count) {
      System.arraycopy(from.array, from.offset + fromElement, array, offset + element, count);
    }

    /// Makes elements zeros, false, or empty strings.
    void clear(int element, int count) {
      int begin = offset + element;
      int end = begin + count;
      switch (array) {
        case float[] values -> Arrays.fill(values, begin, end, 0);
        case double[] values -> Arrays.fill(values, begin, end, 0);
        case long[] values -> Arrays.fill(values, begin, end, 0);
        case int[] values -> Arrays.fill(values, begin, end, 0);
        case short[] values -> Arrays.fill(values, begin, end, (short) 0);
        case byte[] values -> Arrays.fill(values, begin, end, (byte) 0);
        case String[] values -> Arrays.fill(values, begin, end, "");
        default -> throw new IllegalStateException("no storage is " + array.getClass());
      }
    }

    /// The distance in elements between neighbours along each axis.
    int[] strides() {
      int[] strides = new int[rank()];
      int stride = 1;
      for (int axis = rank() - 1; axis >= 0; axis--) {
        strides[axis] = stride;
        stride *= shape[axis];
      }
      return strides;
    }

    @Override
    public String toString() {
      return type + Arrays.toString(shape);
    }
  }

  boolean has(int operand) {
    return operand < operands.size() && operands.get(operand).isPresent();
  }

  boolean hasResult(int result) {
    return result < results.size() && results.get(result).isPresent();
  }

  Tensor x(int operand) {
    require(has(operand), "operand " + operand + " is missing");
    return operands.get(operand).orElseThrow();
  }

  Tensor y(int result) {
    require(hasResult(result), "result " + result + " is missing");
    return results.get(result).orElseThrow();
  }

  long integer(int index) {
    require(index < integers.length, "integer " + index + " is missing");
    return integers[index];
  }

  /// `count` integers from the one at `index` on.
  int[] integers(int index, int count) {
    require(index + count <= integers.length, "integer " + (index + count - 1) + " is missing");
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      values[i] = Math.toIntExact(integers[index + i]);
    }
    return values;
  }

  /// An integer that is an axis, counted from 0, of `tensor`.
  int axis(int index, Tensor tensor) {
    long axis = integer(index);
    require(axis >= 0 && axis < tensor.rank(), "axis " + axis + " is not one of " + tensor);
    return (int) axis;
  }

  boolean flag(int index) {
    return integer(index) != 0;
  }

  double number(int index) {
    require(index < numbers.length, "number " + index + " is missing");
    return numbers[index];
  }

  static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
