package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.op.TypeCodes;
import dev.crease.grammar.onnx.SparseTensorProto;
import dev.crease.grammar.onnx.TensorProto;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Tensors of a file as constants. Raw data is aliased, typed fields are copied.
final class TensorReader {
  /// A sparse tensor is made dense while reading, so its size is not bounded by its file's.
  private static final long MAX_DENSE_ELEMENTS = 1 << 26;

  private static final int MAX_RANK = 64;

  private final String file;
  private final MemorySegment bytes;
  private final ExternalData external;

  /// @param bytes the file, for tensors whose weights [WeightCutter] has cut out
  TensorReader(String file, MemorySegment bytes, ExternalData external) {
    this.file = file;
    this.bytes = bytes;
    this.external = external;
  }

  /// @param what the tensor, for messages: ``initializer `w` ``
  /// @throws InvalidModelException if data and shape do not match
  /// @throws UnsupportedModelException if the element type or size is not supported
  Constant read(TensorProto tensor, String what) {
    ElementType element =
        TypeCodes.type(tensor.getDataType())
            .orElseThrow(
                () ->
                    unsupported(
                        what,
                        "has elements of type %s".formatted(DataTypes.name(tensor.getDataType()))));
    long[] dims = dims(tensor.getDimsList(), what);
    int count = elements(dims, what);
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      checkNoTypedData(tensor, what);
      return raw(
          element, dims, external.locate(tensor, what, (long) count * element.bytes()), what);
    }
    if (tensor.hasSegment()) {
      checkNoTypedData(tensor, what);
      TensorProto.Segment place = tensor.getSegment();
      return raw(
          element, dims, bytes.asSlice(place.getBegin(), place.getEnd() - place.getBegin()), what);
    }
    return Constant.of(Tensor.of(element, typed(element, tensor, count, what), shape(dims)));
  }

  /// The sparse tensor with its zeros.
  Constant read(SparseTensorProto sparse, String what) {
    Constant values = read(sparse.getValues(), "the values of " + what);
    Constant indices = read(sparse.getIndices(), "the indices of " + what);
    long[] dims = dims(sparse.getDimsList(), what);
    int count = elements(dims, what);
    if (count > MAX_DENSE_ELEMENTS) {
      throw unsupported(
          what, "is sparse and has %d elements; at most %d".formatted(count, MAX_DENSE_ELEMENTS));
    }
    if (values.dims().length != 1 || indices.element() != ElementType.INT64) {
      throw invalid(
          what,
          "needs a vector of values and int64 indices, got %s and %s"
              .formatted(values.type(), indices.type()));
    }
    long[] places = places(indices, values.elements(), dims, what);
    Object dense = values.element().storage().allocate(count);
    Object given = values.array();
    for (int i = 0; i < places.length; i++) {
      if (places[i] < 0 || places[i] >= count || (i > 0 && places[i] <= places[i - 1])) {
        throw invalid(
            what,
            "has the index %d at %d; indices must ascend and be below %d"
                .formatted(places[i], i, count));
      }
      System.arraycopy(given, i, dense, (int) places[i], 1);
    }
    return Constant.of(Tensor.of(values.element(), dense, shape(dims)));
  }

  /// Linear indices.
  private long[] places(Constant indices, int count, long[] dims, String what) {
    long[] given = indices.longs();
    long[] shape = indices.dims();
    if (shape.length == 1 && shape[0] == count) {
      return given;
    }
    if (shape.length != 2 || shape[0] != count || shape[1] != dims.length) {
      throw invalid(
          what,
          "has %d values of rank %d, but indices %s".formatted(count, dims.length, indices.type()));
    }
    long[] places = new long[count];
    for (int i = 0; i < count; i++) {
      for (int axis = 0; axis < dims.length; axis++) {
        long index = given[i * dims.length + axis];
        if (index < 0 || index >= dims[axis]) {
          throw invalid(
              what, "has the index %d on axis %d of %d".formatted(index, axis, dims[axis]));
        }
        places[i] = places[i] * dims[axis] + index;
      }
    }
    return places;
  }

  private Constant raw(ElementType element, long[] dims, MemorySegment data, String what) {
    if (element == ElementType.STRING) {
      throw invalid(what, "holds strings as raw bytes; strings belong into `string_data`");
    }
    long expected = (long) elements(dims, what) * element.bytes();
    if (data.byteSize() != expected) {
      throw invalid(
          what,
          "is %s%s and needs %d bytes, got %d"
              .formatted(element, java.util.Arrays.toString(dims), expected, data.byteSize()));
    }
    return element == ElementType.BOOL
        ? booleans(dims, data)
        : Constant.mapped(element, dims, data);
  }

  /// Booleans as 0 and 1, whatever byte a producer took for true.
  private static Constant booleans(long[] dims, MemorySegment data) {
    byte[] values = data.toArray(ValueLayout.JAVA_BYTE);
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (values[i] == 0 ? 0 : 1);
    }
    return Constant.of(Tensor.of(ElementType.BOOL, values, shape(dims)));
  }

  private long[] dims(List<Long> list, String what) {
    if (list.size() > MAX_RANK) {
      throw unsupported(what, "has %d dimensions; at most %d".formatted(list.size(), MAX_RANK));
    }
    return list.stream().mapToLong(Long::longValue).toArray();
  }

  private int elements(long[] dims, String what) {
    long count = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw invalid(what, "has the negative dimension " + dim);
      }
      if (dim > Integer.MAX_VALUE || (count > 0 && dim > Integer.MAX_VALUE / count)) {
        throw unsupported(
            what,
            "has the shape %s; a tensor can have 2^31 - 1 elements"
                .formatted(java.util.Arrays.toString(dims)));
      }
      count *= dim;
    }
    return (int) count;
  }

  private static int[] shape(long[] dims) {
    return java.util.Arrays.stream(dims).mapToInt(Math::toIntExact).toArray();
  }

  private void checkNoTypedData(TensorProto tensor, String what) {
    int typed =
        tensor.getFloatDataCount()
            + tensor.getInt32DataCount()
            + tensor.getInt64DataCount()
            + tensor.getDoubleDataCount()
            + tensor.getUint64DataCount()
            + tensor.getStringDataCount();
    boolean both =
        tensor.hasSegment() && tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    if (typed > 0 || both) {
      throw invalid(what, "holds its elements twice, raw or external and in another field");
    }
  }

  private Object typed(ElementType element, TensorProto tensor, int count, String what) {
    return switch (element) {
      case FLOAT32 -> {
        checkCount("float_data", tensor.getFloatDataCount(), count, what);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = tensor.getFloatData(i);
        }
        yield values;
      }
      case FLOAT64 -> {
        checkCount("double_data", tensor.getDoubleDataCount(), count, what);
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
          values[i] = tensor.getDoubleData(i);
        }
        yield values;
      }
      case INT64 -> {
        checkCount("int64_data", tensor.getInt64DataCount(), count, what);
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
          values[i] = tensor.getInt64Data(i);
        }
        yield values;
      }
      case UINT32, UINT64 -> unsigned(element, tensor, count, what);
      case STRING -> {
        checkCount("string_data", tensor.getStringDataCount(), count, what);
        String[] values = new String[count];
        for (int i = 0; i < count; i++) {
          values[i] = tensor.getStringData(i).toStringUtf8();
        }
        yield values;
      }
      case FLOAT16, BFLOAT16, INT8, INT16, INT32, UINT8, UINT16, BOOL ->
          narrow(element, tensor, count, what);
    };
  }

  private Object unsigned(ElementType element, TensorProto tensor, int count, String what) {
    checkCount("uint64_data", tensor.getUint64DataCount(), count, what);
    Object array = element.storage().allocate(count);
    for (int i = 0; i < count; i++) {
      long value = tensor.getUint64Data(i);
      if (array instanceof int[] values) {
        checkRange(value, 0, 0xffff_ffffL, element, i, what);
        values[i] = (int) value;
      } else if (array instanceof long[] values) {
        values[i] = value;
      }
    }
    return array;
  }

  private Object narrow(ElementType element, TensorProto tensor, int count, String what) {
    checkCount("int32_data", tensor.getInt32DataCount(), count, what);
    Object array = element.storage().allocate(count);
    for (int i = 0; i < count; i++) {
      int value = tensor.getInt32Data(i);
      switch (array) {
        case int[] values -> values[i] = value;
        case short[] values -> {
          checkRange(value, Short.MIN_VALUE, 0xffff, element, i, what);
          values[i] = (short) value;
        }
        case byte[] values -> {
          checkRange(value, Byte.MIN_VALUE, 0xff, element, i, what);
          values[i] = (byte) (element == ElementType.BOOL ? Math.min(Math.abs(value), 1) : value);
        }
        default -> throw new IllegalStateException(element + " is not held in int32_data");
      }
    }
    return array;
  }

  private void checkCount(String field, int got, int expected, String what) {
    if (got != expected) {
      throw invalid(what, "needs %d elements in `%s`, got %d".formatted(expected, field, got));
    }
  }

  /// Narrow types are stored as their value or as their bits; either is accepted.
  private void checkRange(
      long value, long least, long most, ElementType element, int index, String what) {
    if (value < least || value > most) {
      throw invalid(
          what, "has the element %d at %d, which does not fit %s".formatted(value, index, element));
    }
  }

  private InvalidModelException invalid(String what, String problem) {
    return new InvalidModelException("%s: %s %s".formatted(file, what, problem));
  }

  private UnsupportedModelException unsupported(String what, String problem) {
    return new UnsupportedModelException(
        List.of("%s: %s %s, which is not supported".formatted(file, what, problem)));
  }
}
