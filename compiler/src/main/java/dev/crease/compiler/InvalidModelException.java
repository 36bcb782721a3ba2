package dev.crease.compiler;

/// The user's model breaks a rule. The message says which file and node, which rule, what was
/// expected and given, and what to do.
public final class InvalidModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public InvalidModelException(String message) {
    super(message);
  }

  public InvalidModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
