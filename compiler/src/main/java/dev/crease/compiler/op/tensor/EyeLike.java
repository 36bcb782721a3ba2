package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeCodes;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Routine;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// ONNX `EyeLike`: of the operand's shape, 1 where the column is the row and `k`, 0 elsewhere.
///
/// @param dtype of the result; the operand's if left out
public record EyeLike(Optional<ElementType> dtype, long k) implements Primitive {
  private static final Set<ElementType> TYPES = types();

  public static final OpSchema SCHEMA =
      OpSchema.named("EyeLike")
          .since(22)
          .optional("dtype", Attribute.Kind.INT)
          .attribute("k", 0)
          .input("input", "T1", TYPES)
          .output("output", "T2", TYPES)
          .build(a -> new EyeLike(TypeCodes.optional(a, "dtype", TYPES), a.integer("k")));

  private static Set<ElementType> types() {
    EnumSet<ElementType> types = EnumSet.copyOf(TypeSets.NUMBERS);
    types.add(ElementType.BOOL);
    return types;
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    Attributes offset = Attributes.NONE.with("k", k);
    return dtype.map(type -> offset.with("dtype", TypeCodes.code(type))).orElse(offset);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    if (x.rank() != 2) {
      throw new InvalidOperandException("EyeLike needs a matrix, got " + x);
    }
    return List.of(x.withElement(dtype.orElse(x.element())));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    DoubleTensor y = DoubleTensor.zeros(dtype.orElse(x.type()), x.shape());
    for (int row = 0; row < x.dim(0); row++) {
      long column = row + k;
      if (column >= 0 && column < x.dim(1)) {
        y.data()[row * x.dim(1) + (int) column] = 1;
      }
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    Calling.lower(node, to, Routine.EYE, List.of(), List.of(Dim.of(k)), List.of());
  }
}
