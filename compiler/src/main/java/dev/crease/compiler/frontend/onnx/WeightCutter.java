package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Copies a serialized model without its weights: each `raw_data` of a tensor is left out, and the
/// tensor's `segment` field, which the format reserves and no file uses, says where in the file its
/// bytes are.
///
/// What remains is small, whatever the size of the file, and is parsed in the ordinary way. The
/// walk also finds where a file is damaged, which the parser cannot tell.
final class WeightCutter {
  /// Messages within messages; a file of this format needs three levels for each subgraph.
  private static final int MAX_DEPTH = 100;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  /// Messages that hold tensors, directly or further in.
  private enum Kind {
    MODEL("ModelProto"),
    GRAPH("GraphProto"),
    NODE("NodeProto"),
    ATTRIBUTE("AttributeProto"),
    FUNCTION("FunctionProto"),
    SPARSE_TENSOR("SparseTensorProto"),
    TENSOR("TensorProto"),
    SEQUENCE("SequenceProto"),
    OPTIONAL("OptionalProto");

    private final String message;

    Kind(String message) {
      this.message = message;
    }

    /// What the field holds, if that has to be searched for tensors in turn.
    @Nullable Kind child(int field) {
      return switch (this) {
        case MODEL -> field == 7 ? GRAPH : field == 25 ? FUNCTION : null;
        case GRAPH -> field == 1 ? NODE : field == 5 ? TENSOR : field == 15 ? SPARSE_TENSOR : null;
        case NODE -> field == 5 ? ATTRIBUTE : null;
        case FUNCTION -> field == 7 ? NODE : field == 11 ? ATTRIBUTE : null;
        case ATTRIBUTE ->
            switch (field) {
              case 5, 10 -> TENSOR;
              case 6, 11 -> GRAPH;
              case 22, 23 -> SPARSE_TENSOR;
              default -> null;
            };
        case SPARSE_TENSOR -> field == 1 || field == 2 ? TENSOR : null;
        case SEQUENCE -> field == 3 ? TENSOR : null;
        case OPTIONAL -> field == 3 ? TENSOR : field == 5 ? SEQUENCE : null;
        case TENSOR -> null;
      };
    }

    boolean isCut(int field) {
      return this == TENSOR && field == 9;
    }

    /// A model's training graphs, which nothing reads.
    boolean isDropped(int field) {
      return this == MODEL && field == 20;
    }

    boolean isReserved(int field) {
      return this == TENSOR && field == 3;
    }
  }

  private final String file;
  private final MemorySegment bytes;

