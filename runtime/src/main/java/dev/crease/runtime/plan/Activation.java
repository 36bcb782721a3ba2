package dev.crease.runtime.plan;

/// A scalar function applied to a result before it is stored: `function(x; alpha, beta)`.
public record Activation(UnaryFunction function, float alpha, float beta) {
  public static final Activation NONE = new Activation(UnaryFunction.IDENTITY, 0, 0);
}
