package dev.crease.compiler.op.control;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.Counted;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Holding;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Items;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.Holder;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

/// ONNX `If`: the results of `then_branch` where `cond`, one boolean, is true, else those of
/// `else_branch`. The branches have no inputs; they read the graphs around them.
public record If(Graph thenBranch, Graph elseBranch) implements ControlFlow, Primitive, Holding {
  public static final OpSchema SCHEMA =
      OpSchema.named("If")
          .since(13)
          .attribute("then_branch", Attribute.Kind.SUBGRAPH)
          .attribute("else_branch", Attribute.Kind.SUBGRAPH)
          .input("cond", "B", TypeSets.BOOLS)
          .variadicOutput("outputs", "V", TypeSets.ALL)
          .heldBy(Set.of(Holder.values()))
          .build(a -> new If(a.subgraph("then_branch"), a.subgraph("else_branch")));

  public If {
    int results = thenBranch.outputs().size();
    if (!thenBranch.inputs().isEmpty() || !elseBranch.inputs().isEmpty()) {
      throw new IllegalArgumentException(
          "a branch has inputs, %s and %s; branches take none, but read the graph around them"
              .formatted(thenBranch.inputs(), elseBranch.inputs()));
    }
    if (results == 0 || results != elseBranch.outputs().size()) {
      throw new IllegalArgumentException(
          "then_branch has %s and else_branch %d; expected the same number, at least one"
              .formatted(Counted.of(results, "output"), elseBranch.outputs().size()));
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("then_branch", new Attribute.Subgraph(thenBranch))
        .with("else_branch", new Attribute.Subgraph(elseBranch));
  }

  @Override
  public List<Graph> subgraphs() {
    return List.of(thenBranch, elseBranch);
  }

  @Override
  public If withSubgraphs(List<Graph> subgraphs) {
    return new If(subgraphs.get(0), subgraphs.get(1));
  }

  /// The branch that every run takes, if that can be told.
  ///
  /// @param condition its one element, if that is known symbolically
  public Optional<Graph> taken(Optional<List<Dim>> condition) {
    OptionalLong known =
        condition.map(elements -> elements.getFirst().known()).orElse(OptionalLong.empty());
    return known.isPresent()
        ? Optional.of(known.getAsLong() != 0 ? thenBranch : elseBranch)
        : Optional.empty();
  }

  /// Whether a result has another rank in one branch than in the other.
  public boolean hasSeveralRanks() {
    return severalRanks().isPresent();
  }

  private OptionalInt severalRanks() {
    return IntStream.range(0, thenBranch.outputs().size())
        .filter(
            i ->
                thenBranch.outputs().get(i).type().rank()
                    != elseBranch.outputs().get(i).type().rank())
        .findFirst();
  }

  /// Tells of a result that has several ranks.
  public String ranks() {
    int result = severalRanks().orElseThrow();
    return "If gives `%s` or `%s`, of different ranks"
        .formatted(thenBranch.outputs().get(result), elseBranch.outputs().get(result));
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    Dim elements = operands.type(0).elements();
    if (elements.isKnown() && !elements.is(1)) {
      throw new InvalidOperandException(
          "the condition of If is one boolean, got " + operands.type(0));
    }
    Optional<Graph> taken = taken(operands.elements(0));
    if (taken.isPresent()) {
      return taken.get().outputs().stream().map(Value::type).toList();
    }
    List<TensorType> types = new ArrayList<>();
    for (int i = 0; i < thenBranch.outputs().size(); i++) {
      types.add(joined(thenBranch.outputs().get(i), elseBranch.outputs().get(i), operands));
    }
    return types;
  }

  /// What the results of both branches are: dimensions in which they differ, or which only their
  /// branch knows, depend on data.
  private TensorType joined(Value then, Value otherwise, Operands operands) {
    if (then.type().element() != otherwise.type().element()
        || then.type().holder() != otherwise.type().holder()) {
      throw new InvalidOperandException(
          "If gives `%s` or `%s`; expected one element type, and both tensors or both the same else"
              .formatted(then, otherwise));
    }
    if (then.type().rank() != otherwise.type().rank()) {
      throw new UnsupportedNodeException(
          ranks() + ", which is not supported unless the condition is known while compiling");
    }
    Set<String> around = Turn.symbols(thenBranch.captures());
    List<Dim> dims = new ArrayList<>();
    for (int axis = 0; axis < then.type().rank(); axis++) {
      Dim dim = then.type().dim(axis);
      boolean knownAround = !dim.dependsOnData() || around.containsAll(dim.symbols());
      boolean same = knownAround && dim.equals(otherwise.type().dim(axis));
      dims.add(same ? dim : operands.freshSymbol());
    }
    return then.type().withDims(dims);
  }

  @Override
  public List<Items> items(Operands operands) {
    Optional<Graph> taken = taken(operands.elements(0));
    List<Items> items = new ArrayList<>();
    for (int i = 0; i < thenBranch.outputs().size(); i++) {
      Items then = thenBranch.items(thenBranch.outputs().get(i));
      Items otherwise = elseBranch.items(elseBranch.outputs().get(i));
      items.add(
          taken.isEmpty() ? then.or(otherwise) : taken.get() == thenBranch ? then : otherwise);
    }
    return items;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    Graph taken = inputs.get(0).data()[0] != 0 ? thenBranch : elseBranch;
    return inputs.subgraphs().evaluate(taken, List.of());
  }

  @Override
  public void lower(Node node, Lowering to) {
    if (!keepsShapes(node, to)) {
      decide(node, to);
      return;
    }
    int condition = to.read(node.input(0), Layout.PLAIN);
    Lowering.Body then = to.body(thenBranch);
    Lowering.Body otherwise = to.body(elseBranch);
    if (then.block().decides() || otherwise.block().decides()) {
      decide(node, to);
      return;
    }
    List<Integer> y = results(node, to);
    to.emit(
        new Instruction.If(
            condition,
            then.block(),
            wanted(node, then),
            otherwise.block(),
            wanted(node, otherwise),
            y));
  }

  /// Whether both branches give results of shapes that are known before one runs.
  private boolean keepsShapes(Node node, Lowering to) {
    for (int i = 0; i < node.outputs().size(); i++) {
      Value result = node.output(i);
      boolean keeps =
          result.isAbsent()
              || result.type().isTensor()
                  && to.isBound(result.type())
                  && result.type().equals(thenBranch.outputs().get(i).type())
                  && result.type().equals(elseBranch.outputs().get(i).type());
      if (!keeps) {
        return false;
      }
    }
    return true;
  }

  private void decide(Node node, Lowering to) {
    for (int i = 0; i < node.outputs().size(); i++) {
      requireRank(node.output(i), thenBranch.outputs().get(i));
      requireRank(node.output(i), elseBranch.outputs().get(i));
    }
    Lowering.Body then = to.bodyApart(thenBranch);
    Lowering.Body otherwise = to.bodyApart(elseBranch);
    int condition = to.read(node.input(0), Layout.PLAIN);
    List<Integer> binds = to.open(node);
    List<Integer> y = results(node, to);
    to.emit(
        new Instruction.Branch(
            condition,
            then.block(),
            wanted(node, then),
            otherwise.block(),
            wanted(node, otherwise),
            y,
            binds));
  }

  private static void requireRank(Value result, Value branch) {
    if (!result.isAbsent() && result.type().rank() != branch.type().rank()) {
      throw new UnsupportedNodeException(
          "the branch's output `%s` has another rank than the result `%s`, which is not supported"
              .formatted(branch, result));
    }
  }

  private static List<Integer> results(Node node, Lowering to) {
    return node.outputs().stream()
        .filter(result -> !result.isAbsent())
        .map(result -> to.write(result, Layout.PLAIN))
        .toList();
  }

  private static List<Integer> wanted(Node node, Lowering.Body body) {
    return IntStream.range(0, node.outputs().size())
        .filter(i -> !node.output(i).isAbsent())
        .mapToObj(body.results()::get)
        .toList();
  }
}
