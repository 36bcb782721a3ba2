package dev.crease.compiler.ir;

import java.util.List;
import java.util.Optional;

/// What is known of a node's operands before anything runs; the input of type inference.
public interface Operands {
  /// How many operands are listed, left-out ones among them.
  int count();

  boolean has(int index);

  /// @throws InvalidOperandException if the operand is left out
  TensorType type(int index);

  /// The operand's value, if it is a constant of the graph.
  Optional<Constant> constant(int index);

  /// The elements of an integer or boolean (0 and 1) operand of rank 0 or 1, if all are known
  /// symbolically: shapes and what is computed from them.
  Optional<List<Dim>> elements(int index);

  /// What is known of the tensors in an operand that is a sequence or an optional.
  Items items(int index);

  /// The type that the model declares for a result, if it does.
  Optional<TensorType> declared(int result);

  /// A new symbol for a dimension that depends on data.
  Dim freshSymbol();

  /// How many results the node asks for.
  int outputs();
}
