package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.verify.certificate.Finding;
import dev.crease.compiler.verify.replay.Replay;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Judges every rewrite, and every node that came out, on the values that a run of the original
/// graph computes.
///
/// It listens to that run. A check starts as soon as the values that it reads are there, on threads
/// of its own, and holds them no longer than it takes. Values that only a rewritten graph has come
/// from the rewrite that made them. Names tell which value is which: what a rewrite keeps keeps its
/// name.
public final class LocalVerification implements Interpreter.Listener, AutoCloseable {
  private final Graph original;
  private final List<Rewrite> rewrites;
  private final Function<Replacement, Finding> certificate;
  private final Graph optimized;
  private final long seed;
  private final Optional<Budget> budget;
  private final Pending pending;
  private final Map<Integer, RewriteFinding> found = new ConcurrentHashMap<>();
  private final Map<Integer, LayerFinding> layers = new ConcurrentHashMap<>();
  private final Set<String> madeLater = new HashSet<>();
  private final Map<String, Constant> folded = new HashMap<>();

  /// @param optimized what the rewrites made of `original`
  /// @param certificate tells what is known of a rewrite without any input
  /// @param threads how many checks run at a time
  /// @param seed of what is made up
  /// @param budget what the user accepts
  public LocalVerification(
      Graph original,
      List<Rewrite> rewrites,
      Graph optimized,
      GraphRunner runner,
      Function<Replacement, Finding> certificate,
      int threads,
      long seed,
      Optional<Budget> budget) {
    this.original = original;
    this.rewrites = List.copyOf(rewrites);
    this.certificate = certificate;
    this.optimized = optimized;
    this.seed = seed;
    this.budget = budget;
    this.pending = new Pending(threads);
    List<Rewrite> compared = new ArrayList<>();
    for (Rewrite rewrite : rewrites) {
      if (SameComputation.holds(rewrite.replacement())) {
        foundSame(rewrite);
      } else {
        compared.add(rewrite);
      }
    }
    List<Node> nodes = optimized.allNodes().filter(LayerCheck::isPossible).toList();
    findMadeLater(compared, nodes);
    rewrites.forEach(rewrite -> findFolded(rewrite.replacement()));
    compared.forEach(this::await);
    optimized.allGraphs().forEach(graph -> awaitLayers(graph, runner));
  }

  /// A proof is worth more than agreement wherever it was tried, but not than a difference; what is
  /// refuted can be no more than within budget.
  private void found(Rewrite rewrite, Verdict byNumbers, Difference difference) {
    Finding finding = certificate.apply(rewrite.replacement());
    boolean accepted = byNumbers != Verdict.NOT_REACHED && difference.isWithinBudget();
    Verdict verdict =
        switch (finding) {
          case Finding.Refuted _ -> accepted ? Verdict.WITHIN_BUDGET : Verdict.WRONG;
          case Finding.Proved _ when byNumbers.agrees() -> Verdict.PROVED;
          case Finding.Proved _, Finding.NotCovered _ -> byNumbers;
        };
    found.put(rewrite.number(), new RewriteFinding(rewrite, verdict, finding, difference));
  }

  /// To be the same is worth more than a proof.
  private void foundSame(Rewrite rewrite) {
    Finding finding = certificate.apply(rewrite.replacement());
    Verdict verdict = finding instanceof Finding.Refuted ? Verdict.WRONG : Verdict.BIT_IDENTICAL;
    found.put(rewrite.number(), new RewriteFinding(rewrite, verdict, finding, Difference.NONE));
  }

  /// Values that something reads, but the original graph does not compute.
  private void findMadeLater(List<Rewrite> compared, List<Node> nodes) {
    compared.forEach(rewrite -> madeLater.addAll(names(rewrite.replacement().before().inputs())));
    nodes.forEach(node -> madeLater.addAll(names(node.reads())));
    original.allValues().map(Value::name).forEach(madeLater::remove);
  }

  /// Values that became constants, which rewrites of the same sweep then read as such.
  private void findFolded(Replacement replacement) {
    for (int i = 0; i < replacement.before().outputs().size(); i++) {
      String name = replacement.before().outputs().get(i).name();
      Value image = replacement.after().outputs().get(i);
      replacement.after().constant(image).ifPresent(constant -> folded.put(name, constant));
    }
  }