  private WeightCutter(String file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /// The serialized ModelProto in `bytes` without its weights.
  ///
  /// @param file the file's name, for messages
  /// @throws InvalidModelException if the bytes are not a message of this format
  /// @throws UnsupportedModelException if more than 2 GiB remain
  static byte[] cutModel(String file, MemorySegment bytes) {
    return new WeightCutter(file, bytes).cut(Kind.MODEL);
  }

  /// The serialized TensorProto in `bytes` without its weights.
  static byte[] cutTensor(String file, MemorySegment bytes) {
    return new WeightCutter(file, bytes).cut(Kind.TENSOR);
  }

  /// The serialized SequenceProto in `bytes` without the weights of its tensors.
  static byte[] cutSequence(String file, MemorySegment bytes) {
    return new WeightCutter(file, bytes).cut(Kind.SEQUENCE);
  }

  /// The serialized OptionalProto in `bytes` without the weights of its tensors.
  static byte[] cutOptional(String file, MemorySegment bytes) {
    return new WeightCutter(file, bytes).cut(Kind.OPTIONAL);
  }

  private byte[] cut(Kind kind) {
    return copy(kind, 0, bytes.byteSize(), 0).toByteArray();
  }

  private ByteArrayOutputStream copy(Kind kind, long begin, long end, int depth) {
    if (depth > MAX_DEPTH) {
      throw damaged(begin, "graphs are nested more than " + MAX_DEPTH + " messages deep");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long at = begin;
    while (at < end) {
      long start = at;
      long tag = varint(at, end);
      at += varintLength(at);
      int field = (int) (tag >>> 3);
      if (tag >>> 3 == 0 || tag >>> 3 >= 1 << 29) {
        throw damaged(start, "%s cannot have a field %d".formatted(kind.message, tag >>> 3));
      }
      if (kind.isReserved(field)) {
        throw new UnsupportedModelException(
            List.of(
                "%s: a tensor is stored in segments (byte %d), which is not supported; store it"
                        .formatted(file, start)
                    + " whole or as external data"));
      }
      int wire = (int) (tag & 7);
      long size = size(kind, field, wire, at, end);
      long payload = wire == BYTES ? at + varintLength(at) : at;
      long next = payload + size;
      Kind child = wire == BYTES ? kind.child(field) : null;
      if (child != null) {
        ByteArrayOutputStream inner = copy(child, payload, next, depth + 1);
        writeVarint(out, tag);
        writeVarint(out, inner.size());
        append(out, inner);
      } else if (wire == BYTES && kind.isCut(field)) {
        writePlace(out, payload, next);
      } else if (!kind.isDropped(field)) {
        append(out, start, next);
      }
      at = next;
    }
    return out;
  }

  /// Bytes of the field's payload.
  private long size(Kind kind, int field, int wire, long at, long end) {
    long size =
        switch (wire) {
          case VARINT -> {
            varint(at, end);
            yield varintLength(at);
          }
          case FIXED64 -> 8;
          case FIXED32 -> 4;
          case BYTES -> varint(at, end);
          default ->
              throw damaged(
                  at, "field %d of %s has no valid encoding".formatted(field, kind.message));
        };
    long payload = wire == BYTES ? at + varintLength(at) : at;
    if (size < 0 || size > end - payload) {
      throw damaged(
          at,
          "field %d of %s needs %s bytes, %d are left"
              .formatted(field, kind.message, Long.toUnsignedString(size), end - payload));
    }
    return size;
  }

  private long varint(long at, long end) {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      long place = at + shift / 7;
      if (place >= end) {
        throw damaged(place, "the data end within a number");
      }
      byte part = bytes.get(ValueLayout.JAVA_BYTE, place);
      value |= (part & 0x7fL) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw damaged(at, "a number has more than ten bytes");
  }

  /// Bytes of a number that [#varint] has read.
  private int varintLength(long at) {
    int length = 1;
    while (bytes.get(ValueLayout.JAVA_BYTE, at + length - 1) < 0) {
      length++;
    }
    return length;
  }

  /// A `segment` field with the fields `begin` and `end`.
  private static void writePlace(ByteArrayOutputStream out, long begin, long end) {
    ByteArrayOutputStream place = new ByteArrayOutputStream();
    writeVarint(place, 1 << 3 | VARINT);
    writeVarint(place, begin);
    writeVarint(place, 2 << 3 | VARINT);
    writeVarint(place, end);
    writeVarint(out, 3 << 3 | BYTES);
    writeVarint(out, place.size());
    out.writeBytes(place.toByteArray());
  }

  private static void writeVarint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private void append(ByteArrayOutputStream out, ByteArrayOutputStream inner) {
    checkRoom(out, inner.size());
    out.writeBytes(inner.toByteArray());
  }

  private void append(ByteArrayOutputStream out, long begin, long end) {
    checkRoom(out, end - begin);
    out.writeBytes(bytes.asSlice(begin, end - begin).toArray(ValueLayout.JAVA_BYTE));
  }

  private void checkRoom(ByteArrayOutputStream out, long more) {
    if (out.size() + more > Integer.MAX_VALUE - 64) {
      throw new UnsupportedModelException(
          List.of(
              file
                  + ": more than 2 GiB besides raw tensor data; export the model with external"
                  + " data"));
    }
  }

  private InvalidModelException damaged(long at, String what) {
    return new InvalidModelException(
        "%s is not an ONNX file, or is damaged, at byte %d of %d: %s"
            .formatted(file, at, bytes.byteSize(), what));
  }
}
