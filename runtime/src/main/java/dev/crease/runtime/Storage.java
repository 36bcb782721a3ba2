package dev.crease.runtime;

/// The kind of Java array that holds a tensor's elements; the runtime has one arena for each.
public enum Storage {
  /// `float[]`
  FLOAT,
  /// `double[]`
  DOUBLE,
  /// `int[]`
  INT,
  /// `long[]`
  LONG,
  /// `short[]`: 16-bit integers, and the bits of float16 and bfloat16
  SHORT,
  /// `byte[]`: 8-bit integers, and booleans as 0 and 1
  BYTE,
  /// `String[]`
  OBJECT;

  /// A new array of this kind with `length` zeros (or empty strings).
  public Object allocate(int length) {
    return switch (this) {
      case FLOAT -> new float[length];
      case DOUBLE -> new double[length];
      case INT -> new int[length];
      case LONG -> new long[length];
      case SHORT -> new short[length];
      case BYTE -> new byte[length];
      case OBJECT -> {
        String[] strings = new String[length];
        java.util.Arrays.fill(strings, "");
        yield strings;
      }
    };
  }
}
