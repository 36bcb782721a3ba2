package dev.crease.compiler.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Normalizations of one model whose epsilons differ by a factor of 10 or more, as 1e-3
/// (TensorFlow) and 1e-5 (PyTorch) do.
final class MixedEpsilon implements LintRule {
  /// Of ten, less what writing them in float32 costs.
  private static final double FACTOR = 9.99;

  @Override
  public String id() {
    return "mixed-epsilon";
  }

  @Override
  public List<Finding> check(LintedModel model) {
    Map<Float, List<String>> labels = new TreeMap<>();
    for (Normalization norm : model.normalizations()) {
      labels.computeIfAbsent(norm.op().epsilon(), _ -> new ArrayList<>()).add(norm.label());
    }
    List<Float> epsilons = List.copyOf(labels.keySet());
    boolean mixed =
        epsilons.size() > 1 && epsilons.getLast().doubleValue() >= FACTOR * epsilons.getFirst();
    if (!mixed) {
      return List.of();
    }
    List<String> groups = new ArrayList<>();
    labels.forEach(
        (epsilon, nodes) ->
            groups.add(
                "%s in %d (%s%s)"
                    .formatted(
                        epsilon, nodes.size(), nodes.getFirst(), nodes.size() > 1 ? ", ..." : "")));
    return List.of(
        new Finding(
            id(),
            Severity.WARNING,
            Finding.MODEL,
            "epsilon is " + String.join(", ", groups),
            "an epsilon other than that of the training changes every channel whose variance is not"
                + " far above it",
            "check that each part was exported with the epsilon it was trained with"));
  }
}
