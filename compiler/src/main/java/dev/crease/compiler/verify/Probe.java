package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Evaluates nodes as a run that rounds might: each element of a result, and of a stored constant
/// that a formula stands for, is off by as much as such a number usually is, up or down as chance
/// decides.
final class Probe implements Interpreter.Evaluation {
  /// A number that is anywhere within its radius has this share of it as its root mean square.
  private static final double USUAL = 1 / Math.sqrt(3);

  private final Map<String, Double> errors;
  private final Map<Value, Constant> constants = new HashMap<>();
  private final Random random;

  /// @param errors the usual relative error of a node, by the name of its first result
  Probe(Graph graph, Map<String, Double> errors, long seed) {
    this.errors = Map.copyOf(errors);
    this.random = new Random(seed);
    graph.allGraphs().forEach(each -> constants.putAll(each.constants()));
  }

  /// What a node with subgraphs computes is moved inside them.
  @Override
  public List<DoubleTensor> of(Node node, EvaluationInputs inputs) {
    if (!node.subgraphs().isEmpty()) {
      return node.op().evaluate(inputs);
    }
    List<@Nullable DoubleTensor> operands = new ArrayList<>();
    for (int i = 0; i < inputs.count(); i++) {
      operands.add(inputs.has(i) ? operand(node.input(i), inputs.get(i)) : null);
    }
    List<DoubleTensor> results =
        node.op().evaluate(new EvaluationInputs(operands, inputs.outputs(), inputs.subgraphs()));
    double error = errors.getOrDefault(LayerFinding.site(node), 0.0);
    return error == 0 ? results : results.stream().map(y -> moved(y, error)).toList();
  }

  private DoubleTensor operand(Value value, DoubleTensor tensor) {
    Constant constant = constants.get(value);
    if (constant == null || !constant.isDerived() || !tensor.type().isFloating()) {
      return tensor;
    }
    double[] radius = Rounding.ofFormula(tensor.type(), tensor.data());
    double[] values = tensor.data().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += sign() * USUAL * radius[i];
    }
    return new DoubleTensor(tensor.type(), tensor.shape(), values);
  }

  private DoubleTensor moved(DoubleTensor y, double error) {
    if (!y.type().isFloating()) {
      return y;
    }
    double[] values = y.data().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += sign() * error * values[i];
    }
    return new DoubleTensor(y.type(), y.shape(), values);
  }

  private int sign() {
    return random.nextBoolean() ? 1 : -1;
  }
}
