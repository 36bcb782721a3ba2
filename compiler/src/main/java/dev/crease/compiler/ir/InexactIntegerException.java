package dev.crease.compiler.ir;

import org.jspecify.annotations.Nullable;

/// An integer of 64 bits that a double does not hold, or may have rounded on the way: the double
/// interpreter is exact up to 2^53 only. The model may be right all the same.
public final class InexactIntegerException extends InvalidOperandException {
  private static final long serialVersionUID = 1;

  /// @param what has such an integer, as the beginning of a sentence
  public InexactIntegerException(String what) {
    this(what + ", but the double interpreter is exact up to 2^53 only", null);
  }

  private InexactIntegerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public InexactIntegerException at(String place) {
    return new InexactIntegerException(place + ": " + getMessage(), this);
  }
}
