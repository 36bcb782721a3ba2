package dev.crease.compiler.op.control;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Carried;
import dev.crease.runtime.plan.Instruction.Scanned;
import dev.crease.runtime.plan.Instruction.Stacked;
import dev.crease.runtime.plan.Layout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/// ONNX `Scan`: runs `body` once for each slice of the scanned tensors, the last `num_scan_inputs`
/// operands. A turn gets what the turn before left (the first operands at first) and a slice of
/// each; it leaves what is carried on, and rows that are stacked along a new axis.
///
/// @param inputAxes of the scanned tensors, 0 if empty; likewise `outputAxes`
/// @param inputDirections 1 for from the last slice to the first, 0 if empty; likewise
///   `outputDirections`
public record Scan(
    Graph body,
    int scanInputs,
    List<Long> inputAxes,
    List<Long> inputDirections,
    List<Long> outputAxes,
    List<Long> outputDirections)
    implements ControlFlow, Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("Scan")
          .since(25)
          .attribute("body", Attribute.Kind.SUBGRAPH)
          .attribute("num_scan_inputs", Attribute.Kind.INT)
          .attribute("scan_input_axes", new Attribute.Ints(List.of()))
          .attribute("scan_input_directions", new Attribute.Ints(List.of()))
          .attribute("scan_output_axes", new Attribute.Ints(List.of()))
          .attribute("scan_output_directions", new Attribute.Ints(List.of()))
          .variadicInput("initial_state_and_scan_inputs", "", TypeSets.ALL)
          .variadicOutput("final_state_and_scan_outputs", "", TypeSets.ALL)
          .build(
              a ->
                  new Scan(
                      a.subgraph("body"),
                      (int) a.integer("num_scan_inputs"),
                      a.integers("scan_input_axes"),
                      a.integers("scan_input_directions"),
                      a.integers("scan_output_axes"),
                      a.integers("scan_output_directions")));

  public Scan {
    inputAxes = List.copyOf(inputAxes);
    inputDirections = List.copyOf(inputDirections);
    outputAxes = List.copyOf(outputAxes);
    outputDirections = List.copyOf(outputDirections);
    int states = body.inputs().size() - scanInputs;
    if (scanInputs < 1 || states < 0 || body.outputs().size() < states) {
      throw new IllegalArgumentException(
          "the body has inputs %s and outputs %s, which do not fit %d scan inputs"
              .formatted(body.inputs(), body.outputs(), scanInputs));
    }
    requireOneEach("scan_input_axes", inputAxes, scanInputs);
    requireOneEach("scan_input_directions", inputDirections, scanInputs);
    requireOneEach("scan_output_axes", outputAxes, body.outputs().size() - states);
    requireOneEach("scan_output_directions", outputDirections, body.outputs().size() - states);
  }

  private static void requireOneEach(String name, List<Long> given, int count) {
    if (!given.isEmpty() && given.size() != count) {
      throw new IllegalArgumentException("%s are %s, expected %d".formatted(name, given, count));
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("body", new Attribute.Subgraph(body))
        .with("num_scan_inputs", scanInputs)
        .with("scan_input_axes", inputAxes)
        .with("scan_input_directions", inputDirections)
        .with("scan_output_axes", outputAxes)
        .with("scan_output_directions", outputDirections);
  }

  @Override
  public List<Graph> subgraphs() {
    return List.of(body);
  }

  @Override
  public Scan withSubgraphs(List<Graph> subgraphs) {
    return new Scan(
        subgraphs.getFirst(), scanInputs, inputAxes, inputDirections, outputAxes, outputDirections);
  }

  private int states() {
    return body.inputs().size() - scanInputs;
  }

  private int inputAxis(int input, int rank) {
    return inputAxes.isEmpty() ? 0 : Axes.normalize("Scan", inputAxes.get(input), rank);
  }

  /// @param rank of the stacked rows
  private int outputAxis(int output, int rank) {
    return outputAxes.isEmpty() ? 0 : Axes.normalize("Scan", outputAxes.get(output), rank);
  }

  private static boolean isReverse(List<Long> directions, int index) {
    return !directions.isEmpty() && directions.get(index) == 1;
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    int states = states();
    if (operands.count() != body.inputs().size()) {
      throw new InvalidOperandException(
          "Scan runs a body of %d inputs, but has %d operands"
              .formatted(body.inputs().size(), operands.count()));
    }
    List<TensorType> types = new ArrayList<>();
    for (int i = 0; i < states; i++) {
      Value inside = body.inputs().get(i);
      Value next = body.outputs().get(i);
      types.add(Turn.carried("Scan", operands.type(i), inside, next, operands));
    }
    Dim turns = turns(operands);
    Set<String> around = Turn.around(body, operands);
    for (int i = states; i < body.outputs().size(); i++) {
      Value row = body.outputs().get(i);
      int axis = outputAxis(i - states, row.type().rank() + 1);
      types.add(Turn.stacked(row, axis, turns, around, operands));
    }
    return types;
  }

  /// How many slices there are, which all scanned tensors have.
  private Dim turns(Operands operands) {
    Dim turns = Dim.ONE;
    for (int i = 0; i < scanInputs; i++) {
      TensorType x = operands.type(states() + i);
      if (x.rank() == 0) {
        throw new InvalidOperandException("Scan cannot slice the scalar " + x);
      }
      int axis = inputAxis(i, x.rank());
      List<Dim> dims = new ArrayList<>(x.dims());
      Dim slices = dims.remove(axis);
      Turn.requireFits("Scan", x.withDims(dims), body.inputs().get(states() + i));
      if (i > 0 && slices.isKnown() && turns.isKnown() && !slices.equals(turns)) {
        throw new InvalidOperandException(
            "Scan has %s slices of one tensor and %s of another".formatted(turns, slices));
      }
      turns = i == 0 || !turns.isKnown() ? slices : turns;
    }
    return turns;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    int states = states();
    List<DoubleTensor> state = new ArrayList<>();
    for (int i = 0; i < states; i++) {
      state.add(inputs.get(i));
    }
    List<List<DoubleTensor>> rows = new ArrayList<>();
    for (int i = states; i < body.outputs().size(); i++) {
      rows.add(new ArrayList<>());
    }
    DoubleTensor first = inputs.get(states);
    int turns = first.dim(inputAxis(0, first.rank()));
    for (int turn = 0; turn < turns; turn++) {
      List<DoubleTensor> found = new ArrayList<>(state);
      for (int i = 0; i < scanInputs; i++) {
        DoubleTensor x = inputs.get(states + i);
        int slice = isReverse(inputDirections, i) ? turns - 1 - turn : turn;
        found.add(Turn.slice(x, inputAxis(i, x.rank()), slice));
      }
      List<DoubleTensor> left = inputs.subgraphs().evaluate(body, found);
      state = new ArrayList<>(left.subList(0, states));
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).add(left.get(states + i));
      }
    }
    List<DoubleTensor> results = new ArrayList<>(state);
    for (int i = 0; i < rows.size(); i++) {
      if (isReverse(outputDirections, i)) {
        Collections.reverse(rows.get(i));
      }
      Value row = body.outputs().get(states + i);
      results.add(Turn.stack(rows.get(i), outputAxis(i, row.type().rank() + 1), row));
    }
    return results;
  }

  @Override
  public void lower(Node node, Lowering to) {
    int states = states();
    Lowering.Body turn = to.bodyApart(body);
    List<Integer> binds = to.open(node);
    List<Carried> carried = Turn.carried(node, to, turn, states, 0, 0);
    List<Scanned> scanned = new ArrayList<>();
    for (int i = 0; i < scanInputs; i++) {
      Value x = node.input(states + i);
      scanned.add(
          new Scanned(
              to.read(x, Layout.PLAIN),
              turn.inputs().get(states + i),
              inputAxis(i, x.type().rank()),
              isReverse(inputDirections, i)));
    }
    List<Stacked> stacked = new ArrayList<>();
    for (int i = states; i < node.outputs().size(); i++) {
      Value y = node.output(i);
      if (!y.isAbsent()) {
        stacked.add(
            new Stacked(
                turn.results().get(i),
                Turn.slot(y, to),
                outputAxis(i - states, y.type().rank()),
                isReverse(outputDirections, i - states)));
      }
    }
    to.emit(
        new Instruction.Loop(
            Instruction.ABSENT,
            Instruction.ABSENT,
            Instruction.ABSENT,
            Instruction.ABSENT,
            Instruction.ABSENT,
            carried,
            scanned,
            stacked,
            turn.block(),
            binds,
            turn.binds()));
  }
}
