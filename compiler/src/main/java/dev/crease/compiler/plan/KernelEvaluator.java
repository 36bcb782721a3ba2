package dev.crease.compiler.plan;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Machine;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Computes small graphs as the runtime would, through a plan of their own: single nodes of
/// constants by the scalar kernels, for constant folding, and what verification asks for. The
/// reference interpreter, which shares nothing with it, checks it along with every other pass.
public final class KernelEvaluator {
  private KernelEvaluator() {}

  /// The results of `node`, one for each in `node.outputs()`, those that are left out among them.
  ///
  /// @param operands one for each operand of the node that is not left out, in order
  /// @throws InvalidDataException if a run fails with these operands
  /// @return empty if the node cannot be computed: there is no instruction for it, or the sizes of
  ///   its results depend on data
  public static Optional<List<Constant>> evaluate(Node node, List<Constant> operands) {
    SessionOptions options =
        SessionOptions.defaults().withThreads(1).withKernels(KernelChoice.SCALAR);
    return run(graphOf(node, operands), List.of(), options)
        .map(results -> results.stream().map(Constant::of).toList());
  }

  /// The outputs of a small graph, in order, through a plan of its own.
  ///
  /// @param inputs one for each input of the graph
  /// @throws InvalidDataException if the run fails with these inputs
  /// @return empty if there is no instruction for a node, the sizes of its results depend on data,
  ///   or it computes with 16-bit floats
  public static Optional<List<Tensor>> run(
      Graph graph, List<Tensor> inputs, SessionOptions options) {
    // The bounds of kernels know the rounding of float32 and float64, not that of halves.
    if (Widening.applies(graph)) {
      return Optional.empty();
    }
    Program program;
    try {
      program = Lowerer.lower(graph, Machine.lanes(), Map.of());
    } catch (UnsupportedModelException e) {
      return Optional.empty();
    }
    Map<String, Tensor> named = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      named.put(graph.inputs().get(i).name(), inputs.get(i));
    }
    try (Session session = Plan.of(program).newSession(options)) {
      return Optional.of(List.copyOf(session.run(named).values()));
    } catch (IllegalArgumentException e) {
      // Its shapes do not fit together, or not into an array.
      throw new InvalidDataException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Graph graphOf(Node node, List<Constant> operands) {
    GraphBuilder builder = new GraphBuilder(node.label());
    Iterator<Constant> next = operands.iterator();
    Map<Value, Value> constants = new HashMap<>();
    List<Value> inputs = new ArrayList<>();
    for (Value input : node.inputs()) {
      if (input.isAbsent()) {
        inputs.add(input);
        continue;
      }
      Constant operand = next.next();
      inputs.add(constants.computeIfAbsent(input, _ -> builder.constant(input.name(), operand)));
    }
    List<String> names = new ArrayList<>();
    for (Value output : node.outputs()) {
      names.add(builder.freshName(output.isAbsent() ? "unused" : output.name()));
    }
    builder.add(node.name(), node.op(), inputs, names).forEach(builder::output);
    return builder.build();
  }
}
