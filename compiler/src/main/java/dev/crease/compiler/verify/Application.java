package dev.crease.compiler.verify;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An operator applied to approximations.
///
/// @param operands null where one is left out
/// @param y the first result, evaluated on the operands' tensors
/// @param rounding how far each operation of the judged run is off
record Application(
    Op op, List<@Nullable Approximation> operands, DoubleTensor y, Rounding rounding) {
  boolean has(int index) {
    return index < operands.size() && operands.get(index) != null;
  }

  /// @throws NullPointerException if the operand is left out
  Approximation operand(int index) {
    return Objects.requireNonNull(operands.get(index));
  }

  boolean isExact(int index) {
    return !has(index) || operand(index).isExact();
  }

  boolean allExact() {
    return operands.stream().allMatch(operand -> operand == null || operand.isExact());
  }

  /// The first result of `other` on what `change` makes of each operand.
  double[] evaluate(Op other, Function<Approximation, DoubleTensor> change) {
    List<@Nullable DoubleTensor> tensors = new ArrayList<>();
    for (Approximation operand : operands) {
      tensors.add(operand == null ? null : change.apply(operand));
    }
    return evaluate(other, tensors);
  }

  /// The first result of `other` on `first` in place of the first operand.
  double[] evaluateOn(Op other, DoubleTensor first) {
    List<@Nullable DoubleTensor> tensors = new ArrayList<>();
    for (Approximation operand : operands) {
      tensors.add(operand == null ? null : operand.tensor());
    }
    tensors.set(0, first);
    return evaluate(other, tensors);
  }

  static double[] evaluate(Op op, List<@Nullable DoubleTensor> tensors) {
    return op.evaluate(new EvaluationInputs(tensors, 1)).getFirst().data();
  }

  /// The result with this radius, and what is lost below the smallest normal number.
  Approximation within(double[] radius) {
    for (int i = 0; i < radius.length; i++) {
      radius[i] += rounding.tiny();
    }
    return new Approximation(y, radius);
  }

  /// The result with a radius that rounds nothing more.
  Approximation moved(double[] radius) {
    return new Approximation(y, radius);
  }

  Approximation exact() {
    return Approximation.exact(y);
  }

  /// What rounding a result once after `steps` operations adds: `steps u |y|`.
  double[] roundings(int steps) {
    return Arrays.stream(y.data()).map(v -> steps * rounding.unit() * Math.abs(v)).toArray();
  }
}
