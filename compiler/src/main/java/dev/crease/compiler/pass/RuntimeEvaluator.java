package dev.crease.compiler.pass;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.plan.Lowerer;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Machine;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.Program;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Computes a node by compiling it alone and running it on the runtime's scalar kernels, so that
/// what judges the kernels judges constant folding too.
final class RuntimeEvaluator implements NodeEvaluator {
  @Override
  public Optional<List<Constant>> evaluate(Node node, List<Constant> operands) {
    Graph graph = alone(node, operands);
    Program program;
    try {
      program = Lowerer.lower(graph, Machine.lanes(), Map.of());
    } catch (UnsupportedModelException e) {
      return Optional.empty();
    }
    SessionOptions options =
        SessionOptions.defaults().withThreads(1).withKernels(KernelChoice.SCALAR);
    try (Session session = Plan.of(program).newSession(options)) {
      Map<String, Tensor> results = session.run(Map.of());
      return Optional.of(graph.outputs().stream().map(v -> constant(results, v)).toList());
    }
  }

  private static Constant constant(Map<String, Tensor> results, Value output) {
    Tensor tensor = results.get(output.name());
    if (tensor == null) {
      throw new IllegalStateException("the run has no result `" + output.name() + "`");
    }
    return Constant.of(tensor);
  }

  /// A graph of this one node, all of whose results are outputs.
  private static Graph alone(Node node, List<Constant> operands) {
    GraphBuilder builder = new GraphBuilder(node.label());
    Iterator<Constant> constants = operands.iterator();
    List<Value> values = new ArrayList<>();
    for (Value operand : node.inputs()) {
      values.add(
          operand.isAbsent()
              ? Value.ABSENT
              : builder.constant(builder.freshName("operand"), constants.next()));
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < node.outputs().size(); i++) {
      names.add("result" + i);
    }
    builder.add(node.name(), node.op(), values, names).forEach(builder::output);
    return builder.build();
  }
}
