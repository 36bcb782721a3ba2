package dev.crease.runtime;

/// A plan that cannot be trusted: damaged, truncated, not a plan at all, written by a newer
/// version, or contradicting itself. The message says what is wrong, where, what was expected, what
/// was found, and what to do.
public final class InvalidPlanException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public InvalidPlanException(String message) {
    super(message);
  }

  public InvalidPlanException(String message, Throwable cause) {
    super(message, cause);
  }
}
