package dev.crease.compiler.frontend.onnx;

import dev.crease.grammar.onnx.TensorProto.DataType;

/// The format's names for element types, those among them that Crease does not have.
final class DataTypes {
  private DataTypes() {}

  /// The format's name of the type: `FLOAT8E5M2`, or `type 99` for a number without a name.
  static String name(int number) {
    DataType type = DataType.forNumber(number);
    return type == null ? "type " + number : type.name();
  }
}
