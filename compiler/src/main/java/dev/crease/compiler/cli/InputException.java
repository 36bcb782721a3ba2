package dev.crease.compiler.cli;

/// A file or a value that the user gave is not what it must be: exit code 3. The message says what,
/// where, expected, got, and what to do.
final class InputException extends RuntimeException {
  private static final long serialVersionUID = 1;

  InputException(String message) {
    super(message);
  }

  InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
