package dev.crease.compiler.ir;

import org.jspecify.annotations.Nullable;

/// An operator was given operands or attributes that its specification forbids. Readers turn it
/// into an [dev.crease.compiler.InvalidModelException] that names the node and the file.
public sealed class InvalidOperandException extends RuntimeException
    permits InexactIntegerException {
  private static final long serialVersionUID = 1;

  /// @param message what rule is broken, what was expected and what was given
  public InvalidOperandException(String message) {
    super(message);
  }

  public InvalidOperandException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// The same, with where it happened.
  public InvalidOperandException at(String place) {
    return new InvalidOperandException(place + ": " + getMessage(), this);
  }
}
