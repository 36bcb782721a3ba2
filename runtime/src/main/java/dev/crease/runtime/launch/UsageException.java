package dev.crease.runtime.launch;

/// A command line that is wrong; the message says what to give instead.
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UsageException(String message) {
    super(message);
  }
}
