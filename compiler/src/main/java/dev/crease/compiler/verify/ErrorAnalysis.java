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
import dev.crease.compiler.op.control.If;
import dev.crease.compiler.op.crease.ChannelClamp;
import dev.crease.compiler.op.crease.ChannelPad;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.normalization.MeanVarianceNormalization;
import dev.crease.compiler.op.tensor.Split;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Runs a graph on approximations: every value comes with a bound on how far a run that rounds as
/// told may be from what the graph means over the real numbers (a running error analysis, first
/// order in nothing: the bounds hold).
///
/// Shapes are those of the tensors that are given; types that the graph declares are not looked at.
final class ErrorAnalysis {
  private final Rounding rounding;
  private final Function<Constant, Approximation> constants;
  private final Map<Value, Approximation> values;
  private boolean bounded = true;

  /// @param constants what a constant is, and how far it is from the real numbers it stands for
  ErrorAnalysis(Rounding rounding, Function<Constant, Approximation> constants) {
    this(rounding, constants, new HashMap<>());
  }

  private ErrorAnalysis(
      Rounding rounding,
      Function<Constant, Approximation> constants,
      Map<Value, Approximation> values) {
    this.rounding = rounding;
    this.constants = constants;
    this.values = values;
  }

  /// What a graph computes.
  ///
  /// @param outputs in order
  /// @param bounded whether the radii are bounds: there was a rule for every operator
  record Result(List<Approximation> outputs, boolean bounded) {}

  /// Sees every value of the graph as it is computed.
  @FunctionalInterface
  interface Observer {
    void computed(Value value, DoubleTensor tensor);
  }

  /// @param inputs one for each input of the graph
  /// @throws InvalidOperandException if a node cannot compute with what it is given
  Result run(Graph graph, List<Approximation> inputs, Observer observer) {
    for (int i = 0; i < inputs.size(); i++) {
      values.put(graph.inputs().get(i), inputs.get(i));
    }
    for (Node node : graph.nodes()) {
      List<Approximation> results = evaluate(graph, node);
      for (int i = 0; i < node.outputs().size(); i++) {
        if (!node.output(i).isAbsent()) {
          values.put(node.output(i), results.get(i));
          observer.computed(node.output(i), results.get(i).tensor());
        }
      }
    }
    return new Result(graph.outputs().stream().map(v -> read(graph, v)).toList(), bounded);
  }

  private List<Approximation> evaluate(Graph graph, Node node) {
    List<@Nullable Approximation> operands = new ArrayList<>();
    for (Value value : node.inputs()) {
      operands.add(value.isAbsent() ? null : read(graph, value));
    }
    try {
      boolean hasRule =
          node.op() instanceof ChannelClamp
              || node.op() instanceof ChannelPad
              || node.op() instanceof MeanVarianceNormalization;
      return node.op() instanceof Composite composite && node.subgraphs().isEmpty() && !hasRule
          ? expanded(node, composite, operands)
          : apply(graph, node, operands);
    } catch (InvalidOperandException e) {
      throw e.at(node.label());
    }
  }

  private List<Approximation> apply(
      Graph graph, Node node, List<@Nullable Approximation> operands) {
    List<@Nullable DoubleTensor> tensors = new ArrayList<>();
    operands.forEach(operand -> tensors.add(operand == null ? null : operand.tensor()));
    List<Approximation> fromSubgraph = new ArrayList<>();
    EvaluationInputs inputs =
        new EvaluationInputs(
            tensors,
            node.outputs().size(),
            (subgraph, given) -> runInside(graph, subgraph, given, fromSubgraph));
    node.op().infer(new RunOperands(inputs, node.outputs()));
    List<DoubleTensor> results = node.op().evaluate(inputs);
    if (node.op() instanceof If) {
      return fromSubgraph;
    }
    return node.op() instanceof Split
        ? parts(node, operands, results)
        : withRadii(node, operands, results);
  }

  /// Elements are moved, and their radii with them.
  private List<Approximation> parts(
      Node node, List<@Nullable Approximation> operands, List<DoubleTensor> results) {
    List<@Nullable DoubleTensor> radii = new ArrayList<>();
    for (Approximation operand : operands) {
      boolean isWhole = radii.isEmpty() && operand != null;
      radii.add(isWhole ? operand.radii() : operand == null ? null : operand.tensor());
    }
    List<DoubleTensor> moved = node.op().evaluate(new EvaluationInputs(radii, results.size()));
    List<Approximation> parts = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      Application part = new Application(node.op(), operands, results.get(i), rounding);
      parts.add(part.allExact() ? part.exact() : part.moved(moved.get(i).data()));
    }
    return parts;
  }

  /// A subgraph reads what the graphs around it computed; names are unique, so it may add its own.
  private List<DoubleTensor> runInside(
      Graph outer, Graph subgraph, List<DoubleTensor> inputs, List<Approximation> results) {
    for (Value captured : subgraph.captures()) {
      values.put(captured, read(outer, captured));
    }
    ErrorAnalysis inner = new ErrorAnalysis(rounding, constants, values);
    Result result =
        inner.run(subgraph, inputs.stream().map(Approximation::exact).toList(), (_, _) -> {});
    bounded &= result.bounded();
    results.addAll(result.outputs());
    return result.outputs().stream().map(Approximation::tensor).toList();
  }

  private List<Approximation> withRadii(
      Node node, List<@Nullable Approximation> operands, List<DoubleTensor> results) {
    Application application = new Application(node.op(), operands, results.getFirst(), rounding);
    Optional<Approximation> first = ErrorRules.apply(application);
    boolean single = node.outputs().size() <= 1 || application.allExact();
    bounded &= first.isPresent() && single;
    List<Approximation> approximations =
        new ArrayList<>(results.stream().map(Approximation::exact).toList());
    first.ifPresent(approximation -> approximations.set(0, approximation));
    return approximations;
  }

  /// Runs what an operator without a rule of its own is defined by.
  private List<Approximation> expanded(
      Node node, Composite op, List<@Nullable Approximation> operands) {
    GraphBuilder builder = new GraphBuilder(node.label());
    List<Value> inputs = new ArrayList<>();
    List<Approximation> given = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      Approximation operand = operands.get(i);
      if (operand == null) {
        inputs.add(Value.ABSENT);
      } else if (operand.tensor().type().isFloating() || !operand.tensor().isTensor()) {
        inputs.add(builder.input("operand" + i, RunOperands.type(operand.tensor())));
        given.add(operand);
      } else {
        inputs.add(builder.constant("operand" + i, Constant.of(operand.tensor().toTensor())));
      }
    }
    Node moved = new Node(node.name(), node.op(), inputs, node.outputs());
    op.expand(moved, inputs, builder).forEach(builder::output);
    Rounding inside = op instanceof FusedConv fused ? rounding.of(fused) : rounding;
    ErrorAnalysis inner = new ErrorAnalysis(inside, constants);
    Result result = inner.run(builder.build(), given, (_, _) -> {});
    bounded &= result.bounded();
    return result.outputs();
  }

  private Approximation read(Graph graph, Value value) {
    Approximation known = values.get(value);
    if (known != null) {
      return known;
    }
    return graph
        .constant(value)
        .map(constants)
        .orElseThrow(() -> new InvalidOperandException("nothing computes " + value));
  }
}
