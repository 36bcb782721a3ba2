package dev.crease.compiler.lint;

import dev.crease.compiler.ir.Graph;
import java.util.List;
import java.util.Set;

/// The one table of rules.
public final class Lint {
  private static final List<LintRule> RULES =
      List.of(
          new InvalidStatistics(),
          new SmallBatch(),
          new TrainingMode(),
          new DefaultStatistics(),
          new TinyVariance(),
          new LargeMean(),
          new ScaleSpread(),
          new DeadChannels(),
          new SaturatedActivation(),
          new MixedEpsilon(),
          new MomentumConvention(),
          new SharedStatistics(),
          new Float16Range(),
          new SubnormalWeights());

  private Lint() {}

  /// The ids of all rules, in order.
  public static List<String> ids() {
    return RULES.stream().map(LintRule::id).toList();
  }

  /// What all rules but the `disabled` ones find.
  public static List<Finding> check(Graph graph, Set<String> disabled) {
    LintedModel model = LintedModel.of(graph);
    return RULES.stream()
        .filter(rule -> !disabled.contains(rule.id()))
        .flatMap(rule -> rule.check(model).stream())
        .toList();
  }
}
