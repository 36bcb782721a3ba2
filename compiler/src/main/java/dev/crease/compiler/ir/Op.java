package dev.crease.compiler.ir;

import java.util.List;

/// An operator with its attributes: what every operator must know. What only some know is a facet
/// interface in [dev.crease.compiler.op].
///
/// Implementations are records whose components are the attributes, so equal operators are equal
/// objects.
public interface Op {
  OpSchema schema();

  /// All attributes, defaults among them, so that `schema().create(attributes())` equals this.
  Attributes attributes();

  /// Types of the results, one for each that the node may have.
  ///
  /// @throws InvalidOperandException if the operands break the operator's specification
  List<TensorType> infer(Operands operands);

  /// The reference semantics, for well-typed operands: plain loops in double that share no code
  /// with any pass or kernel. Left-out operands are null entries or missing at the end.
  ///
  /// @return one tensor for each result
  List<DoubleTensor> evaluate(EvaluationInputs inputs);
}
