package dev.crease.compiler.op.normalization;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Strides;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// All axes of a tensor from one on, whose elements are normalized together.
///
/// @param axis the first of them, perhaps counted from the end
record Rows(String operator, long axis) {
  private int first(int rank) {
    return Axes.normalize(operator, axis, rank);
  }

  private List<Dim> dims(TensorType x) {
    return x.dims().subList(first(x.rank()), x.rank());
  }

  /// The type of what there is one of for each row: the axes are 1.
  TensorType statistic(TensorType x) {
    List<Dim> dims = new ArrayList<>(x.dims());
    for (int i = first(x.rank()); i < x.rank(); i++) {
      dims.set(i, Dim.ONE);
    }
    return x.withDims(dims);
  }

  /// @throws InvalidOperandException if a scale or bias does not broadcast to a row
  void check(TensorType parameter, TensorType x) {
    List<Dim> dims = dims(x);
    boolean fits = parameter.rank() <= dims.size();
    for (int i = 0; fits && i < parameter.rank(); i++) {
      Dim given = parameter.dim(i);
      Dim wanted = dims.get(dims.size() - parameter.rank() + i);
      fits = !given.isKnown() || !wanted.isKnown() || given.is(1) || given.equals(wanted);
    }
    if (!fits) {
      throw new InvalidOperandException(
          "%s over %s of %s has no use for a parameter of type %s"
              .formatted(operator, dims, x, parameter));
    }
  }

  /// How many elements a row has.
  int length(DoubleTensor x) {
    return Strides.count(x.shape(), first(x.rank()), x.rank());
  }

  /// The type of [#statistic] of known sizes.
  int[] statistic(DoubleTensor x) {
    int[] shape = x.shape().clone();
    Arrays.fill(shape, first(x.rank()), x.rank(), 1);
    return shape;
  }

  /// A scale or bias as one number for each element of a row.
  double[] parameter(DoubleTensor parameter, DoubleTensor x) {
    return Broadcast.expand(parameter, Arrays.copyOfRange(x.shape(), first(x.rank()), x.rank()));
  }

  /// Emits a routine on the first operand and those of the `parameters` next that are there.
  void lower(Node node, Lowering to, Routine routine, int parameters, float epsilon) {
    TensorType x = node.input(0).type();
    List<Integer> operands = new ArrayList<>();
    operands.add(to.read(node.input(0), Layout.PLAIN));
    for (int i = 1; i <= parameters; i++) {
      operands.add(node.hasInput(i) ? read(node.input(i), x, to) : Instruction.ABSENT);
    }
    to.emit(
        new Instruction.Call(
            routine,
            operands,
            Calling.results(node, to),
            List.of(to.extent(Dim.of(first(x.rank())))),
            List.of((double) epsilon)));
  }

  /// The slot of a scale or bias with one element for each of a row.
  private int read(Value parameter, TensorType x, Lowering to) {
    int slot = to.read(parameter, Layout.PLAIN);
    TensorType row = parameter.type().withDims(dims(x));
    if (row.equals(parameter.type())) {
      return slot;
    }
    int repeated = to.temporary(row, Layout.PLAIN);
    to.emit(new Instruction.Expand(slot, repeated));
    return repeated;
  }
}
