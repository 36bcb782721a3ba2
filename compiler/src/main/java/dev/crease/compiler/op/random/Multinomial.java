package dev.crease.compiler.op.random;

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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// ONNX `Multinomial`: classes drawn for each row with probabilities whose logarithms, up to a
/// common addend, the operand has. A draw from 0 to 1, times the sum of the row's exponentials,
/// falls to the first class whose cumulative sum is above it.
public record Multinomial(ElementType dtype, long samples, Optional<Float> seed)
    implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("Multinomial")
          .since(22)
          .attribute("dtype", TypeCodes.code(ElementType.INT32))
          .attribute("sample_size", 1)
          .optional("seed", Attribute.Kind.FLOAT)
          .input("input", "T1", TypeSets.FLOATS)
          .output("output", "T2", TypeSets.INDEXES)
          .build(
              a ->
                  new Multinomial(
                      TypeCodes.required(a, "dtype", TypeSets.INDEXES),
                      a.integer("sample_size"),
                      Seed.of(a)));

  public Multinomial {
    if (samples < 0) {
      throw new IllegalArgumentException("sample_size is " + samples + ", expected 0 or more");
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    Attributes sampled =
        Attributes.NONE.with("dtype", TypeCodes.code(dtype)).with("sample_size", samples);
    return Seed.with(sampled, seed);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    if (x.rank() != 2 || x.dim(1).is(0)) {
      throw new InvalidOperandException("Multinomial needs rows of classes, got " + x);
    }
    return List.of(new TensorType(dtype, List.of(x.dim(0), Dim.of(samples))));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    SplittableRandom draws = Seed.draws(seed);
    int classes = x.dim(1);
    DoubleTensor y = DoubleTensor.zeros(dtype, x.dim(0), Math.toIntExact(samples));
    for (int i = 0; i < y.data().length; i++) {
      int from = (int) (i / samples) * classes;
      double[] row = Arrays.copyOfRange(x.data(), from, from + classes);
      y.data()[i] = drawn(row, draws.nextDouble());
    }
    return List.of(y);
  }

  private static int drawn(double[] row, double draw) {
    double greatest = Arrays.stream(row).max().orElse(0);
    double total = 0;
    for (double logarithm : row) {
      total += Math.exp(logarithm - greatest);
    }
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      sum += Math.exp(row[i] - greatest);
      if (sum > draw * total) {
        return i;
      }
    }
    return row.length - 1;
  }

  @Override
  public void lower(Node node, Lowering to) {
    List<Dim> integers = List.of(Dim.of(Seed.bits(seed)));
    Calling.lower(node, to, Routine.MULTINOMIAL, integers, List.of());
  }
}
