package dev.crease.compiler.op.control;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.ControlFlow;
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
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Carried;
import dev.crease.runtime.plan.Instruction.Stacked;
import dev.crease.runtime.plan.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// ONNX `Loop`: runs `body` at most `M` times, as long as `cond` holds. A turn gets its number, the
/// condition, and what the turn before left (`v_initial` at first); it leaves the next condition,
/// what is carried on, and rows that are stacked along a new first axis.
public record Loop(Graph body) implements ControlFlow, Primitive, Holding {
  /// Inputs of the body before those that are carried.
  private static final int TURN_AND_CONDITION = 2;

  public static final OpSchema SCHEMA =
      OpSchema.named("Loop")
          .since(25)
          .attribute("body", Attribute.Kind.SUBGRAPH)
          .optionalInput("M", "I", TypeSets.SHAPES)
          .optionalInput("cond", "B", TypeSets.BOOLS)
          .anyInputs("v_initial", "", TypeSets.ALL)
          .heldBy(Set.of(Holder.values()))
          .variadicOutput("v_final_and_scan_outputs", "", TypeSets.ALL)
          .heldBy(Set.of(Holder.values()))
          .build(a -> new Loop(a.subgraph("body")));

  public Loop {
    if (body.inputs().size() < TURN_AND_CONDITION
        || body.outputs().size() < body.inputs().size() - 1) {
      throw new IllegalArgumentException(
          "the body has inputs %s and outputs %s; expected the number of the turn, the condition and what is carried, and the condition, what is carried and rows"
              .formatted(body.inputs(), body.outputs()));
    }
    requireOne(body.inputs().get(0), ElementType.INT64);
    requireOne(body.inputs().get(1), ElementType.BOOL);
    requireOne(body.outputs().getFirst(), ElementType.BOOL);
  }

