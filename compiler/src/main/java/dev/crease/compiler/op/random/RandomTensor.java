package dev.crease.compiler.op.random;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
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

/// ONNX `RandomUniform` and `RandomNormal`: random numbers of a given shape and type.
public record RandomTensor(Distribution.Parameters parameters, ElementType dtype, List<Long> shape)
    implements Primitive {
  private static final Map<Distribution, OpSchema> BY_DISTRIBUTION =
      new EnumMap<>(Distribution.class);

  static {
    for (Distribution distribution : Distribution.values()) {
      BY_DISTRIBUTION.put(
          distribution,
          distribution
              .schema("")
              .attribute("dtype", TypeCodes.code(ElementType.FLOAT32))
              .attribute("shape", Attribute.Kind.INTS)
              .output("output", "T", TypeSets.FLOATS)
              .build(a -> of(distribution, a)));
    }
  }

  public static final List<OpSchema> SCHEMAS = List.copyOf(BY_DISTRIBUTION.values());

  public RandomTensor {
    shape = List.copyOf(shape);
    if (shape.stream().anyMatch(dim -> dim < 0)) {
      throw new IllegalArgumentException("shape is " + shape + ", expected no negative dimension");
    }
  }

  private static RandomTensor of(Distribution distribution, Attributes attributes) {
    return new RandomTensor(
        distribution.parameters(attributes),
        TypeCodes.required(attributes, "dtype", TypeSets.FLOATS),
        attributes.integers("shape"));
  }

  @Override
  public OpSchema schema() {
    return Objects.requireNonNull(BY_DISTRIBUTION.get(parameters.distribution()));
  }

  @Override
  public Attributes attributes() {
    return parameters.attributes().with("dtype", TypeCodes.code(dtype)).with("shape", shape);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    return List.of(new TensorType(dtype, shape.stream().map(Dim::of).toList()));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    int[] dims = shape.stream().mapToInt(Math::toIntExact).toArray();
    return List.of(parameters.draw(dtype, dims));
  }

  @Override
  public void lower(Node node, Lowering to) {
    parameters.lower(node, to);
  }
}
