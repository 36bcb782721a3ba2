package dev.crease.compiler.ir;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.DoublePredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A tensor known at compile time, with elements that are read when asked for: stored elements
/// alias the mapped model file, derived ones are computed anew at each call, so a folded model
/// never holds a second copy of its weights.
public abstract sealed class Constant {
  /// Elements that are in memory at a time where a constant is run through.
  static final int CHUNK = 1 << 13;

  private static final int MAX_HASHED_ELEMENTS = 256;

  private final TensorType type;
  private final int elements;
  private volatile @Nullable Magnitudes magnitudes;

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

  /// A constant that is computed, in double, when it is asked for, a stretch at a time.
  ///
  /// @param formula what computes it, made anew for each run through the elements
  /// @param magnitudes bounds of the magnitudes of what `formula` computes
  public static Constant streamed(
      ElementType element,
      long[] dims,
      Supplier<Stretches> formula,
      Supplier<Magnitudes> magnitudes) {
    return new Streamed(element, dims, formula, magnitudes, false);
  }

  /// A constant that is computed, in double, when it is asked for, a stretch at a time.
  ///
  /// @param formula what computes it, made anew for each run through the elements
  public static Constant streamed(ElementType element, long[] dims, Supplier<Stretches> formula) {
    return new Streamed(element, dims, formula, null, false);
  }

  /// A constant whose elements are made when they are asked for, and are numbers of the element
  /// type: nothing of them is rounded when they are stored.
  ///
  /// @param elements what makes them, anew for each run through them
  public static Constant generated(ElementType element, long[] dims, Supplier<Stretches> elements) {
    return new Streamed(element, dims, elements, null, true);
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
  public double[] doubles() {
    double[] values = new double[elements];
    stretches().read(0, elements, values);
    return values;
  }

  /// The same elements as of [#doubles], stretch by stretch, for running through them once: what
  /// was computed as a whole is held by what is returned.
  ///
  /// @throws IllegalStateException for strings, once read
  public abstract Stretches stretches();

  /// Bounds of the magnitudes of [#doubles], asked for as often as one likes.
  public Magnitudes magnitudes() {
    Magnitudes known = magnitudes;
    if (known == null) {
      known = findMagnitudes();
      magnitudes = known;
    }
    return known;
  }

  Magnitudes findMagnitudes() {
    return Magnitudes.of(this);
  }

  /// How many of [#doubles] are as asked for.
  public long count(DoublePredicate predicate) {
    Stretches all = stretches();
    double[] chunk = new double[Math.min(CHUNK, elements)];
    long count = 0;
    for (int from = 0; from < elements; from += chunk.length) {
      int part = Math.min(chunk.length, elements - from);
      all.read(from, part, chunk);
      count += Arrays.stream(chunk, 0, part).filter(predicate).count();
    }
    return count;
  }

  /// The elements, rounded to the element type, in its storage's array. May be shared: do not
  /// change.
  public abstract Object array();

  /// The elements as they are stored, little-endian, a stretch at a time, so that one as large as a
  /// model is never in memory as a whole. A string is its length, in 4 bytes, and UTF-8.
  public void bytes(Consumer<byte[]> sink) {
    switch (this) {
      case Mapped mapped -> stretchByStretch(mapped::stretch, sink);
      case Streamed streamed -> {
        Stretches all = streamed.stretches();
        double[] chunk = new double[Math.min(CHUNK, elements)];
        stretchByStretch(
            (from, count) -> {
              all.read(from, count, chunk);
              Object array = element().storage().allocate(count);
              Elements.write(element(), chunk, count, array, 0);
              return array;
            },
            sink);
      }
      case Stored _, Splat _, Derived _ -> {
        Object array = array();
        if (array instanceof String[] texts) {
          texts(texts, sink);
        } else {
          for (int from = 0; from < elements; from += CHUNK) {
            sink.accept(Elements.bytes(element(), array, from, Math.min(CHUNK, elements - from)));
          }
        }
      }
    }
  }

  /// Some elements, in an array of the storage of their own.
  @FunctionalInterface
  private interface Part {
    Object of(int from, int count);
  }

  private void stretchByStretch(Part part, Consumer<byte[]> sink) {
    for (int from = 0; from < elements; from += CHUNK) {
      int count = Math.min(CHUNK, elements - from);
      sink.accept(Elements.bytes(element(), part.of(from, count), 0, count));
    }
  }

  private static void texts(String[] texts, Consumer<byte[]> sink) {
    for (String text : texts) {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      sink.accept(Elements.bytes(ElementType.INT32, new int[] {encoded.length}, 0, 1));
      sink.accept(encoded);
    }
  }

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
    return this instanceof Derived || (this instanceof Streamed streamed && !streamed.rounded);
  }

