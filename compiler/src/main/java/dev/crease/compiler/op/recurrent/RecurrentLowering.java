package dev.crease.compiler.op.recurrent;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Lowering;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Cell;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.ArrayList;
import java.util.List;

/// A recurrent operator as instructions: for each direction the product of all steps with the
/// input's weights at once, then the steps.
final class RecurrentLowering {
  private final Recurrent op;
  private final Node node;
  private final Lowering to;
  private final CellWeights weights;
  private final Dim steps;
  private final Dim batch;
  private final Dim hidden;
  private final int x;

  RecurrentLowering(Recurrent op, Node node, Lowering to) {
    this.op = op;
    this.node = node;
    this.to = to;
    TensorType type = node.input(0).type();
    steps = type.dim(op.layout() == 0 ? 0 : 1);
    batch = type.dim(op.layout() == 0 ? 1 : 0);
    hidden = node.input(2).type().dim(2);
    weights = new CellWeights(op, node, to);
    x = timeFirst(node.input(0));
  }

  /// Whether there are kernels for this: for float32, weights of known sizes, and the functions
  /// that have one.
  static boolean fits(Recurrent op, Node node) {
    boolean known = true;
    for (int operand = 1; operand <= 3; operand++) {
      known &= !node.hasInput(operand) || node.input(operand).type().knownDims().isPresent();
    }
    return known
        && node.input(0).type().element() == ElementType.FLOAT32
        && op.eachDirection().stream()
            .flatMap(direction -> op.functions(direction).functions().stream())
            .allMatch(CellFunction::isActivation);
  }

  void emit() {
    List<Integer> all = new ArrayList<>();
    List<Integer> lastH = new ArrayList<>();
    List<Integer> lastC = new ArrayList<>();
    for (int direction : op.eachDirection()) {
      all.add(asked(0, steps, batch, hidden));
      lastH.add(asked(1, batch, hidden));
      lastC.add(asked(2, batch, hidden));
      direction(direction, all.getLast(), lastH.getLast(), lastC.getLast());
    }
    boolean batchFirst = op.layout() == 1;
    join(0, batchFirst ? batchFirst(all) : all, batchFirst ? 2 : 1);
    join(1, lastH, batchFirst ? 1 : 0);
    join(2, lastC, batchFirst ? 1 : 0);
  }

  private void direction(int direction, int y, int lastH, int lastC) {
    Cell cell = op.cell();
    Dim columns = hidden.times(cell.gates());
    int gates = temporary(steps, batch, columns);
    int bias = weights.bias(direction);
    int input = weights.input(direction);
    to.emit(new Instruction.Gemm(x, input, bias, gates, Activation.NONE));
    boolean gru = cell == Cell.GRU;
    to.emit(
        new Instruction.Recurrent(
            cell,
            gates,
            weights.state(direction, 0, cell.joined()),
            gru ? weights.state(direction, 2, 3) : Instruction.ABSENT,
            gru && op.variant() ? weights.candidateBias(direction) : Instruction.ABSENT,
            weights.peepholes(direction),
            initial(5, direction),
            initial(6, direction),
            node.hasInput(4) ? to.read(node.input(4), Layout.PLAIN) : Instruction.ABSENT,
            y,
            lastH,
            lastC,
            op.isReverse(direction),
            op.variant(),
            op.clip(),
            op.functions(direction).lowered()));
  }

  private int timeFirst(Value value) {
    int given = to.read(value, Layout.PLAIN);
    if (op.layout() == 0) {
      return given;
    }
    int turned = temporary(steps, batch, value.type().dim(2));
    to.emit(new Instruction.Transpose(given, turned, List.of(1, 0, 2)));
    return turned;
  }

  private List<Integer> batchFirst(List<Integer> all) {
    List<Integer> turned = new ArrayList<>();
    for (int y : all) {
      turned.add(y == Instruction.ABSENT ? y : temporary(batch, steps, hidden));
      if (y != Instruction.ABSENT) {
        to.emit(new Instruction.Transpose(y, turned.getLast(), List.of(1, 0, 2)));
      }
    }
    return turned;
  }

  /// One direction's part of an initial state.
  private int initial(int operand, int direction) {
    if (!node.hasInput(operand)) {
      return Instruction.ABSENT;
    }
    int given = to.read(node.input(operand), Layout.PLAIN);
    boolean batchFirst = op.layout() == 1;
    int part = batchFirst ? temporary(batch, Dim.ONE, hidden) : temporary(Dim.ONE, batch, hidden);
    to.emit(CellWeights.slice(given, part, batchFirst ? 1 : 0, direction, 3));
    int state = temporary(batch, hidden);
    to.emit(new Instruction.Reshape(part, state));
    return state;
  }

  /// A slot for one direction's part of a result, if it is asked for.
  private int asked(int result, Dim... dims) {
    return isAsked(result) ? temporary(dims) : Instruction.ABSENT;
  }

  private boolean isAsked(int result) {
    return result < node.outputs().size() && !node.output(result).isAbsent();
  }

  /// The directions' parts side by side along a new axis.
  private void join(int result, List<Integer> parts, int axis) {
    if (!isAsked(result)) {
      return;
    }
    Value value = node.output(result);
    if (parts.size() == 1) {
      to.emit(new Instruction.Reshape(parts.getFirst(), to.write(value, Layout.PLAIN)));
      return;
    }
    List<Dim> dims = new ArrayList<>(value.type().dims());
    dims.set(axis, Dim.ONE);
    List<Integer> rows = new ArrayList<>();
    for (int part : parts) {
      rows.add(temporary(dims.toArray(Dim[]::new)));
      to.emit(new Instruction.Reshape(part, rows.getLast()));
    }
    to.emit(new Instruction.Concat(rows, to.write(value, Layout.PLAIN), axis));
  }

  private int temporary(Dim... dims) {
    return to.temporary(new TensorType(ElementType.FLOAT32, List.of(dims)), Layout.PLAIN);
  }
}
