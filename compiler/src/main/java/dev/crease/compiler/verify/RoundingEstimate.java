package dev.crease.compiler.verify;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/// How far rounding in a plan usually takes the outputs of a model, to first order: an estimate, no
/// bound, and nothing is judged by it.
///
/// Every number that is rounded on the way has a usual error `s`: an element `y` of a node's result
/// has `q |y|`, where `q` is the relative error that the node showed when it was run by itself, as
/// a root mean square ([LayerFinding#error]); a stored constant that stands for a formula has half
/// a unit in the last place over the square root of 3, as a number has that may be anywhere within
/// it. Let `J` tell how a small change of such a number changes an element of an output. A [Probe]
/// runs the optimized graph in double and moves each of these numbers by its `s`, up or down as
/// chance decides. To first order the element moves by `D = sum J e s` with random signs `e`, and
/// since these are independent, the mean of `D^2` is `sum (J s)^2`. The estimate is the largest
/// `sqrt(mean D^2)` of the elements, the mean over the probes.
///
/// A bound would add up `|J|` times what is possible, instead of the squares of what is usual, and
/// says nothing any more after a few layers. A plan that is off by many times the estimate is worth
/// a look; one that is near it may still have any defect as small as that.
///
/// @param outputs for each output of floating-point numbers, by name; empty where rounding decides
///   its shape, or whether there is one
/// @param probes how many runs it comes from
/// @param unknown how many nodes were not moved, since they were not run by themselves
public record RoundingEstimate(Map<String, OptionalDouble> outputs, int probes, int unknown) {
  public RoundingEstimate {
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }

  /// @param optimized what the plan is made from
  /// @param inputs by name; one that is missing takes its default
  /// @param layers what is known of the nodes, each of which the name of its first result tells,
  ///   since no other graph of the model has a value of that name
  /// @param threads how many runs there are at a time
  /// @param seed of the signs
  public static RoundingEstimate of(
      Graph optimized,
      Map<String, DoubleTensor> inputs,
      List<LayerFinding> layers,
      int probes,
      int threads,
      long seed) {
    Map<String, Double> errors = new HashMap<>();
    layers.stream()
        .filter(layer -> Double.isFinite(layer.error()))
        .forEach(layer -> errors.put(layer.result(), layer.error()));
    List<Callable<Map<String, DoubleTensor>>> tasks = new ArrayList<>();
    tasks.add(() -> Interpreter.run(optimized, inputs));
    for (int k = 1; k <= probes; k++) {
      Probe probe = new Probe(optimized, errors, seed + k);
      tasks.add(() -> run(optimized, inputs, probe));
    }
    List<Map<String, DoubleTensor>> runs;
    try (ForkJoinPool pool = new ForkJoinPool(threads)) {
      runs = tasks.stream().map(pool::submit).toList().stream().map(ForkJoinTask::join).toList();
    }
    Map<String, OptionalDouble> estimates = new LinkedHashMap<>();
    runs.getFirst()
        .forEach(
            (name, y) -> {
              if (y.type().isFloating()) {
                estimates.put(name, largest(y, name, runs.subList(1, runs.size())));
              }
            });
    long unknown = optimized.allNodes().filter(node -> isUnknown(node, errors)).count();
    return new RoundingEstimate(estimates, probes, Math.toIntExact(unknown));
  }

  private static boolean isUnknown(Node node, Map<String, Double> errors) {
    return node.subgraphs().isEmpty()
        && !errors.containsKey(LayerFinding.site(node))
        && node.outputs().stream()
            .anyMatch(value -> !value.isAbsent() && value.type().element().isFloating());
  }

  /// Empty if what rounding decides, as an index is, makes the run fail.
  private static Map<String, DoubleTensor> run(
      Graph graph, Map<String, DoubleTensor> inputs, Probe probe) {
    try {
      return Interpreter.run(graph, inputs, (_, _) -> {}, probe);
    } catch (InvalidOperandException e) {
      return Map.of();
    }
  }

  private static OptionalDouble largest(
      DoubleTensor y, String name, List<Map<String, DoubleTensor>> moved) {
    double[] squares = new double[y.data().length];
    for (Map<String, DoubleTensor> run : moved) {
      DoubleTensor z = run.get(name);
      if (z == null || !Arrays.equals(y.shape(), z.shape())) {
        return OptionalDouble.empty();
      }
      for (int i = 0; i < squares.length; i++) {
        double distance = y.data()[i] - z.data()[i];
        squares[i] += distance * distance;
      }
    }
    // What is not finite stays so.
    double largest = Arrays.stream(squares).filter(Double::isFinite).max().orElse(0);
    return OptionalDouble.of(Math.sqrt(largest / Math.max(1, moved.size())));
  }

  /// One line for each output.
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    outputs.forEach(
        (name, estimate) ->
            lines.add(
                estimate.isPresent()
                    ? "%s: first-order estimate of rounding %.1e (%s)"
                        .formatted(name, estimate.getAsDouble(), caveat())
                    : "%s: no estimate of rounding, which decides its shape".formatted(name)));
    return lines;
  }

  private String caveat() {
    String runs = probes == 1 ? "1 probe" : probes + " probes";
    String left =
        unknown == 0 ? "" : ", %d %s left out".formatted(unknown, unknown == 1 ? "node" : "nodes");
    return "%s%s; no bound, no verdict".formatted(runs, left);
  }
}
