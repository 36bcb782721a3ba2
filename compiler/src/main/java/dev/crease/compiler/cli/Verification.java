package dev.crease.compiler.cli;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.verify.Budget;
import dev.crease.compiler.verify.Difference;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.compiler.verify.LocalReport;
import dev.crease.compiler.verify.LocalVerification;
import dev.crease.compiler.verify.StorageRounding;
import dev.crease.compiler.verify.Verdict;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The judgement on an engine by the reference semantics of a graph.
final class Verification {
  /// One output of one run.
  ///
  /// @param ofBudget the share of the user's budget that it takes; empty if there is none
  record Judgement(String run, String output, Comparison comparison, Optional<Double> ofBudget) {
    /// Whether the budget allows it, or the bound where there is none.
    boolean agrees() {
      return ofBudget.map(share -> share <= 1).orElseGet(comparison::agrees);
    }

    private String verdict() {
      if (!agrees()) {
        return Verdict.WRONG.toString();
      }
      return ofBudget.isPresent() ? Verdict.WITHIN_BUDGET.toString() : "OK";
    }

    @Override
    public String toString() {
      String budget =
          ofBudget.map(share -> ", %s of the budget".formatted(Difference.share(share))).orElse("");
      return "%s, %s: %s%s, %s".formatted(output, run, comparison, budget, verdict());
    }
  }

  private final Engine.Reference reference;
  private final Optional<Budget> budget;
  private final List<Judgement> judgements = new ArrayList<>();

  /// @param graph before any rewrite
  /// @param budget what the user accepts
  Verification(Graph graph, Optional<Budget> budget) {
    reference = new Engine.Reference(graph);
    this.budget = budget;
  }

  /// @throws InputException if the engine takes other inputs or gives other outputs than the graph
  void requireSamePorts(Engine engine) {
    requireSame("input", required(reference), required(engine));
    requireSame("output", names(reference.outputs()), names(engine.outputs()));
    Map<String, TensorInfo> own =
        reference.inputs().stream().collect(Collectors.toMap(TensorInfo::name, info -> info));
    for (TensorInfo input : engine.inputs()) {
      TensorInfo expected = own.get(input.name());
      if (expected != null && !fits(expected, input)) {
        throw new InputException(
            "the plan belongs to another model: its input is %s, the model's is %s"
                .formatted(input, expected));
      }
    }
  }

  /// Whether types, ranks and the dimensions that both know are equal.
  private static boolean fits(TensorInfo model, TensorInfo plan) {
    boolean fits =
        model.type() == plan.type() && model.dimensions().size() == plan.dimensions().size();
    for (int i = 0; fits && i < model.dimensions().size(); i++) {
      String a = model.dimensions().get(i);
      String b = plan.dimensions().get(i);
      boolean numbers =
          a.chars().allMatch(Character::isDigit) && b.chars().allMatch(Character::isDigit);
      fits = !numbers || a.equals(b);
    }
    return fits;
  }

  private static Set<String> required(Engine engine) {
    return names(engine.inputs().stream().filter(input -> !input.optional()).toList());
  }

  private static Set<String> names(List<TensorInfo> infos) {
    return infos.stream().map(TensorInfo::name).collect(Collectors.toSet());
  }

  private static void requireSame(String kind, Set<String> model, Set<String> plan) {
    if (!model.equals(plan)) {
      throw new InputException(
          "the plan belongs to another model: its %ss are %s, the model's are %s"
              .formatted(kind, new TreeSet<>(plan), new TreeSet<>(model)));
    }
  }

  /// Runs both on the same inputs.
  ///
  /// @param engine of the [same inputs and outputs][#requireSamePorts]
  void judge(Engine engine, Map<String, Tensor> inputs, String run) {
    judge(engine, inputs, run, (_, _) -> {});
  }

  /// As [#judge(Engine, Map, String)], with every node's results shown to `listener`.
  void judge(Engine engine, Map<String, Tensor> inputs, String run, Interpreter.Listener listener) {
    compare(engine, inputs, run, reference.unrounded(reference.exact(inputs), inputs, listener));
  }

  /// Judges the rewrites alone, on what the reference computes.
  LocalReport judge(Map<String, Tensor> inputs, LocalVerification local) {
    Map<String, DoubleTensor> exact = reference.exact(inputs);
    local.start(exact);
    reference.unrounded(exact, inputs, local);
    return local.finish();
  }

  /// As [#judge], and judges the rewrites on what the reference computes on the way.
  LocalReport judge(
      Engine engine, Map<String, Tensor> inputs, String run, LocalVerification local) {
    Map<String, DoubleTensor> exact = reference.exact(inputs);
    local.start(exact);
    compare(engine, inputs, run, reference.unrounded(exact, inputs, local));
    return local.finish();
  }

  private void compare(
      Engine engine, Map<String, Tensor> inputs, String run, Map<String, DoubleTensor> expected) {
    Map<String, Tensor> actual = engine.run(inputs);
    Map<String, Double> ofStorage = ofStorage(expected, actual, inputs);
    for (Map.Entry<String, DoubleTensor> entry : expected.entrySet()) {
      Tensor output = output(actual, entry.getKey());
      Comparison comparison =
          compare(entry.getValue(), output, ofStorage.getOrDefault(entry.getKey(), 0.0));
      Optional<Double> ofBudget =
          budget.map(given -> share(given, entry.getValue(), output, comparison));
      judgements.add(new Judgement(run, entry.getKey(), comparison, ofBudget));
    }
  }

  private static Tensor output(Map<String, Tensor> actual, String name) {
    return Objects.requireNonNull(actual.get(name));
  }

  /// What storing values on the way may come to, for each output; empty if no output needs it.
  private Map<String, Double> ofStorage(
      Map<String, DoubleTensor> expected, Map<String, Tensor> actual, Map<String, Tensor> inputs) {
    boolean allAgree =
        expected.entrySet().stream()
            .map(entry -> compare(entry.getValue(), output(actual, entry.getKey()), 0))
            .allMatch(comparison -> comparison.agrees() || comparison.problem().isPresent());
    return allAgree
        ? Map.of()
        : StorageRounding.of(reference.graph(), reference.exact(inputs), expected);
  }

  private static double share(
      Budget budget, DoubleTensor expected, Tensor actual, Comparison comparison) {
    if (comparison.problem().isPresent()) {
      return Double.POSITIVE_INFINITY;
    }
    return expected.type().isFloating() ? budget.share(expected, DoubleTensor.of(actual)) : 0;
  }

  /// @param ofStorage how far elements may be off since values on the way are stored
  private static Comparison compare(DoubleTensor expected, Tensor actual, double ofStorage) {
    Tensor rounded =
        Tensor.of(
            expected.type(),
            Elements.fromDoubles(expected.type(), expected.data()),
            expected.shape());
    Comparison comparison = Comparison.of(rounded, actual);
    if (comparison.problem().isPresent() || !expected.type().isFloating()) {
      return comparison;
    }
    double[] elements = Elements.toDoubles(actual.type(), actual.array());
    return Comparison.of(expected.type(), expected.data(), elements, ofStorage);
  }

  List<Judgement> judgements() {
    return judgements;
  }

  List<String> lines() {
    return judgements.stream().map(Judgement::toString).toList();
  }

  boolean agrees() {
    return judgements.stream().allMatch(Judgement::agrees);
  }
}
