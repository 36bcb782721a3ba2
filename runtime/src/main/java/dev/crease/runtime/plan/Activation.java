package dev.crease.runtime.plan;

import java.util.List;

/// A scalar function applied to a result before it is stored: `function(x; alpha, beta)`.
public record Activation(UnaryFunction function, float alpha, float beta) implements PostOp {
  public static final Activation NONE = new Activation(UnaryFunction.IDENTITY, 0, 0);

  /// All that there is to do if this is: nothing if it is [#NONE].
  public List<PostOp> postOps() {
    return equals(NONE) ? List.of() : List.of(this);
  }
}
