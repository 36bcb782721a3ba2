package dev.crease.runtime;

/// The type of a tensor's elements: its name in the text form, its width, and the array that holds
/// it.
public enum ElementType {
  FLOAT32("f32", 4, Storage.FLOAT),
  FLOAT64("f64", 8, Storage.DOUBLE),
  FLOAT16("f16", 2, Storage.SHORT),
  BFLOAT16("bf16", 2, Storage.SHORT),
  INT8("i8", 1, Storage.BYTE),
  INT16("i16", 2, Storage.SHORT),
  INT32("i32", 4, Storage.INT),
  INT64("i64", 8, Storage.LONG),
  UINT8("u8", 1, Storage.BYTE),
  UINT16("u16", 2, Storage.SHORT),
  UINT32("u32", 4, Storage.INT),
  UINT64("u64", 8, Storage.LONG),
  BOOL("bool", 1, Storage.BYTE),
  STRING("string", 0, Storage.OBJECT);

  private final String text;
  private final int bytes;
  private final Storage storage;

  ElementType(String text, int bytes, Storage storage) {
    this.text = text;
    this.bytes = bytes;
    this.storage = storage;
  }

  /// The name in the text form, `f32` for [#FLOAT32].
  public String text() {
    return text;
  }

  /// Bytes of one element in a file; 0 for strings, whose length varies.
  public int bytes() {
    return bytes;
  }

  public Storage storage() {
    return storage;
  }

  public boolean isFloating() {
    return switch (this) {
      case FLOAT32, FLOAT64, FLOAT16, BFLOAT16 -> true;
      default -> false;
    };
  }

  public boolean isInteger() {
    return isSigned() || isUnsigned();
  }

  /// A signed integer type.
  public boolean isSigned() {
    return switch (this) {
      case INT8, INT16, INT32, INT64 -> true;
      default -> false;
    };
  }

  /// An unsigned integer type.
  public boolean isUnsigned() {
    return switch (this) {
      case UINT8, UINT16, UINT32, UINT64 -> true;
      default -> false;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
