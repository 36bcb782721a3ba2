package dev.crease.compiler.verify.certificate;

/// Something that the normal form cannot express; the message says what.
final class NotCoveredException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotCoveredException(String message) {
    super(message);
  }
}
