package dev.crease.runtime;

/// A run that cannot go on with the values it was given or has computed: an index is out of range,
/// an integer is divided by zero. The message names the instruction and what it computes.
public final class InvalidDataException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public InvalidDataException(String message) {
    super(message);
  }

  public InvalidDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