  /// The elements as the double interpreter takes them: rounded to the element type.
  ///
  /// @throws InvalidOperandException if doubles do not hold the integers in it
  public DoubleTensor toDoubleTensor() {
    int[] shape = Arrays.stream(dims()).mapToInt(Math::toIntExact).toArray();
    return DoubleTensor.of(element(), shape, array());
  }

  /// The same elements under another shape with as many elements.
  public Constant reshaped(long... dims) {
    return switch (this) {
      case Stored stored -> new Stored(element(), dims, stored.array);
      case Mapped mapped -> new Mapped(element(), dims, mapped.segment);
      case Splat splat -> new Splat(element(), dims, splat.value);
      case Derived derived -> new Derived(element(), dims, derived.formula);
      case Streamed streamed ->
          new Streamed(element(), dims, streamed.formula, streamed.magnitudes, streamed.rounded);
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
    public Stretches stretches() {
      return (from, count, into) -> Elements.read(element(), array, from, count, into, 0);
    }

    @Override
    public Object array() {
      return array;
    }
  }

  private static final class Mapped extends Constant {
    private static final ValueLayout.OfFloat FLOATS =
        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLES =
        ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INTS =
        ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONGS =
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORTS =
        ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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
    public Stretches stretches() {
      return this::read;
    }

    private void read(int from, int count, double[] into) {
      for (int done = 0; done < count; done += CHUNK) {
        int part = Math.min(CHUNK, count - done);
        Elements.read(element(), stretch(from + done, part), 0, part, into, done);
      }
    }

    @Override
    public Object array() {
      return stretch(0, elements());
    }

    private Object stretch(int from, int count) {
      Object array = element().storage().allocate(count);
      long at = (long) from * element().bytes();
      switch (array) {
        case float[] values -> MemorySegment.copy(segment, FLOATS, at, values, 0, count);
        case double[] values -> MemorySegment.copy(segment, DOUBLES, at, values, 0, count);
        case int[] values -> MemorySegment.copy(segment, INTS, at, values, 0, count);
        case long[] values -> MemorySegment.copy(segment, LONGS, at, values, 0, count);
        case short[] values -> MemorySegment.copy(segment, SHORTS, at, values, 0, count);
        case byte[] values ->
            MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, at, values, 0, count);
        default -> throw new IllegalStateException("strings are never mapped");
      }
      return array;
    }

    /// Of float32 by comparing bits, which are ordered as magnitudes are: what may be the largest
    /// part of a model is only run through.
    @Override
    Magnitudes findMagnitudes() {
      if (element() != ElementType.FLOAT32) {
        return super.findMagnitudes();
      }
      int[] bits = new int[Math.min(CHUNK, elements())];
      int least = Integer.MAX_VALUE;
      int largest = 0;
      for (int from = 0; from < elements(); from += bits.length) {
        int count = Math.min(bits.length, elements() - from);
        MemorySegment.copy(segment, INTS, 4L * from, bits, 0, count);
        for (int i = 0; i < count; i++) {
          int magnitude = bits[i] & Integer.MAX_VALUE;
          // Zero wraps around to the largest number.
          least = Math.min(least, magnitude - 1 & Integer.MAX_VALUE);
          largest = Math.max(largest, magnitude);
        }
      }
      return new Magnitudes(
          least == Integer.MAX_VALUE ? Double.POSITIVE_INFINITY : Float.intBitsToFloat(least + 1),
          Float.intBitsToFloat(largest));
    }
  }

  private static final class Splat extends Constant {
    private final double value;

    Splat(ElementType element, long[] dims, double value) {
      super(element, dims);
      this.value = value;
    }

    @Override
    public Stretches stretches() {
      return (_, count, into) -> Arrays.fill(into, 0, count, value);
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
    public Stretches stretches() {
      double[] all = doubles();
      return (from, count, into) -> System.arraycopy(all, from, into, 0, count);
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

  private static final class Streamed extends Constant {
    private final Supplier<Stretches> formula;
    private final @Nullable Supplier<Magnitudes> magnitudes;
    private final boolean rounded;

    Streamed(
        ElementType element,
        long[] dims,
        Supplier<Stretches> formula,
        @Nullable Supplier<Magnitudes> magnitudes,
        boolean rounded) {
      super(element, dims);
      this.formula = formula;
      this.magnitudes = magnitudes;
      this.rounded = rounded;
    }

    @Override
    public Stretches stretches() {
      return formula.get();
    }

    @Override
    Magnitudes findMagnitudes() {
      return magnitudes == null ? super.findMagnitudes() : magnitudes.get();
    }

    @Override
    public Object array() {
      Object array = element().storage().allocate(elements());
      Stretches all = stretches();
      double[] chunk = new double[Math.min(CHUNK, elements())];
      for (int from = 0; from < elements(); from += chunk.length) {
        int count = Math.min(chunk.length, elements() - from);
        all.read(from, count, chunk);
        Elements.write(element(), chunk, count, array, from);
      }
      return array;
    }
  }
}
