package dev.crease.runtime.launch;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.Tensor;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// NumPy's array files, versions 1 to 3: a magic, a header that is a Python dictionary, the
/// elements.
///
/// Source: the module `numpy.lib.format`. Read in either byte order, rows or columns first; written
/// little-endian, rows first. NumPy has no bfloat16, which is written as float32.
public final class NpyArray {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int ALIGNMENT = 64;
  private static final int SHORT_HEADER_LIMIT = 1 << 16;

  private static final Pattern DESCRIPTION = Pattern.compile("'descr'\\s*:\\s*'([<>|=]?)(\\w+)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\d\\s,]*)\\)");

  private NpyArray() {}

  /// @param name of the file, for messages
  /// @throws InvalidDataException if the bytes are not an array that this reads
  public static Tensor read(String name, byte[] bytes) {
    return new Reader(name, bytes).tensor();
  }

  /// One file being read.
  private record Reader(String name, byte[] bytes) {
    Tensor tensor() {
      if (bytes.length < 10 || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
        throw wrong("it does not start with the magic of NumPy's array files");
      }
      boolean first = bytes[6] == 1;
      if (bytes[6] < 1 || bytes[6] > 3) {
        throw wrong("its format version is " + bytes[6] + ", known are 1 to 3");
      }
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int start = first ? 10 : 12;
      long length = first ? Short.toUnsignedInt(in.getShort(8)) : headerLength(in);
      if (length > bytes.length - start) {
        throw wrong("its header ends after the file");
      }
      int end = start + (int) length;
      String header = new String(bytes, start, (int) length, StandardCharsets.UTF_8);
      return elements(header, in.slice(end, bytes.length - end));
    }

    private long headerLength(ByteBuffer in) {
      if (bytes.length < 12) {
        throw wrong("its header ends after the file");
      }
      return Integer.toUnsignedLong(in.getInt(8));
    }

    private Tensor elements(String header, ByteBuffer data) {
      Matcher description = find(DESCRIPTION, header, "descr");
      ElementType type = type(description.group(2));
      data.order(description.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      int[] shape = shape(find(SHAPE, header, "shape").group(1));
      BigInteger bytes = BigInteger.valueOf(type.bytes());
      for (int dim : shape) {
        bytes = bytes.multiply(BigInteger.valueOf(dim));
      }
      if (!bytes.equals(BigInteger.valueOf(data.remaining()))) {
        throw wrong(
            "%s%s takes %s bytes, there are %d"
                .formatted(type, Arrays.toString(shape), bytes, data.remaining()));
      }
      int count = data.remaining() / type.bytes();
      Object array = type.storage().allocate(count);
      fill(array, data);
      boolean columnsFirst = find(ORDER, header, "fortran_order").group(1).equals("True");
      return Tensor.of(type, columnsFirst ? rowsFirst(type, array, shape) : array, shape);
    }

    private Matcher find(Pattern pattern, String header, String key) {
      Matcher matcher = pattern.matcher(header);
      if (!matcher.find()) {
        throw wrong("its header has no `" + key + "` that can be read: " + header.strip());
      }
      return matcher;
    }

    private ElementType type(String code) {
      return switch (code) {
        case "f2" -> ElementType.FLOAT16;
        case "f4" -> ElementType.FLOAT32;
        case "f8" -> ElementType.FLOAT64;
        case "i1" -> ElementType.INT8;
        case "i2" -> ElementType.INT16;
        case "i4" -> ElementType.INT32;
        case "i8" -> ElementType.INT64;
        case "u1" -> ElementType.UINT8;
        case "u2" -> ElementType.UINT16;
        case "u4" -> ElementType.UINT32;
        case "u8" -> ElementType.UINT64;
        case "b1" -> ElementType.BOOL;
        default ->
            throw wrong(
                "its elements are `" + code + "`; known are f2 f4 f8, i1 to i8, u1 to u8, b1");
      };
    }

    private int[] shape(String text) {
      try {
        return Arrays.stream(text.split(","))
            .map(String::strip)
            .filter(dim -> !dim.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
      } catch (NumberFormatException e) {
        throw wrong("its shape is (" + text + ")");
      }
    }

    private InvalidDataException wrong(String what) {
      return new InvalidDataException(
          "%s is not an array file that can be read: %s. Save it again with numpy.save."
              .formatted(name, what));
    }
  }

  /// Fills an array of a [dev.crease.runtime.Storage] with all elements of `data`, in its order of
  /// bytes.
  static void fill(Object array, ByteBuffer data) {
    switch (array) {
      case float[] values -> data.asFloatBuffer().get(values);
      case double[] values -> data.asDoubleBuffer().get(values);
      case int[] values -> data.asIntBuffer().get(values);
      case long[] values -> data.asLongBuffer().get(values);
      case short[] values -> data.asShortBuffer().get(values);
      case byte[] values -> data.get(values);
      default -> throw new IllegalStateException("no array of " + array.getClass());
    }
  }

  private static Object rowsFirst(ElementType type, Object columnsFirst, int[] shape) {
    int count = java.lang.reflect.Array.getLength(columnsFirst);
    Object array = type.storage().allocate(count);
    int[] index = new int[shape.length];
    for (int i = 0; i < count; i++) {
      int from = 0;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        from = from * shape[axis] + index[axis];
      }
      System.arraycopy(columnsFirst, from, array, i, 1);
      for (int axis = shape.length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) {
        index[axis] = 0;
      }
    }
    return array;
  }

