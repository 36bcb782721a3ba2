package dev.crease.compiler.op.random;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeCodes;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// ONNX `RandomUniformLike` and `RandomNormalLike`: random numbers of the operand's shape.
///
/// @param dtype of the result; the operand's if left out
public record RandomLike(Distribution.Parameters parameters, Optional<ElementType> dtype)
    implements Primitive {
  private static final Map<Distribution, OpSchema> BY_DISTRIBUTION =
      new EnumMap<>(Distribution.class);

  static {
    for (Distribution distribution : Distribution.values()) {
      BY_DISTRIBUTION.put(
          distribution,
          distribution
              .schema("Like")
              .optional("dtype", Attribute.Kind.INT)
              .input("input", "T1", TypeSets.ALL)
              .output("output", "T2", TypeSets.FLOATS)
              .build(a -> of(distribution, a)));
    }
  }

  public static final List<OpSchema> SCHEMAS = List.copyOf(BY_DISTRIBUTION.values());

  private static RandomLike of(Distribution distribution, Attributes attributes) {
    return new RandomLike(
        distribution.parameters(attributes),
        TypeCodes.optional(attributes, "dtype", TypeSets.FLOATS));
  }

  @Override
  public OpSchema schema() {
    return Objects.requireNonNull(BY_DISTRIBUTION.get(parameters.distribution()));
  }

  @Override
  public Attributes attributes() {
    Attributes drawn = parameters.attributes();
    return dtype.map(type -> drawn.with("dtype", TypeCodes.code(type))).orElse(drawn);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    ElementType type = dtype.orElse(operands.type(0).element());
    if (!type.isFloating()) {
      throw new InvalidOperandException(
          "%s needs dtype to draw numbers like %s".formatted(schema().name(), operands.type(0)));
    }
    return List.of(operands.type(0).withElement(type));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    return List.of(parameters.draw(dtype.orElse(x.type()), x.shape()));
  }

  @Override
  public void lower(Node node, Lowering to) {
    parameters.lower(node, to);
  }
}
