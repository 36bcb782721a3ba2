package dev.crease.compiler.op.reduce;

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
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Clip;
import dev.crease.compiler.op.math.Elementwise;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;

/// ONNX's reductions that are a basic one with something before and after it: `ReduceL1`,
/// `ReduceL2`, `ReduceLogSum`, `ReduceLogSumExp`, `ReduceSumSquare`.
public record Norm(Function function, ReducedAxes axes) implements Composite {
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
    return List.of(axes.evaluate(schema().name(), inputs, this::reduce));
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

  @Override
  public List<Value> expand(Node node, List<Value> inputs, GraphBuilder out) {
    Value x = inputs.getFirst();
    Value over = inputs.size() > 1 ? inputs.get(1) : Value.ABSENT;
    return List.of(
        switch (function) {
          case L1 -> sum(out.add(new Elementwise(Elementwise.Function.ABS), x), over, out);
          case L2 ->
              out.add(new Elementwise(Elementwise.Function.SQRT), sum(square(x, out), over, out));
          case LOG_SUM -> out.add(new Elementwise(Elementwise.Function.LOG), sum(x, over, out));
          case LOG_SUM_EXP -> logSumExp(x, over, out);
          case SUM_SQUARE -> sum(square(x, out), over, out);
        });
  }

  private static Value square(Value x, GraphBuilder out) {
    return out.add(new Arithmetic(Arithmetic.Function.MUL), x, x);
  }

  private Value sum(Value x, Value over, GraphBuilder out) {
    return out.add(new Reduction(Reduction.Function.SUM, axes), x, over);
  }

  /// An infinite maximum is clipped to the largest finite number: infinity less infinity would be
  /// NaN.
  private Value logSumExp(Value x, Value over, GraphBuilder out) {
    ReducedAxes kept = new ReducedAxes(true, axes.noopWithEmptyAxes());
    Value shift = finite(out.add(new Reduction(Reduction.Function.MAX, kept), x, over), out);
    Value shifted = out.add(new Arithmetic(Arithmetic.Function.SUB), x, shift);
    Value sum = sum(out.add(new Elementwise(Elementwise.Function.EXP), shifted), over, out);
    Value logarithm = out.add(new Elementwise(Elementwise.Function.LOG), sum);
    Value again = finite(out.add(new Reduction(Reduction.Function.MAX, axes), x, over), out);
    return out.add(new Arithmetic(Arithmetic.Function.ADD), logarithm, again);
  }

  private static Value finite(Value x, GraphBuilder out) {
    ElementType type = x.type().element();
    double largest =
        switch (type) {
          case FLOAT64 -> Double.MAX_VALUE;
          case FLOAT16 -> 65504;
          case BFLOAT16 -> 0x1.FEp127;
          default -> Float.MAX_VALUE;
        };
    return type.isFloating()
        ? out.add(new Clip(), x, scalar(type, -largest, out), scalar(type, largest, out))
        : x;
  }

  private static Value scalar(ElementType type, double value, GraphBuilder out) {
    return out.constant(out.freshName("bound"), Constant.splat(type, new long[0], value));
  }
}
