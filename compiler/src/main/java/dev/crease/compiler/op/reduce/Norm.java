package dev.crease.compiler.op.reduce;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Defined;
import java.util.Arrays;
import java.util.List;

/// ONNX's reductions that are a basic one with something before and after it: `ReduceL1`,
/// `ReduceL2`, `ReduceLogSum`, `ReduceLogSumExp`, `ReduceSumSquare`.
public record Norm(Function function, ReducedAxes axes) implements Defined {
  public static final List<OpSchema> SCHEMAS =
      Arrays.stream(Function.values()).map(function -> function.schema).toList();

  /// What each group of elements becomes.
  public enum Function {
    L1("ReduceL1"),
    L2("ReduceL2"),
    LOG_SUM("ReduceLogSum"),
    LOG_SUM_EXP("ReduceLogSumExp"),
    SUM_SQUARE("ReduceSumSquare");

    private final OpSchema schema;

    Function(String name) {
      schema =
          ReducedAxes.schema(name, 18, ReducedAxes.numbers())
              .build(a -> new Norm(this, ReducedAxes.of(a)));
    }
  }

  @Override
  public OpSchema schema() {
    return function.schema;
  }

  @Override
  public Attributes attributes() {
    return axes.attributes();
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    return List.of(axes.infer(schema().name(), operands));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor y = axes.evaluate(schema().name(), inputs, this::reduce);
    if (y.type().isInteger()) {
      Arrays.setAll(y.data(), i -> (long) y.data()[i]);
    }
    return List.of(y);
  }

  private double reduce(double[] x, int from, int count) {
    double sum = 0;
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, x[i]);
      sum +=
          switch (function) {
            case L1 -> Math.abs(x[i]);
            case L2, SUM_SQUARE -> x[i] * x[i];
            case LOG_SUM, LOG_SUM_EXP -> x[i];
          };
    }
    return switch (function) {
      case L1, SUM_SQUARE -> sum;
      case L2 -> Math.sqrt(sum);
      case LOG_SUM -> Math.log(sum);
      case LOG_SUM_EXP -> logSumExp(x, from, count, largest);
    };
  }

  /// The largest term is taken out first, so that no exponential overflows.
  private static double logSumExp(double[] x, int from, int count, double largest) {
    double shift = Double.isInfinite(largest) ? 0 : largest;
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += Math.exp(x[i] - shift);
    }
    return shift + Math.log(sum);
  }
}