  /// Whether an input of `before` is a constant to `after`, which does not read it.
  private boolean isFolded(Replacement replacement, Value input) {
    Value image = replacement.images().get(replacement.before().inputs().indexOf(input));
    return folded.containsKey(input.name()) && !replacement.after().inputs().contains(image);
  }

  private static List<String> names(List<Value> values) {
    return values.stream().map(Value::name).toList();
  }

  private void await(Rewrite rewrite) {
    Replacement replacement = rewrite.replacement();
    List<Value> inputs = replacement.before().inputs();
    pending.await(
        names(inputs.stream().filter(input -> !isFolded(replacement, input)).toList()),
        values -> {
          List<DoubleTensor> captured =
              inputs.stream()
                  .map(
                      input ->
                          isFolded(replacement, input)
                              ? elements(folded, input).toDoubleTensor()
                              : elements(values, input))
                  .toList();
          boolean isSource =
              replacement.after().nodes().stream()
                  .flatMap(node -> node.outputs().stream())
                  .anyMatch(value -> madeLater.contains(value.name()));
          Difference difference =
              new RewriteCheck(replacement, budget)
                  .run(captured, isSource, seed + rewrite.number(), this::publish);
          found(rewrite, difference.verdict(), difference);
        });
  }

  private static <T> T elements(Map<String, T> values, Value value) {
    T elements = values.get(value.name());
    if (elements == null) {
      throw new IllegalStateException("a check started without " + value);
    }
    return elements;
  }

  private void publish(Value value, DoubleTensor tensor) {
    if (madeLater.contains(value.name())) {
      pending.publish(value.name(), tensor);
    }
  }

  private void awaitLayers(Graph graph, GraphRunner runner) {
    for (Node node : graph.nodes()) {
      if (!LayerCheck.isPossible(node)) {
        continue;
      }
      int place = pending.count();
      List<Value> computed =
          node.inputs().stream()
              .filter(value -> !value.isAbsent() && graph.constant(value).isEmpty())
              .distinct()
              .toList();
      pending.await(
          names(computed),
          values -> {
            Map<Value, DoubleTensor> captured = new ConcurrentHashMap<>();
            computed.forEach(value -> captured.put(value, elements(values, value)));
            new LayerCheck(graph, node, runner, budget)
                .run(captured)
                .ifPresent(result -> layers.put(place, LayerFinding.of(node, result)));
          });
    }
  }

  /// How many checks a run may start.
  public int checks() {
    return pending.count();
  }

  /// Calls `action` after each check, on the thread that made it.
  public void whenChecked(Runnable action) {
    pending.whenDone(action);
  }

  /// Tells what the run is given, before it starts.
  ///
  /// @param inputs by name; one that is missing takes its default
  public void start(Map<String, DoubleTensor> inputs) {
    pending.start();
    original
        .defaults()
        .forEach(
            (input, value) ->
                pending.publish(
                    input.name(), inputs.getOrDefault(input.name(), value.toDoubleTensor())));
    inputs.forEach(pending::publish);
  }

  @Override
  public void computed(Node node, List<DoubleTensor> results) {
    for (int i = 0; i < node.outputs().size(); i++) {
      if (!node.output(i).isAbsent() && results.get(i).type() != ElementType.STRING) {
        pending.publish(node.output(i).name(), results.get(i));
      }
    }
    pending.breathe();
  }

  /// Waits for the checks that the run has started, and tells what all found.
  public LocalReport finish() {
    pending.finish();
    List<RewriteFinding> findings = new ArrayList<>();
    for (Rewrite rewrite : rewrites) {
      if (!found.containsKey(rewrite.number())) {
        found(rewrite, Verdict.NOT_REACHED, Difference.NONE);
      }
      findings.add(found.get(rewrite.number()));
    }
    List<LayerFinding> inOrder =
        layers.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(Map.Entry::getValue)
            .toList();
    return new LocalReport(Replay.findings(original, rewrites, optimized), findings, inOrder);
  }

  @Override
  public void close() {
    pending.close();
  }
}
