package dev.crease.compiler.op.recurrent;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Lowering;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Cell;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// The weights of a recurrent operator, cut and turned as the instructions want them: now, if they
/// are constants, else by instructions.
final class CellWeights {
  private final Recurrent op;
  private final Node node;
  private final Lowering to;
  private final int hidden;
  private final int gates;

  CellWeights(Recurrent op, Node node, Lowering to) {
    this.op = op;
    this.node = node;
    this.to = to;
    hidden = (int) node.input(2).type().dim(2).known().orElseThrow();
    gates = op.cell().gates();
  }

  /// `W` as `(I, gates H)`.
  int input(int direction) {
    return turned(1, direction, 0, gates);
  }

  /// Gates `from` to `end - 1` of `R` as `(H, ... H)`.
  int state(int direction, int from, int end) {
    return turned(2, direction, from, end);
  }

  private int turned(int operand, int direction, int from, int end) {
    Value value = node.input(operand);
    int columns = (int) value.type().dim(2).known().orElseThrow();
    int rows = (end - from) * hidden;
    TensorType type = TensorType.of(ElementType.FLOAT32, columns, rows);
    int first = from * hidden;
    Optional<Constant> constant = to.graph().constant(value);
    if (constant.isPresent()) {
      int start = direction * gates * hidden + first;
      Constant turned =
          Constant.derived(
              ElementType.FLOAT32,
              new long[] {columns, rows},
              () -> transposed(constant.get().doubles(), start, rows, columns));
      return to.weights(turned, Layout.GEMM_WEIGHTS, 1);
    }
    int part = temporary(1, rows, columns);
    to.emit(slice(to.read(value, Layout.PLAIN), part, 0, direction, 3, first));
    int exchanged = temporary(1, columns, rows);
    to.emit(new Instruction.Transpose(part, exchanged, List.of(0, 2, 1)));
    int matrix = temporary(columns, rows);
    to.emit(new Instruction.Reshape(exchanged, matrix));
    int packed = to.temporary(type, Layout.GEMM_WEIGHTS);
    to.emit(new Instruction.Pack(matrix, packed, 1));
    return packed;
  }

  private static double[] transposed(double[] matrices, int start, int rows, int columns) {
    double[] turned = new double[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        turned[column * rows + row] = matrices[(start + row) * columns + column];
      }
    }
    return turned;
  }

  /// `Wb + Rb`, without the part of `Rb` that a GRU of the variant adds elsewhere; absent if there
  /// is no bias.
  int bias(int direction) {
    if (!node.hasInput(3)) {
      return Instruction.ABSENT;
    }
    int count = gates * hidden;
    int both = op.cell() == Cell.GRU && op.variant() ? 2 * hidden : count;
    Optional<Constant> constant = to.graph().constant(node.input(3));
    if (constant.isPresent()) {
      return to.constant(
          TensorType.of(ElementType.FLOAT32, count),
          Layout.PLAIN,
          () -> sums(constant.get().doubles(), direction * 2 * count, count, both));
    }
    int ofInput = part(3, direction, 0, count);
    int sum = temporary(both);
    int first = both == count ? ofInput : part(3, direction, 0, both);
    to.emit(
        new Instruction.Binary(
            BinaryFunction.ADD, first, part(3, direction, count, both), sum, List.of()));
    if (both == count) {
      return sum;
    }
    int rest = part(3, direction, both, count - both);
    int joined = temporary(count);
    to.emit(new Instruction.Concat(List.of(sum, rest), joined, 0));
    return joined;
  }

  private static float[] sums(double[] biases, int start, int count, int both) {
    float[] sums = new float[count];
    for (int i = 0; i < count; i++) {
      double ofState = i < both ? biases[start + count + i] : 0;
      sums[i] = (float) (biases[start + i] + ofState);
    }
    return sums;
  }

  /// The part of `Rb` that belongs to a GRU's candidate; absent if there is no bias.
  int candidateBias(int direction) {
    int first = (gates + 2) * hidden;
    return node.hasInput(3) ? part(3, direction, first, hidden) : Instruction.ABSENT;
  }

  /// `P` of one direction; absent if there is none.
  int peepholes(int direction) {
    return node.hasInput(7) ? part(7, direction, 0, 3 * hidden) : Instruction.ABSENT;
  }

  /// `count` elements of a direction's row of an operand of rank 2.
  private int part(int operand, int direction, int first, int count) {
    int row = temporary(1, count);
    int given = to.read(node.input(operand), Layout.PLAIN);
    to.emit(slice(given, row, 0, direction, 2, first));
    int vector = temporary(count);
    to.emit(new Instruction.Reshape(row, vector));
    return vector;
  }

  /// Entry `index` along an axis.
  static Instruction slice(int x, int y, int axis, int index, int rank) {
    return slice(x, y, axis, index, rank, 0);
  }

  /// Entry `index` along an axis, from element `first` of the next on.
  private static Instruction slice(int x, int y, int axis, int index, int rank, int first) {
    List<Extent> starts = new ArrayList<>(Collections.nCopies(rank, Extent.of(0)));
    starts.set(axis, Extent.of(index));
    starts.set(axis + 1, Extent.of(first));
    return new Instruction.Slice(x, y, starts, Collections.nCopies(rank, Extent.of(1)));
  }

  private int temporary(long... dims) {
    return to.temporary(TensorType.of(ElementType.FLOAT32, dims), Layout.PLAIN);
  }
}
