package dev.crease.compiler.frontend.onnx;

import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.runtime.ElementType;
import java.util.Optional;

/// The format's numbers for element types.
final class DataTypes {
  private DataTypes() {}

  /// The element type of this number; empty for one that is not supported or does not exist.
  static Optional<ElementType> element(int number) {
    DataType type = DataType.forNumber(number);
    if (type == null) {
      return Optional.empty();
    }
    return switch (type) {
      case FLOAT -> Optional.of(ElementType.FLOAT32);
      case DOUBLE -> Optional.of(ElementType.FLOAT64);
      case FLOAT16 -> Optional.of(ElementType.FLOAT16);
      case BFLOAT16 -> Optional.of(ElementType.BFLOAT16);
      case INT8 -> Optional.of(ElementType.INT8);
      case INT16 -> Optional.of(ElementType.INT16);
      case INT32 -> Optional.of(ElementType.INT32);
      case INT64 -> Optional.of(ElementType.INT64);
      case UINT8 -> Optional.of(ElementType.UINT8);
      case UINT16 -> Optional.of(ElementType.UINT16);
      case UINT32 -> Optional.of(ElementType.UINT32);
      case UINT64 -> Optional.of(ElementType.UINT64);
      case BOOL -> Optional.of(ElementType.BOOL);
      case STRING -> Optional.of(ElementType.STRING);
      case UNDEFINED,
          COMPLEX64,
          COMPLEX128,
          FLOAT8E4M3FN,
          FLOAT8E4M3FNUZ,
          FLOAT8E5M2,
          FLOAT8E5M2FNUZ,
          UINT4,
          INT4,
          FLOAT4E2M1,
          FLOAT8E8M0,
          UINT2,
          INT2 ->
          Optional.empty();
    };
  }

  static int number(ElementType element) {
    return switch (element) {
      case FLOAT32 -> DataType.FLOAT_VALUE;
      case FLOAT64 -> DataType.DOUBLE_VALUE;
      case FLOAT16 -> DataType.FLOAT16_VALUE;
      case BFLOAT16 -> DataType.BFLOAT16_VALUE;
      case INT8 -> DataType.INT8_VALUE;
      case INT16 -> DataType.INT16_VALUE;
      case INT32 -> DataType.INT32_VALUE;
      case INT64 -> DataType.INT64_VALUE;
      case UINT8 -> DataType.UINT8_VALUE;
      case UINT16 -> DataType.UINT16_VALUE;
      case UINT32 -> DataType.UINT32_VALUE;
      case UINT64 -> DataType.UINT64_VALUE;
      case BOOL -> DataType.BOOL_VALUE;
      case STRING -> DataType.STRING_VALUE;
    };
  }

  /// The format's name of the type: `FLOAT8E5M2`, or `type 99` for a number without a name.
  static String name(int number) {
    DataType type = DataType.forNumber(number);
    return type == null ? "type " + number : type.name();
  }
}
