package dev.crease.compiler.lint;

import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.math.Elementwise;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `Sigmoid(bn(x))` or `Tanh(bn(x))` with `|bias| - 3 |scale|` beyond where the function is flat:
/// nearly all normalized inputs are mapped to the same number.
final class SaturatedActivation implements LintRule {
  /// `1 - Sigmoid(8) = 3.4e-4`.
  private static final double SIGMOID_FLAT = 8;

  /// `Tanh(x) = 2 Sigmoid(2 x) - 1`.
  private static final double TANH_FLAT = SIGMOID_FLAT / 2;

  private static final double DEVIATIONS = 3;

  @Override
  public String id() {
    return "saturated-activation";
  }

  @Override
  public List<Finding> check(LintedModel model) {
    List<Finding> findings = new ArrayList<>();
    for (Normalization norm : model.normalizations()) {
      if (norm.scale().isEmpty() || norm.bias().isEmpty()) {
        continue;
      }
      double[] scale = norm.scale().get();
      double[] bias = norm.bias().get();
      for (Node reader : norm.graph().consumers(norm.node().output())) {
        Optional<Double> flat = flat(reader);
        flat.flatMap(
                limit ->
                    Normalization.channels(
                        bias, c -> Math.abs(bias[c]) - DEVIATIONS * Math.abs(scale[c]) > limit))
            .ifPresent(
                channels ->
                    findings.add(
                        new Finding(
                            id(),
                            Severity.WARNING,
                            norm.label(),
                            "%s is flat at |bias| - 3 |scale| in %s"
                                .formatted(reader.label(), channels),
                            "nearly every input gives the same number: the channels carry nothing"
                                + " and do not train",
                            "prune the channels, or look for a training that diverged")));
      }
    }
    return findings;
  }

  /// From which size of its operand on the function hardly changes.
  private static Optional<Double> flat(Node reader) {
    if (!(reader.op() instanceof Elementwise(var function))) {
      return Optional.empty();
    }
    return switch (function) {
      case SIGMOID -> Optional.of(SIGMOID_FLAT);
      case TANH -> Optional.of(TANH_FLAT);
      default -> Optional.empty();
    };
  }
}