  /// The bytes of a file.
  ///
  /// @throws InvalidDataException for strings, which such files do not hold
  public static byte[] bytes(Tensor tensor) {
    if (tensor.type() == ElementType.BFLOAT16) {
      return bytes(Tensor.of(widened(tensor.shorts()), tensor.shape()));
    }
    byte[] header = header(tensor).getBytes(StandardCharsets.US_ASCII);
    int size = Math.multiplyExact(tensor.elements(), tensor.type().bytes());
    ByteBuffer out = ByteBuffer.allocate(Math.addExact(header.length + 10, size));
    out.order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length).put(header);
    switch (tensor.array()) {
      case float[] values -> out.asFloatBuffer().put(values);
      case double[] values -> out.asDoubleBuffer().put(values);
      case int[] values -> out.asIntBuffer().put(values);
      case long[] values -> out.asLongBuffer().put(values);
      case short[] values -> out.asShortBuffer().put(values);
      case byte[] values -> out.put(values);
      default -> throw new IllegalStateException("no array of " + tensor.type());
    }
    return out.array();
  }

  /// A bfloat16 is the upper half of a float32.
  private static float[] widened(short[] halves) {
    float[] values = new float[halves.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(halves[i] << Short.SIZE);
    }
    return values;
  }

  private static String header(Tensor tensor) {
    StringBuilder shape = new StringBuilder("(");
    for (int dim : tensor.shape()) {
      shape.append(shape.length() > 1 ? " " : "").append(dim).append(',');
    }
    String text =
        "{'descr': '"
            + description(tensor.type())
            + "', 'fortran_order': False, 'shape': "
            + shape
            + "), }";
    int unpadded = MAGIC.length + 4 + text.length() + 1;
    int padding = Math.floorMod(-unpadded, ALIGNMENT);
    if (unpadded + padding >= SHORT_HEADER_LIMIT) {
      throw new InvalidDataException(
          "a tensor of " + tensor.rank() + " dimensions has no array file");
    }
    return text + " ".repeat(padding) + "\n";
  }

  private static String description(ElementType type) {
    return switch (type) {
      case FLOAT16 -> "<f2";
      case FLOAT32 -> "<f4";
      case FLOAT64 -> "<f8";
      case INT8 -> "|i1";
      case INT16 -> "<i2";
      case INT32 -> "<i4";
      case INT64 -> "<i8";
      case UINT8 -> "|u1";
      case UINT16 -> "<u2";
      case UINT32 -> "<u4";
      case UINT64 -> "<u8";
      case BOOL -> "|b1";
      case BFLOAT16 -> throw new IllegalStateException("bf16 is written as f32");
      case STRING ->
          throw new InvalidDataException(
              "strings have no array file; leave out -o to see them printed");
    };
  }
}
