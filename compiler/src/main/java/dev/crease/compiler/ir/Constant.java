package dev.crease.compiler.ir;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A tensor known at compile time, with elements that are read when asked for: stored elements
/// alias the mapped model file, derived ones are computed anew at each call, so a folded model
/// never holds a second copy of its weights.
public abstract sealed class Constant {
  private static final int MAX_HASHED_ELEMENTS = 256;

  private final TensorType type;
  private final int elements;

  private Constant(ElementType element, long[] dims) {
    type = TensorType.of(element, dims);
    long count = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("negative dimension in " + Arrays.toString(dims));
      }
      count = Math.multiplyExact(count, dim);
    }
    elements = Math.toIntExact(count);
  }

  /// A constant over an array in memory, which the caller no longer changes.
  public static Constant of(Tensor tensor) {
    long[] dims = Arrays.stream(tensor.shape()).asLongStream().toArray();
    return new Stored(tensor.type(), dims, tensor.array());
  }

  /// A vector of int64, as shapes and axes are.
  public static Constant ofLongs(long... values) {
    return of(Tensor.of(values.clone(), values.length));
  }

  public static Constant scalar(float value) {
    return of(Tensor.of(new float[] {value}));
  }

  public static Constant scalar(long value) {
    return of(Tensor.of(new long[] {value}));
  }

  /// A constant whose elements are the little-endian bytes of `segment`, as in a model file.
  ///
  /// @throws IllegalArgumentException if the segment's size does not match type and dimensions
  public static Constant mapped(ElementType element, long[] dims, MemorySegment segment) {
    return new Mapped(element, dims, segment);
  }

  /// A constant with all elements equal.
  public static Constant splat(ElementType element, long[] dims, double value) {
    return new Splat(element, dims, value);
  }

  /// A constant that is computed, in double, when it is asked for.
  public static Constant derived(ElementType element, long[] dims, Supplier<double[]> formula) {
    return new Derived(element, dims, formula);
  }

  public TensorType type() {
    return type;
  }

  public ElementType element() {
    return type.element();
  }

  public long[] dims() {
    return type.knownDims().orElseThrow();
  }

  public int elements() {
    return elements;
  }

  /// The elements as doubles. Those of a derived constant are not yet rounded to the element type,
  /// so a chain of derivations rounds once. A fresh array.
  ///
  /// @throws IllegalStateException for strings
  public abstract double[] doubles();

  /// The largest magnitude of [#doubles]; NaN if one is NaN, 0 if there are none.
  public double largestMagnitude() {
    return largest(doubles());
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /// The elements, rounded to the element type, in its storage's array. May be shared: do not
  /// change.
  public abstract Object array();

  /// The constant as a tensor; shares [#array].
  public Tensor tensor() {
    int[] shape = Arrays.stream(dims()).mapToInt(Math::toIntExact).toArray();
    return Tensor.of(element(), array(), shape);
  }

  /// The elements of an integer or boolean constant.
  public long[] longs() {
    return Elements.toLongs(element(), array());
  }

  /// Whether the elements are those of a formula, which [#array] rounds.
  public boolean isDerived() {
    return this instanceof Derived;
  }

  /// The elements as the double interpreter takes them: rounded to the element type.
  public DoubleTensor toDoubleTensor() {
    int[] shape = Arrays.stream(dims()).mapToInt(Math::toIntExact).toArray();
    return new DoubleTensor(element(), shape, Elements.toDoubles(element(), array()));
  }

  /// The same elements under another shape with as many elements.
  public Constant reshaped(long... dims) {
    return switch (this) {
      case Stored stored -> new Stored(element(), dims, stored.array);
      case Mapped mapped -> new Mapped(element(), dims, mapped.segment);
      case Splat splat -> new Splat(element(), dims, splat.value);
      case Derived derived -> new Derived(element(), dims, derived.formula);
    };
  }

  /// Equal if type, shape and all elements are, bit for bit.
  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    return other instanceof Constant that
        && type.equals(that.type)
        && Arrays.deepEquals(new Object[] {array()}, new Object[] {that.array()});
  }

  @Override
  public int hashCode() {
    int content = elements <= MAX_HASHED_ELEMENTS ? Arrays.deepHashCode(new Object[] {array()}) : 0;
    return 31 * type.hashCode() + content;
  }

  @Override
  public String toString() {
    return "constant " + type;
  }

  private static final class Stored extends Constant {
    private final Object array;

    Stored(ElementType element, long[] dims, Object array) {
      super(element, dims);
      this.array = array;
    }

    @Override
    public double[] doubles() {
      return Elements.toDoubles(element(), array);
    }

    @Override
    public Object array() {
      return array;
    }
  }

  private static final class Mapped extends Constant {
    private static final ValueLayout.OfFloat LITTLE_ENDIAN_FLOAT =
        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment segment;

    Mapped(ElementType element, long[] dims, MemorySegment segment) {
      super(element, dims);
      long expected = (long) elements() * element.bytes();
      if (segment.byteSize() != expected) {
        throw new IllegalArgumentException(
            "%s needs %d bytes, got %d".formatted(type(), expected, segment.byteSize()));
      }
      this.segment = segment;
    }

    @Override
    public double[] doubles() {
      return Elements.toDoubles(element(), array());
    }

    @Override
    public Object array() {
      Object array = element().storage().allocate(elements());
      MemorySegment target =
          switch (array) {
            case float[] values -> MemorySegment.ofArray(values);
            case double[] values -> MemorySegment.ofArray(values);
            case int[] values -> MemorySegment.ofArray(values);
            case long[] values -> MemorySegment.ofArray(values);
            case short[] values -> MemorySegment.ofArray(values);
            case byte[] values -> MemorySegment.ofArray(values);
            default -> throw new IllegalStateException("strings are never mapped");
          };
      if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN || element().bytes() == 1) {
        target.copyFrom(segment);
      } else {
        copySwapped(target);
      }
      return array;
    }

    /// Of float32, without a copy of what may be the largest part of a model.
    @Override
    public double largestMagnitude() {
      if (element() != ElementType.FLOAT32) {
        return super.largestMagnitude();
      }
      float largest = 0;
      for (int i = 0; i < elements(); i++) {
        largest = Math.max(largest, Math.abs(segment.get(LITTLE_ENDIAN_FLOAT, 4L * i)));
      }
      return largest;
    }

    private void copySwapped(MemorySegment target) {
      int width = element().bytes();
      for (long i = 0; i < target.byteSize(); i += width) {
        for (int b = 0; b < width; b++) {
          target.set(
              ValueLayout.JAVA_BYTE, i + b, segment.get(ValueLayout.JAVA_BYTE, i + width - 1 - b));
        }
      }
    }
  }

  private static final class Splat extends Constant {
    private final double value;

    Splat(ElementType element, long[] dims, double value) {
      super(element, dims);
      this.value = value;
    }

    @Override
    public double[] doubles() {
      double[] values = new double[elements()];
      Arrays.fill(values, value);
      return values;
    }

    @Override
    public Object array() {
      return Elements.fromDoubles(element(), doubles());
    }
  }

  private static final class Derived extends Constant {
    private final Supplier<double[]> formula;

    Derived(ElementType element, long[] dims, Supplier<double[]> formula) {
      super(element, dims);
      this.formula = formula;
    }

    @Override
    public double[] doubles() {
      double[] values = formula.get();
      if (values.length != elements()) {
        throw new IllegalStateException(type() + " was computed as " + values.length + " elements");
      }
      return values;
    }

    @Override
    public Object array() {
      return Elements.fromDoubles(element(), doubles());
    }
  }
}
