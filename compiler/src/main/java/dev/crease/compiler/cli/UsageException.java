package dev.crease.compiler.cli;

/// An option has a value that no file could make right: exit code 2. The message names the option
/// and says what to give.
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
