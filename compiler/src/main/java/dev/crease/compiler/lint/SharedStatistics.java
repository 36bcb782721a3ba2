package dev.crease.compiler.lint;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.recurrent.Recurrent;
import dev.crease.compiler.op.tensor.Flatten;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.compiler.op.tensor.Squeeze;
import dev.crease.compiler.op.tensor.Transpose;
import dev.crease.compiler.op.tensor.Unsqueeze;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One set of statistics for what is not one distribution: a normalization in a branch, of the
/// steps of a recurrent operator, or, in training mode, over an axis of any length.
final class SharedStatistics implements LintRule {
  private static final int MAX_STEPS = 8;

  @Override
  public String id() {
    return "shared-statistics";
  }

  @Override
  public List<Finding> check(LintedModel model) {
    List<Finding> findings = new ArrayList<>();
    for (Normalization norm : model.normalizations()) {
      norm.around()
          .ifPresent(
              node ->
                  findings.add(
                      new Finding(
                          id(),
                          Severity.INFO,
                          norm.label(),
                          "it stands in a body of " + node.label(),
                          "its statistics are those of the runs that came there in training, and"
                              + " may not fit the runs that come there now",
                          "check how often the body ran in training; normalize before or behind"
                              + " it")));
      recurrent(norm)
          .ifPresent(
              node ->
                  findings.add(
                      new Finding(
                          id(),
                          Severity.INFO,
                          norm.label(),
                          "it normalizes the states of " + node.label(),
                          "all steps share one set of statistics, though the first steps of a"
                              + " sequence are distributed otherwise",
                          "normalize over features (LayerNormalization) where steps differ")));
      anyLength(norm)
          .ifPresent(
              dim ->
                  findings.add(
                      new Finding(
                          id(),
                          Severity.WARNING,
                          norm.label(),
                          "in training mode it takes statistics over `%s`, which has any length"
                              .formatted(dim),
                          "padding counts as data, so a result changes with the length that the"
                              + " batch is padded to",
                          "export the model in evaluation mode")));
    }
    return findings;
  }

  /// The recurrent operator whose states it reads, through operators that only move elements.
  private static Optional<Node> recurrent(Normalization norm) {
    Optional<Node> node = norm.graph().producer(norm.node().input(0));
    for (int step = 0; step < MAX_STEPS && node.isPresent(); step++) {
      if (node.get().op() instanceof Recurrent) {
        return node;
      }
      node = node.filter(SharedStatistics::moves).flatMap(n -> norm.graph().producer(n.input(0)));
    }
    return Optional.empty();
  }

  private static boolean moves(Node node) {
    return switch (node.op()) {
      case Reshape _, Flatten _, Squeeze _, Unsqueeze _, Transpose _, Identity _ -> true;
      default -> false;
    };
  }

  private static Optional<Dim> anyLength(Normalization norm) {
    TensorType x = norm.node().input(0).type();
    return norm.op().trainingMode()
        ? x.dims().stream().skip(2).filter(dim -> !dim.isKnown()).findFirst()
        : Optional.empty();
  }
}
