package dev.crease.compiler.ir;

/// An operator was given operands or attributes that its specification forbids. Readers turn it
/// into an [dev.crease.compiler.InvalidModelException] that names the node and the file.
public final class InvalidOperandException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// @param message what rule is broken, what was expected and what was given
  public InvalidOperandException(String message) {
    super(message);
  }

  public InvalidOperandException(String message, Throwable cause) {
    super(message, cause);
  }
}
