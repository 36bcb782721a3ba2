package dev.crease.compiler.verify;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Items;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A node's operands in a run as inference sees them: all dimensions are numbers, and so are the
/// elements of short vectors of integers and booleans.
///
/// @param results the node's, with the types that the graph declares
record RunOperands(EvaluationInputs inputs, List<Value> results) implements Operands {
  /// More elements than any shape or list of axes has.
  private static final int MAX_ELEMENTS = 1024;

  RunOperands(EvaluationInputs inputs) {
    this(inputs, List.of());
  }

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
    return tensor.isTensor()
        ? TensorType.of(tensor.type(), Arrays.stream(tensor.shape()).asLongStream().toArray())
        : TensorType.of(tensor.holder(), tensor.type());
  }

  @Override
  public Items items(int index) {
    return has(index) ? Items.of(inputs.get(index)) : Items.none();
  }

  @Override
  public Optional<TensorType> declared(int result) {
    return result < results.size() && !results.get(result).isAbsent()
        ? Optional.of(results.get(result).type())
        : Optional.empty();
  }

  @Override
  public Optional<Constant> constant(int index) {
    return has(index) && inputs.get(index).isTensor()
        ? Optional.of(Constant.of(inputs.get(index).toTensor()))
        : Optional.empty();
  }

  @Override
  public Optional<List<Dim>> elements(int index) {
    if (!has(index)) {
      return Optional.empty();
    }
    DoubleTensor tensor = inputs.get(index);
    boolean whole = tensor.type().isInteger() || tensor.type() == ElementType.BOOL;
    boolean known =
        tensor.isTensor() && whole && tensor.rank() <= 1 && tensor.data().length <= MAX_ELEMENTS;
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
