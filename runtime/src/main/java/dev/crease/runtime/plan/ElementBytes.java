package dev.crease.runtime.plan;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidPlanException;
import dev.crease.runtime.Storage;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Elements of constants in a plan file: little-endian numbers, and strings as a byte count and
/// UTF-8.
final class ElementBytes {
  private static final int CHUNK_BYTES = 1 << 16;

  private ElementBytes() {}

  /// How many bytes the elements take.
  static long count(ElementType type, Object elements) {
    if (!(elements instanceof String[] strings)) {
      return (long) Array.getLength(elements) * type.bytes();
    }
    long bytes = 0;
    for (String string : strings) {
      bytes += Integer.BYTES + string.getBytes(StandardCharsets.UTF_8).length;
    }
    return bytes;
  }

  static void write(ElementType type, Object elements, PlanOutput out) throws IOException {
    if (elements instanceof String[] strings) {
      for (String string : strings) {
        byte[] utf8 = string.getBytes(StandardCharsets.UTF_8);
        out.i32(utf8.length);
        out.bytes(utf8);
      }
      return;
    }
    int length = Array.getLength(elements);
    int step = CHUNK_BYTES / type.bytes();
    for (int from = 0; from < length; from += step) {
      int count = Math.min(step, length - from);
      ByteBuffer chunk = out.room(CHUNK_BYTES);
      put(elements, from, count, chunk);
      chunk.position(chunk.position() + count * type.bytes());
    }
  }

  /// Reads an array that takes `bytes` bytes, growing it only as bytes arrive.
  static Object read(ElementType type, long bytes, PlanInput in) throws IOException {
    in.require(bytes, "elements");
    if (type.storage() == Storage.OBJECT) {
      return strings(bytes, in);
    }
    if (bytes < 0 || bytes % type.bytes() != 0 || bytes / type.bytes() > Integer.MAX_VALUE - 8) {
      throw new InvalidPlanException(
          "damaged plan: a constant of type %s before byte %d cannot take %d bytes. %s"
              .formatted(type, in.position(), bytes, PlanReader.ADVICE));
    }
    int length = (int) (bytes / type.bytes());
    Object elements = type.storage().allocate((int) (in.trusted(bytes) / type.bytes()));
    for (int filled = 0; filled < length; ) {
      int room = Array.getLength(elements) - filled;
      if (room == 0) {
        elements = grown(type, elements, (int) Math.min(length, 2L * filled));
        continue;
      }
      int count = Math.min(CHUNK_BYTES / type.bytes(), room);
      get(in.next(count * type.bytes(), "elements"), elements, filled, count);
      filled += count;
    }
    return elements;
  }

  private static Object grown(ElementType type, Object elements, int length) {
    Object larger = type.storage().allocate(length);
    System.arraycopy(elements, 0, larger, 0, Array.getLength(elements));
    return larger;
  }

  private static String[] strings(long bytes, PlanInput in) throws IOException {
    List<String> strings = new ArrayList<>();
    long end = in.position() + bytes;
    while (in.position() < end) {
      int length = in.next(Integer.BYTES, "string's length").getInt();
      if (length < 0 || length > end - in.position()) {
        throw new InvalidPlanException(
            "damaged plan: a string at byte %d takes %d bytes, but its tensor ends at %d. %s"
                .formatted(in.position(), length, end, PlanReader.ADVICE));
      }
      ByteBuffer utf8 = ByteBuffer.wrap(in.bytes(length, "string"));
      try {
        strings.add(StandardCharsets.UTF_8.newDecoder().decode(utf8).toString());
      } catch (CharacterCodingException e) {
        throw new InvalidPlanException(
            "damaged plan: the string before byte %d is not UTF-8. %s"
                .formatted(in.position(), PlanReader.ADVICE),
            e);
      }
    }
    return strings.toArray(String[]::new);
  }

  /// Puts elements at the buffer's position without moving it.
  private static void put(Object elements, int from, int count, ByteBuffer chunk) {
    switch (elements) {
      case float[] values -> chunk.asFloatBuffer().put(values, from, count);
      case double[] values -> chunk.asDoubleBuffer().put(values, from, count);
      case int[] values -> chunk.asIntBuffer().put(values, from, count);
      case long[] values -> chunk.asLongBuffer().put(values, from, count);
      case short[] values -> chunk.asShortBuffer().put(values, from, count);
      case byte[] values -> chunk.put(chunk.position(), values, from, count);
      default -> throw new IllegalArgumentException("not an array of elements: " + elements);
    }
  }

  private static void get(ByteBuffer chunk, Object elements, int to, int count) {
    switch (elements) {
      case float[] values -> chunk.asFloatBuffer().get(values, to, count);
      case double[] values -> chunk.asDoubleBuffer().get(values, to, count);
      case int[] values -> chunk.asIntBuffer().get(values, to, count);
      case long[] values -> chunk.asLongBuffer().get(values, to, count);
      case short[] values -> chunk.asShortBuffer().get(values, to, count);
      case byte[] values -> chunk.get(values, to, count);
      default -> throw new IllegalArgumentException("not an array of elements: " + elements);
    }
  }
}
