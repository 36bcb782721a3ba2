package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Arrays;

/// The shapes, starts and steps that depend on values which only a run knows, as the specifications
/// of the operators say. The compiler knows all others.
final class DataShapes {
  private DataShapes() {}

  /// Operands: the shape as given; integers: whether 0 means 0, then the dimensions of the data.
  static long[] reshaped(Arguments arguments) {
    long[] given = integers(arguments, 0);
    long[] shape = given.clone();
    long[] dims = dims(arguments, 1);
    int rest = -1;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == 0 && !arguments.flag(0)) {
        require(i < dims.length, given, "repeats a dimension that is not there", dims);
        shape[i] = dims[i];
      } else if (shape[i] == -1) {
        require(rest < 0, given, "says -1 twice for", dims);
        rest = i;
      }
      require(shape[i] >= -1, given, "is negative, for", dims);
    }
    if (rest >= 0) {
      shape[rest] = 1;
      shape[rest] = quotient(given, shape, dims);
    }
    return shape;
  }

  /// What is left for one dimension; dimensions that are repeated cancel, zeros among them.
  private static long quotient(long[] given, long[] shape, long[] dims) {
    long[] factors = dims.clone();
    long divisor = 1;
    for (long dim : shape) {
      int same = indexOf(factors, dim);
      if (same >= 0) {
        factors[same] = 1;
      } else {
        divisor = Math.multiplyExact(divisor, dim);
      }
    }
    long product = Arrays.stream(factors).reduce(1, Math::multiplyExact);
    require(divisor != 0 && product % divisor == 0, given, "does not hold", dims);
    return product / divisor;
  }

  private static int indexOf(long[] numbers, long number) {
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] == number) {
        return i;
      }
    }
    return -1;
  }

  /// Operands: the shape that `x` is broadcast with; integers: the dimensions of `x`.
  static long[] expanded(Arguments arguments) {
    long[] shape = integers(arguments, 0);
    long[] dims = dims(arguments, 0);
    int rank = Math.max(shape.length, dims.length);
    long[] expanded = new long[rank];
    for (int i = 0; i < rank; i++) {
      int s = i - (rank - shape.length);
      int d = i - (rank - dims.length);
      long a = s < 0 ? 1 : shape[s];
      long b = d < 0 ? 1 : dims[d];
      require(a == b || a == 1 || b == 1, shape, "does not broadcast with", dims);
      expanded[i] = a == 1 ? b : a;
    }
    return expanded;
  }

  /// Operands: axes, all if none are named, unless the first integer says otherwise; integers:
  /// whether no axes mean none, whether 1 stays in the place of an axis, the dimensions of `x`.
  static long[] reduced(Arguments arguments) {
    long[] dims = dims(arguments, 2);
    long[] axes = integers(arguments, 0);
    boolean all = axes.length == 0 && !arguments.flag(0);
    boolean[] named = all ? filled(dims.length) : named(axes, dims.length);
    if (arguments.flag(1)) {
      for (int i = 0; i < dims.length; i++) {
        dims[i] = named[i] ? 1 : dims[i];
      }
      return dims;
    }
    long[] kept = new long[dims.length];
    int rank = 0;
    for (int i = 0; i < dims.length; i++) {
      if (!named[i]) {
        kept[rank++] = dims[i];
      }
    }
    return Arrays.copyOf(kept, rank);
  }

  private static boolean[] filled(int rank) {
    boolean[] all = new boolean[rank];
    Arrays.fill(all, true);
    return all;
  }

  /// Operands: axes of the result at which a dimension of 1 is put; integers: the dimensions of
  /// `x`.
  static long[] unsqueezed(Arguments arguments) {
    long[] axes = integers(arguments, 0);
    long[] dims = dims(arguments, 0);
    boolean[] named = named(axes, dims.length + axes.length);
    long[] shape = new long[named.length];
    int next = 0;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = named[i] ? 1 : dims[next++];
    }
    return shape;
  }

  /// Operands: starts, ends, `[axes]`, `[steps]` of a Slice; integers: the dimensions of the data.
  /// Results: first the starts, then the steps, then the dimensions.
  static long[] sliced(Arguments arguments) {
    long[] starts = integers(arguments, 0);
    long[] ends = integers(arguments, 1);
    long[] axes = arguments.has(2) ? integers(arguments, 2) : range(starts.length);
    long[] steps = arguments.has(3) ? integers(arguments, 3) : ones(starts.length);
    long[] dims = dims(arguments, 0);
    int rank = dims.length;
    boolean counts = ends.length == starts.length && axes.length == starts.length;
    require(
        counts && steps.length == starts.length, starts, "and the other operands differ:", axes);
    named(axes, rank);
    long[] numbers = new long[3 * rank];
    Arrays.fill(numbers, rank, 2 * rank, 1);
    System.arraycopy(dims, 0, numbers, 2 * rank, rank);
    for (int i = 0; i < starts.length; i++) {
      int axis = (int) (axes[i] < 0 ? axes[i] + rank : axes[i]);
      long dim = dims[axis];
      // No step of a tensor is longer than an array.
      long step = Math.clamp(steps[i], -Integer.MAX_VALUE, Integer.MAX_VALUE);
      require(step != 0, steps, "has a step of 0 for", dims);
      long last = step > 0 ? dim : dim - 1;
      long first = clamp(starts[i], dim, 0, last);
      long end = clamp(ends[i], dim, step > 0 ? 0 : -1, last);
      long length = Math.max(0, Math.ceilDiv(end - first, step));
      numbers[axis] = length == 0 ? 0 : first;
      numbers[rank + axis] = step;
      numbers[2 * rank + axis] = length;
    }
    return numbers;
  }

  private static long clamp(long position, long dim, long low, long high) {
    return Math.clamp(position < 0 ? position + dim : position, low, Math.max(low, high));
  }

  /// Operands: the numbers, as given.
  static long[] sizes(Arguments arguments) {
    long[] sizes = integers(arguments, 0);
    for (long size : sizes) {
      if (size < 0) {
        throw new InvalidDataException(
            Arrays.toString(sizes) + " are sizes, none of which may be negative");
      }
    }
    return sizes;
  }

  /// Operands: the lengths of the parts; integers: that of the whole.
  static long[] split(Arguments arguments) {
    long[] lengths = integers(arguments, 0);
    long[] whole = dims(arguments, 0);
    long sum = 0;
    for (long length : lengths) {
      require(length >= 0, lengths, "is negative, for a length of", whole);
      sum = Math.addExact(sum, length);
    }
    require(sum == arguments.integer(0), lengths, "does not make up a length of", whole);
    return lengths;
  }

  /// Operands: the pads of a Pad, `[axes]`; integers: the dimensions of the data. Results: first
  /// what each axis gains before it, then the dimensions.
  static long[] padded(Arguments arguments) {
    long[] pads = integers(arguments, 0);
    long[] dims = dims(arguments, 0);
    int rank = dims.length;
    long[] axes = arguments.has(1) ? integers(arguments, 1) : range(rank);
    require(pads.length == 2 * axes.length, pads, "are not two pads for each of the axes", axes);
    named(axes, rank);
    long[] numbers = new long[2 * rank];
    System.arraycopy(dims, 0, numbers, rank, rank);
    for (int i = 0; i < axes.length; i++) {
      int axis = (int) (axes[i] < 0 ? axes[i] + rank : axes[i]);
      numbers[axis] = pads[i];
      long before = Math.addExact(dims[axis], pads[i]);
      numbers[rank + axis] = Math.addExact(before, pads[axes.length + i]);
      require(numbers[rank + axis] >= 0, pads, "crop more than there is of", dims);
    }
    return numbers;
  }

  /// Operands: start, limit and delta of a Range; results: the number of its elements.
  static long[] rangeLength(Arguments arguments) {
    Tensor start = one(arguments, 0);
    Tensor limit = one(arguments, 1);
    Tensor delta = one(arguments, 2);
    double step = delta.number(0);
    if (step == 0) {
      throw new InvalidDataException("delta is 0");
    }
    if (!start.type().isFloating()) {
      long way = Math.subtractExact(limit.integer(0), start.integer(0));
      return new long[] {Math.max(0, Math.ceilDiv(way, delta.integer(0)))};
    }
    double length = Math.ceil((limit.number(0) - start.number(0)) / step);
    if (Double.isNaN(length)) {
      throw new InvalidDataException(
          "there is no number of steps of %s from %s to %s"
              .formatted(step, start.number(0), limit.number(0)));
    }
    return new long[] {(long) Math.max(0, length)};
  }

  private static Tensor one(Arguments arguments, int operand) {
    Tensor x = arguments.x(operand);
    if (x.elements() != 1) {
      throw new InvalidDataException("operand " + operand + " is " + x + ", not one number");
    }
    return x;
  }

  /// Which of `rank` axes are named.
  private static boolean[] named(long[] axes, int rank) {
    boolean[] named = new boolean[rank];
    for (long axis : axes) {
      long place = axis < 0 ? axis + rank : axis;
      if (place < 0 || place >= rank || named[(int) place]) {
        throw new InvalidDataException(
            "axes are " + Arrays.toString(axes) + " of a tensor of rank " + rank);
      }
      named[(int) place] = true;
    }
    return named;
  }

  private static long[] integers(Arguments arguments, int operand) {
    Tensor x = arguments.x(operand);
    Arguments.require(
        x.type() == ElementType.INT64 || x.type() == ElementType.INT32,
        "operand " + operand + " should be i32 or i64, not " + x);
    long[] numbers = new long[x.elements()];
    Arrays.setAll(numbers, x::integer);
    return numbers;
  }

  private static long[] dims(Arguments arguments, int from) {
    return Arrays.copyOfRange(arguments.integers(), from, arguments.integers().length);
  }

  private static long[] range(int count) {
    long[] numbers = new long[count];
    Arrays.setAll(numbers, i -> i);
    return numbers;
  }

  private static long[] ones(int count) {
    long[] numbers = new long[count];
    Arrays.fill(numbers, 1);
    return numbers;
  }

  private static void require(boolean holds, long[] given, String problem, long[] of) {
    if (!holds) {
      throw new InvalidDataException(
          "%s %s %s".formatted(Arrays.toString(given), problem, Arrays.toString(of)));
    }
  }
}
