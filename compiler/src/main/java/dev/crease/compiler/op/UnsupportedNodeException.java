package dev.crease.compiler.op;

/// A valid node that cannot be lowered yet. The lowering adds node, operator and operator set, and
/// reports all of a model's at once.
public final class UnsupportedNodeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// @param message what is not supported and the nearest thing that is
  public UnsupportedNodeException(String message) {
    super(message);
  }
}