  private static void requireOne(Value value, ElementType element) {
    Dim elements = value.type().elements();
    if (value.type().element() != element || elements.isKnown() && !elements.is(1)) {
      throw new IllegalArgumentException(
          "the body has `%s`, expected one %s".formatted(value, element));
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("body", new Attribute.Subgraph(body));
  }

  @Override
  public List<Graph> subgraphs() {
    return List.of(body);
  }

  @Override
  public Loop withSubgraphs(List<Graph> subgraphs) {
    return new Loop(subgraphs.getFirst());
  }

  private int carriedCount() {
    return body.inputs().size() - TURN_AND_CONDITION;
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    int carried = carriedCount();
    int given = Math.max(0, operands.count() - TURN_AND_CONDITION);
    if (given != carried) {
      throw new InvalidOperandException(
          "Loop carries %d values, but is given %d".formatted(carried, given));
    }
    List<TensorType> types = new ArrayList<>();
    for (int i = 0; i < carried; i++) {
      Value inside = body.inputs().get(TURN_AND_CONDITION + i);
      TensorType initial = operands.type(TURN_AND_CONDITION + i);
      types.add(Turn.carried("Loop", initial, inside, body.outputs().get(1 + i), operands));
    }
    if (body.outputs().size() > 1 + carried) {
      Set<String> around = Turn.around(body, operands);
      Dim turns = operands.freshSymbol();
      for (Value row : body.outputs().subList(1 + carried, body.outputs().size())) {
        types.add(Turn.stacked(row, 0, turns, around, operands));
      }
    }
    return types;
  }

  @Override
  public List<Items> items(Operands operands) {
    int carried = carriedCount();
    List<Items> items = new ArrayList<>(Turn.items(operands, TURN_AND_CONDITION, body, 1, carried));
    body.outputs().stream().skip(1 + carried).forEach(_ -> items.add(Items.unknown()));
    return items;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    int carried = carriedCount();
    double trips = inputs.has(0) ? inputs.get(0).data()[0] : Double.POSITIVE_INFINITY;
    boolean going = !inputs.has(1) || inputs.get(1).data()[0] != 0;
    List<DoubleTensor> state = new ArrayList<>();
    for (int i = 0; i < carried; i++) {
      state.add(as(input(i), inputs.get(TURN_AND_CONDITION + i)));
    }
    List<List<DoubleTensor>> rows = new ArrayList<>();
    for (int i = 1 + carried; i < body.outputs().size(); i++) {
      rows.add(new ArrayList<>());
    }
    if (going && keepsCondition()) {
      requireFinite(trips, 1);
    }
    for (int turn = 0; turn < trips && going; turn++) {
      List<DoubleTensor> found = new ArrayList<>();
      found.add(single(body.inputs().get(0), turn));
      found.add(single(body.inputs().get(1), 1));
      found.addAll(state);
      List<DoubleTensor> left = inputs.subgraphs().evaluate(body, found);
      going = left.getFirst().data()[0] != 0;
      for (int i = 0; i < carried; i++) {
        state.set(i, as(input(i), left.get(1 + i)));
      }
      for (int i = 0; i < rows.size(); i++) {
        DoubleTensor row = left.get(1 + carried + i);
        requireFinite(keepsCondition() ? trips : turn, row.data().length);
        rows.get(i).add(row);
      }
    }
    List<DoubleTensor> results = new ArrayList<>();
    for (int i = 0; i < carried; i++) {
      results.add(as(body.outputs().get(1 + i), state.get(i)));
    }
    for (int i = 0; i < rows.size(); i++) {
      results.add(Turn.stack(rows.get(i), 0, body.outputs().get(1 + carried + i)));
    }
    return results;
  }

  /// Whether a turn leaves the condition as it finds it, so that nothing but the bound ends them.
  private boolean keepsCondition() {
    Value left = body.outputs().getFirst();
    Optional<Node> producer = body.producer(left);
    while (producer.isPresent() && producer.get().op() instanceof Identity) {
      left = producer.get().input(0);
      producer = body.producer(left);
    }
    return left.equals(body.inputs().get(1));
  }

  /// @param elements that each turn adds to a result
  private static void requireFinite(double turns, int elements) {
    if (turns * Math.max(1, elements) > Integer.MAX_VALUE) {
      throw new InvalidOperandException(
          "Loop takes %.0f turns with %d elements each, expected 2^31 - 1 at most in all"
              .formatted(turns, elements));
    }
  }

  private Value input(int carried) {
    return body.inputs().get(TURN_AND_CONDITION + carried);
  }

  private static DoubleTensor as(Value value, DoubleTensor tensor) {
    return Turn.as(value.type(), tensor);
  }

  private static DoubleTensor single(Value input, double number) {
    int[] shape = input.type().dims().stream().mapToInt(_ -> 1).toArray();
    return new DoubleTensor(input.type().element(), shape, new double[] {number});
  }

  @Override
  public void lower(Node node, Lowering to) {
    Lowering.Body turn = to.bodyApart(body);
    List<Integer> binds = to.open(node);
    List<Carried> carried = Turn.carried(node, to, turn, carriedCount(), TURN_AND_CONDITION, 1);
    List<Stacked> stacked = new ArrayList<>();
    for (int i = carriedCount(); i < node.outputs().size(); i++) {
      if (!node.output(i).isAbsent()) {
        stacked.add(
            new Stacked(turn.results().get(1 + i), Turn.slot(node.output(i), to), 0, false));
      }
    }
    to.emit(
        new Instruction.Loop(
            operand(node.input(0), to),
            operand(node.input(1), to),
            turn.inputs().get(0),
            turn.inputs().get(1),
            keepsCondition() ? turn.inputs().get(1) : turn.results().getFirst(),
            carried,
            List.of(),
            stacked,
            turn.block(),
            binds,
            turn.binds()));
  }

  private static int operand(Value value, Lowering to) {
    return value.isAbsent() ? Instruction.ABSENT : to.read(value, Layout.PLAIN);
  }
}
