package dev.crease.compiler.op;

import dev.crease.runtime.ElementType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// The numbers that ONNX gives element types (`TensorProto.DataType`), as attributes such as
/// `Cast.to` hold them.
public final class TypeCodes {
  private static final Map<ElementType, Integer> CODES =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(ElementType.FLOAT32, 1),
              Map.entry(ElementType.UINT8, 2),
              Map.entry(ElementType.INT8, 3),
              Map.entry(ElementType.UINT16, 4),
              Map.entry(ElementType.INT16, 5),
              Map.entry(ElementType.INT32, 6),
              Map.entry(ElementType.INT64, 7),
              Map.entry(ElementType.STRING, 8),
              Map.entry(ElementType.BOOL, 9),
              Map.entry(ElementType.FLOAT16, 10),
              Map.entry(ElementType.FLOAT64, 11),
              Map.entry(ElementType.UINT32, 12),
              Map.entry(ElementType.UINT64, 13),
              Map.entry(ElementType.BFLOAT16, 16)));

  private TypeCodes() {}

  public static int code(ElementType type) {
    return CODES.getOrDefault(type, 0);
  }

  /// The type of this number, empty if there is none or Crease does not have it.
  public static Optional<ElementType> type(long code) {
    return CODES.entrySet().stream()
        .filter(entry -> entry.getValue() == code)
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
