package dev.crease.compiler.cli;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.verify.LocalReport;
import dev.crease.compiler.verify.LocalVerification;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The judgement on an engine by the reference semantics of a graph.
final class Verification {
  /// One output of one run.
  record Judgement(String run, String output, Comparison comparison) {
    @Override
    public String toString() {
      return "%s, %s: %s, %s".formatted(output, run, comparison, comparison.verdict());
    }
  }

  private final Engine.Reference reference;
  private final List<Judgement> judgements = new ArrayList<>();

  /// @param graph before any rewrite
  Verification(Graph graph) {
    reference = new Engine.Reference(graph);
  }

  /// @throws InputException if the engine takes other inputs or gives other outputs than the graph
  void requireSamePorts(Engine engine) {
    requireSame("input", required(reference), required(engine));
    requireSame("output", Set.copyOf(reference.outputs()), Set.copyOf(engine.outputs()));
  }

  private static Set<String> required(Engine engine) {
    return engine.inputs().stream()
        .filter(input -> !input.optional())
        .map(TensorInfo::name)
        .collect(Collectors.toSet());
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
    compare(engine, inputs, run, reference.evaluate(inputs));
  }

  /// As [#judge], and judges the rewrites on what the reference computes on the way.
  LocalReport judge(
      Engine engine, Map<String, Tensor> inputs, String run, LocalVerification local) {
    Map<String, DoubleTensor> exact = Engine.Reference.exact(inputs);
    local.start(exact);
    compare(engine, inputs, run, reference.evaluate(exact, inputs, local));
    return local.finish();
  }

  private void compare(
      Engine engine, Map<String, Tensor> inputs, String run, Map<String, DoubleTensor> expected) {
    Map<String, Tensor> actual = engine.run(inputs);
    for (Map.Entry<String, DoubleTensor> entry : expected.entrySet()) {
      Tensor output = Objects.requireNonNull(actual.get(entry.getKey()));
      Comparison comparison = compare(entry.getValue(), output);
      judgements.add(new Judgement(run, entry.getKey(), comparison));
    }
  }

  private static Comparison compare(DoubleTensor expected, Tensor actual) {
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
    return Comparison.of(expected.type(), expected.data(), elements);
  }

  List<Judgement> judgements() {
    return judgements;
  }

  List<String> lines() {
    return judgements.stream().map(Judgement::toString).toList();
  }

  boolean agrees() {
    return judgements.stream().allMatch(judgement -> judgement.comparison().agrees());
  }
}
