package dev.crease.compiler;

/// A check of our own failed: the compiler is wrong, not the model. The message names the pass, the
/// node and where the graphs before and after were written.
public final class CompilerBugException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CompilerBugException(String message) {
    super(message);
  }

  public CompilerBugException(String message, Throwable cause) {
    super(message, cause);
  }
}
