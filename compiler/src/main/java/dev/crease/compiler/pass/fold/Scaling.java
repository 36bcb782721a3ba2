package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Magnitudes;
import dev.crease.compiler.ir.Stretches;
import java.util.Optional;

/// The weights of a linear operator, each times the factor of its channel.
///
/// @param channel which of the two channels that a weight leads between
record Scaling(double[] factors, Weights.Channel channel) {
  /// The scaled weights of `linear`.
  Constant of(LinearOperator linear) {
    Weights walk = linear.walk();
    Constant weights = linear.weights();
    return Constant.streamed(
        linear.element(),
        weights.dims(),
        () -> {
          Stretches given = weights.stretches();
          return (from, count, into) -> {
            given.read(from, count, into);
            walk.scale(from, count, into, factors, channel);
          };
        },
        () -> weights.magnitudes().times(Magnitudes.of(factors)));
  }

  /// Why they cannot be stored, if they cannot. They are looked at one by one only where the bounds
  /// of weights and factors leave a doubt.
  Optional<String> defect(LinearOperator linear, StoredRange range) {
    Constant scaled = of(linear);
    Magnitudes bounds = scaled.magnitudes();
    boolean certain = bounds.largest() < range.overflow() && bounds.least() >= range.subnormal();
    return certain
        ? Optional.empty()
        : range.defect(
            "a folded weight", linear.weights()::doubles, scaled::doubles, linear.walk()::outputOf);
  }
}
