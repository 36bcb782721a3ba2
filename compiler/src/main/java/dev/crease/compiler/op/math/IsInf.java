package dev.crease.compiler.op.math;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Composite;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;

/// ONNX `IsInf`: which elements are infinite.
///
/// @param negative whether negative infinity counts, and `positive` likewise
public record IsInf(boolean negative, boolean positive) implements Composite {
  public static final OpSchema SCHEMA =
      OpSchema.named("IsInf")
          .since(20)
          .attribute("detect_negative", 1)
          .attribute("detect_positive", 1)
          .input("X", "T1", TypeSets.FLOATS)
          .output("Y", "T2", TypeSets.BOOLS)
          .build(a -> new IsInf(a.flag("detect_negative"), a.flag("detect_positive")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("detect_negative", negative ? 1 : 0)
        .with("detect_positive", positive ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    return List.of(operands.type(0).withElement(ElementType.BOOL));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    double[] y = Arrays.stream(x.data()).map(value -> counts(value) ? 1 : 0).toArray();
    return List.of(new DoubleTensor(ElementType.BOOL, x.shape(), y));
  }

  private boolean counts(double value) {
    return Double.isInfinite(value) && (value > 0 ? positive : negative);
  }

  /// Nothing is less than itself.
  @Override
  public List<Value> expand(Node node, List<Value> inputs, GraphBuilder out) {
    Value x = inputs.getFirst();
    if (!negative && !positive) {
      return List.of(out.add(new Comparison(Comparison.Function.LESS), x, x));
    }
    if (negative != positive) {
      return List.of(equal(x, negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY, out));
    }
    Value magnitude = out.add(new Elementwise(Elementwise.Function.ABS), x);
    return List.of(equal(magnitude, Double.POSITIVE_INFINITY, out));
  }

  private static Value equal(Value x, double bound, GraphBuilder out) {
    Constant constant = Constant.splat(x.type().element(), new long[0], bound);
    Value infinity = out.constant(out.freshName("infinity"), constant);
    return out.add(new Comparison(Comparison.Function.EQUAL), x, infinity);
  }
}
