package dev.crease.compiler.verify.replay;

/// A log that cannot be replayed; the message says why.
final class ReplayException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ReplayException(String message) {
    super(message);
  }
}
