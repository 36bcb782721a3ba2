package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Composite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// How far outputs may be off since every value on the way is stored in its element type.
///
/// A stored element is off by at most half a unit in its last place, `h`. Let `J` tell how a small
/// change of it changes an element of an output: to first order, storing moves that by `D = sum J h
/// e` with an `e` between -1 and 1 for each stored element. Runs in double that move each by `+h`
/// or `-h`, as chance decides, tell `S^2 = sum (J h)^2`, the mean of their `D^2`. If roundings are
/// independent and as often up as down, Hoeffding's inequality says that `|D| > t S` has a chance
/// of at most `2 exp(-t^2 / 2)`: for `t = 6`, of 3e-8. `S` is known from sixteen runs only, which
/// makes it larger for an output of a single element; but roundings spread evenly over `-h` to `h`
/// move that by `S / sqrt(3)` on average, and Student's distribution of 16 degrees of freedom has
/// 2e-8 beyond `6 sqrt(3)`. What an operator is defined by is stored as well.
public final class StorageRounding implements Interpreter.Evaluation {
  private static final int RUNS = 16;
  private static final double SHARE = 6;

  private final Random random;

  private StorageRounding(long seed) {
    this.random = new Random(seed);
  }

  /// For each output, by name, the largest `6 S` of its elements; 0 for one whose shape rounding
  /// decides, or if it decides whether a run succeeds.
  ///
  /// @param outputs what the graph computes of the inputs in double
  public static Map<String, Double> of(
      Graph graph, Map<String, DoubleTensor> inputs, Map<String, DoubleTensor> outputs) {
    List<Map<String, DoubleTensor>> runs = new ArrayList<>();
    for (int seed = 1; seed <= RUNS; seed++) {
      try {
        runs.add(Interpreter.run(graph, inputs, (_, _) -> {}, new StorageRounding(seed)));
      } catch (InvalidOperandException e) {
        // What rounding decides, as an index is, makes this run fail: nothing is known.
        return zeros(outputs);
      }
    }
    Map<String, Double> shares = new LinkedHashMap<>();
    outputs.forEach((name, y) -> shares.put(name, SHARE * Math.sqrt(largest(name, y, runs))));
    return shares;
  }

  private static Map<String, Double> zeros(Map<String, DoubleTensor> outputs) {
    Map<String, Double> shares = new LinkedHashMap<>();
    outputs.keySet().forEach(name -> shares.put(name, 0.0));
    return shares;
  }

  /// The largest mean of squares; what is not finite tells nothing.
  private static double largest(String name, DoubleTensor y, List<Map<String, DoubleTensor>> runs) {
    double[] squares = new double[y.data().length];
    for (Map<String, DoubleTensor> run : runs) {
      DoubleTensor z = run.get(name);
      if (z == null || !Arrays.equals(y.shape(), z.shape())) {
        return 0;
      }
      for (int i = 0; i < squares.length; i++) {
        double distance = y.data()[i] - z.data()[i];
        squares[i] += distance * distance / runs.size();
      }
    }
    return Arrays.stream(squares).filter(Double::isFinite).max().orElse(0);
  }

  @Override
  public List<DoubleTensor> of(Node node, EvaluationInputs inputs) {
    if (!node.subgraphs().isEmpty()) {
      return node.op().evaluate(inputs);
    }
    boolean tensors = true;
    for (int i = 0; i < inputs.count(); i++) {
      tensors &= !inputs.has(i) || inputs.get(i).isTensor();
    }
    return node.op() instanceof Composite composite && tensors
        ? expanded(node, composite, inputs)
        : node.op().evaluate(inputs).stream().map(this::stored).toList();
  }

  /// The results of what a node's operator is defined by.
  private List<DoubleTensor> expanded(Node node, Composite op, EvaluationInputs inputs) {
    GraphBuilder builder = new GraphBuilder(node.label());
    List<Value> operands = new ArrayList<>();
    Map<String, DoubleTensor> given = new HashMap<>();
    for (int i = 0; i < inputs.count(); i++) {
      if (!inputs.has(i)) {
        operands.add(Value.ABSENT);
      } else if (inputs.get(i).type().isFloating()) {
        String name = "operand" + i;
        operands.add(builder.input(name, RunOperands.type(inputs.get(i))));
        given.put(name, inputs.get(i));
      } else {
        operands.add(builder.constant("operand" + i, Constant.of(inputs.get(i).toTensor())));
      }
    }
    Node moved = new Node(node.name(), node.op(), operands, node.outputs());
    List<Value> results = op.expand(moved, operands, builder);
    results.forEach(builder::output);
    Map<String, DoubleTensor> computed =
        Interpreter.run(builder.build(), given, (_, _) -> {}, this);
    return results.stream().map(result -> known(computed, result)).toList();
  }

  private static DoubleTensor known(Map<String, DoubleTensor> computed, Value result) {
    DoubleTensor tensor = computed.get(result.name());
    if (tensor == null) {
      throw new IllegalStateException("nothing computed " + result);
    }
    return tensor;
  }

  private DoubleTensor stored(DoubleTensor y) {
    if (!y.type().isFloating() || !y.isTensor()) {
      return y;
    }
    double[] half = Rounding.ofFormula(y.type(), y.data());
    double[] values = y.data().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += random.nextBoolean() ? half[i] : -half[i];
    }
    return new DoubleTensor(y.type(), y.shape(), values);
  }
}
