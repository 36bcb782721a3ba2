package dev.crease.compiler.op.random;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Composite;
import dev.crease.compiler.op.TypeCodes;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.math.Comparison;
import dev.crease.compiler.op.tensor.Cast;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// ONNX `Bernoulli`: 1 with the probability that the operand's element is, else 0: whether the next
/// draw from 0 to 1 is less.
///
/// @param dtype of the result; the operand's if left out
public record Bernoulli(Optional<ElementType> dtype, Optional<Float> seed) implements Composite {
  private static final Set<ElementType> TYPES = types();

  public static final OpSchema SCHEMA =
      OpSchema.named("Bernoulli")
          .since(22)
          .optional("dtype", Attribute.Kind.INT)
          .optional("seed", Attribute.Kind.FLOAT)
          .input("input", "T1", TypeSets.FLOATS)
          .output("output", "T2", TYPES)
          .build(a -> new Bernoulli(TypeCodes.optional(a, "dtype", TYPES), Seed.of(a)));

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
    Attributes seeded = Seed.with(Attributes.NONE, seed);
    return dtype.map(type -> seeded.with("dtype", TypeCodes.code(type))).orElse(seeded);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    return List.of(x.withElement(dtype.orElse(x.element())));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    SplittableRandom draws = Seed.draws(seed);
    double[] y = Arrays.stream(x.data()).map(p -> draws.nextDouble() < p ? 1 : 0).toArray();
    return List.of(new DoubleTensor(dtype.orElse(x.type()), x.shape(), y));
  }

  /// In float64, where no draw is rounded to 1.
  @Override
  public List<Value> expand(Node node, List<Value> inputs, GraphBuilder out) {
    Value x = inputs.getFirst();
    var uniform = new Distribution.Parameters(Distribution.UNIFORM, 0, 1, seed);
    Value drawn = out.add(new RandomLike(uniform, Optional.of(ElementType.FLOAT64)), x);
    Value probability = out.add(new Cast(ElementType.FLOAT64), x);
    Value less = out.add(new Comparison(Comparison.Function.LESS), drawn, probability);
    return List.of(out.add(new Cast(dtype.orElse(x.type().element())), less));
  }
}
