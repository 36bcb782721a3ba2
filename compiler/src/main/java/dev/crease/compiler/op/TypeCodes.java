package dev.crease.compiler.op;

import dev.crease.compiler.ir.Attributes;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// The numbers that ONNX gives element types (`TensorProto.DataType`), as files and attributes such
/// as `Cast.to` hold them.
public final class TypeCodes {
  private TypeCodes() {}

  public static int code(ElementType type) {
    return switch (type) {
      case FLOAT32 -> 1;
      case UINT8 -> 2;
      case INT8 -> 3;
      case UINT16 -> 4;
      case INT16 -> 5;
      case INT32 -> 6;
      case INT64 -> 7;
      case STRING -> 8;
      case BOOL -> 9;
      case FLOAT16 -> 10;
      case FLOAT64 -> 11;
      case UINT32 -> 12;
      case UINT64 -> 13;
      case BFLOAT16 -> 16;
    };
  }

  /// The type that an attribute names.
  ///
  /// @throws UnsupportedNodeException if it is none of `types`
  public static ElementType required(Attributes attributes, String name, Set<ElementType> types) {
    long code = attributes.integer(name);
    return type(code)
        .filter(types::contains)
        .orElseThrow(
            () ->
                new UnsupportedNodeException(
                    "%s is the element type number %d, which is not supported, only %s"
                        .formatted(name, code, types)));
  }

  /// As [#required], empty if the attribute is left out.
  public static Optional<ElementType> optional(
      Attributes attributes, String name, Set<ElementType> types) {
    return attributes.has(name) ? Optional.of(required(attributes, name, types)) : Optional.empty();
  }

  /// The type of this number, empty if there is none or Crease does not have it.
  public static Optional<ElementType> type(long code) {
    return Arrays.stream(ElementType.values()).filter(type -> code(type) == code).findFirst();
  }
}
