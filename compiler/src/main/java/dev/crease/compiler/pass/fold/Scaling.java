package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/// The weights of a linear operator, each times the factor of its channel.
///
/// @param channel which of the two channels that a weight leads between
record Scaling(double[] factors, Weights.Channel channel) {
  /// The scaled weights of `linear`, computed when they are asked for.
  Supplier<double[]> of(LinearOperator linear) {
    Weights walk = linear.walk();
    Constant weights = linear.weights();
    return () -> walk.scaled(weights.doubles(), factors, channel);
  }

  /// Why they cannot be stored, if they cannot. They are looked at one by one only where the
  /// largest weight and the largest factor leave a doubt.
  Optional<String> defect(LinearOperator linear, StoredRange range) {
    double growth = Arrays.stream(factors).map(Math::abs).max().orElse(0);
    boolean certain =
        range.subnormal() == 0 && linear.weights().largestMagnitude() * growth < range.overflow();
    return certain
        ? Optional.empty()
        : range.defect(
            "a folded weight", linear.weights()::doubles, of(linear), linear.walk()::outputOf);
  }
}
