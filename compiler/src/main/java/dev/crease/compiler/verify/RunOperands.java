package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A node's operands in a run as inference sees them: all dimensions are numbers, and so are the
/// elements of short vectors of integers and booleans.
record RunOperands(EvaluationInputs inputs) implements Operands {
  /// More elements than any shape or list of axes has.
  private static final int MAX_ELEMENTS = 1024;

  @Override
  public int count() {
    return inputs.count();
  }

  @Override
  public boolean has(int index) {
    return inputs.has(index);
  }

  @Override
  public TensorType type(int index) {
    if (!has(index)) {
      throw new InvalidOperandException("operand " + index + " is left out");
    }
    return type(inputs.get(index));
  }

  static TensorType type(DoubleTensor tensor) {
    return TensorType.of(tensor.type(), Arrays.stream(tensor.shape()).asLongStream().toArray());
  }

  @Override
  public Optional<Constant> constant(int index) {
    return has(index) ? Optional.of(Constant.of(inputs.get(index).toTensor())) : Optional.empty();
  }

  @Override
  public Optional<List<Dim>> elements(int index) {
    if (!has(index)) {
      return Optional.empty();
    }
    DoubleTensor tensor = inputs.get(index);
    boolean whole = tensor.type().isInteger() || tensor.type() == ElementType.BOOL;
    boolean known = whole && tensor.rank() <= 1 && tensor.data().length <= MAX_ELEMENTS;
    return known
        ? Optional.of(Arrays.stream(tensor.data()).mapToObj(value -> Dim.of((long) value)).toList())
        : Optional.empty();
  }

  @Override
  public Dim freshSymbol() {
    return Dim.symbol("?");
  }

  @Override
  public int outputs() {
    return inputs.outputs();
  }
}
