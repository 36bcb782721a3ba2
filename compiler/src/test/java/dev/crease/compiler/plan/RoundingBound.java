package dev.crease.compiler.plan;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.Sample;
import dev.crease.compiler.op.crease.ChannelClamp;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.nn.AveragePool;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.Dropout;
import dev.crease.compiler.op.nn.Einsum;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.GlobalPool;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.nn.MaxUnpool;
import dev.crease.compiler.op.normalization.RmsNormalization;
import dev.crease.compiler.op.recurrent.Recurrent;
import dev.crease.compiler.op.reduce.Reduction;
import dev.crease.compiler.op.signal.Dft;
import dev.crease.compiler.op.signal.Stft;
import dev.crease.compiler.op.tensor.Resize;
import dev.crease.compiler.op.tensor.ScatterElements;
import dev.crease.compiler.op.tensor.ScatterNd;
import dev.crease.compiler.op.vision.GridSample;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.ResizeMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/// How far a float32 kernel may be from the reference, derived from what the operator adds up.
///
/// A sum of `n` products in any order, with or without fused multiply-adds, is off by at most
/// `gamma(n + 2) sum |a| |b|` with `gamma(n) = n u / (1 - n u)`, `u = 2^-24`; the sum of absolute
/// values is the operator's own evaluation on absolute operands.
final class RoundingBound {
  private static final double UNIT = 0x1p-24;

  /// Rounding steps of a scalar function, and what the vector math kernels promise.
  private static final int FUNCTION_STEPS = 16;

  /// Products of at most 16 taps along two or three axes.
  private static final int RESIZE_STEPS = 48;

  /// What is as near to a whole number may be on either side of it.
  private static final double NEARLY = 1e-5;

  private RoundingBound() {}

  /// One bound for each element of the first result `y`.
  static double[] of(Sample sample, DoubleTensor y) {
    if (y.type() == ElementType.FLOAT64) {
      return float64(sample, y);
    }
    return switch (y.type()) {
      case FLOAT32 -> float32(sample, y);
      case FLOAT16 -> rounded(float32(sample, y), y, 11, 0x1p-24);
      case BFLOAT16 -> rounded(float32(sample, y), y, 8, 0x1p-133);
      default -> whole(sample, y);
    };
  }

  private static double[] float64(Sample sample, DoubleTensor y) {
    EvaluationInputs inputs = sample.evaluationInputs();
    if (sample.op() instanceof GridSample) {
      return positions(inputs.get(0), y);
    }
    if (sample.op() instanceof Dft || sample.op() instanceof Stft) {
      return spectrum(inputs, y);
    }
    return isNarrow(sample.op(), inputs) ? float32(sample, y) : both(float32(sample, y));
  }

  /// Whether float64 results are as exact as float32. Operands of float32 alone do not make them
  /// so: they are exact.
  private static boolean isNarrow(Op op, EvaluationInputs inputs) {
    boolean mixed =
        inputs.tensors().stream().anyMatch(x -> x != null && x.type() == ElementType.FLOAT32);
    return switch (op) {
      // Positions and weights are computed in float32 for every type.
      case Resize _ -> true;
      // Statistics, or what is normalized, are kept in the narrower of two types on the way.
      case BatchNormalization norm -> mixed && norm.trainingMode();
      case RmsNormalization _ -> mixed;
      default -> false;
    };
  }

  /// A position of up to 16 pixels takes four roundings. Slopes of cubic weights add up to at most
  /// 3 along an axis, the weights themselves to 11/8: over three axes no slope exceeds `3 * 3
  /// (11/8)^2 max |x| < 18 max |x|`; of linear weights, `3 * 2 max |x|`. Adding up 64 products of
  /// weights of 24 roundings is off by at most `(64 + 24) (11/8)^3 max |x| < 256 max |x|` units.
  private static double[] positions(DoubleTensor x, DoubleTensor y) {
    double most = Arrays.stream(x.data()).map(Math::abs).max().orElse(0);
    double[] bound = new double[y.data().length];
    Arrays.fill(bound, (4 * 16 * 18 + 256) * most * 0x1p-53);
    return bound;
  }

  /// An interpolated value that is nearly whole becomes one of two integers; any other, one only.
  private static double[] whole(Sample sample, DoubleTensor y) {
    boolean interpolates =
        switch (sample.op()) {
          case Resize resize -> resize.how().mode() != ResizeMode.NEAREST;
          case GridSample grid -> grid.mode() != GridSample.Mode.NEAREST;
          default -> false;
        };
    double[] bound = new double[y.data().length];
    if (interpolates) {
      List<@Nullable DoubleTensor> operands = new ArrayList<>(sample.evaluationInputs().tensors());
      DoubleTensor x = sample.evaluationInputs().get(0);
      operands.set(0, new DoubleTensor(ElementType.FLOAT64, x.shape(), x.data()));
      double[] z = sample.op().evaluate(new EvaluationInputs(operands, 1)).getFirst().data();
      Arrays.setAll(bound, i -> Math.abs(z[i] - Math.rint(z[i])) <= NEARLY ? 1 : 0);
    }
    return bound;
  }

  /// Half a place more of a type with so many bits, whose smallest positive number is `least`: what
  /// is kept in it is computed in float32 and rounded once.
  private static double[] rounded(double[] float32, DoubleTensor y, int bits, double least) {
    double[] bound = float32.clone();
    for (int i = 0; i < bound.length; i++) {
      double size = Math.abs(y.data()[i]) + bound[i];
      bound[i] += Math.max(Math.scalb(size, -bits), least / 2);
    }
    return bound;
  }

  private static double[] float32(Sample sample, DoubleTensor y) {
    EvaluationInputs inputs = sample.evaluationInputs();
    return switch (sample.op()) {
      case Conv conv -> sum(conv, inputs, taps(inputs));
      case ConvTranspose conv ->
          sum(conv, inputs, inputs.get(1).data().length / inputs.get(1).dim(1));
      case FusedConv fused -> fused(fused, inputs);
      case Gemm gemm -> sum(gemm, inputs, inputs.get(0).data().length);
      case Einsum einsum -> sum(einsum, inputs, factors(inputs));
      case MatMul product -> sum(product, inputs, inputs.get(0).data().length);
      case AveragePool pool -> sum(pool, inputs, inputs.get(0).data().length);
      case GlobalPool pool -> sum(pool, inputs, inputs.get(0).data().length);
      case Variadic variadic -> sum(variadic, inputs, inputs.count());
      case BatchNormalization norm when !norm.trainingMode() -> normalization(norm, inputs, y);
      case Reduction reduction when reduction.function() == Reduction.Function.PROD ->
          product(inputs.get(0).data().length / Math.max(1, y.data().length), y);
      case Recurrent _ -> recurrent(y);
      case MaxPool _, MaxUnpool _, Dropout _, ChannelClamp _ -> new double[y.data().length];
      default -> function(sample.op(), inputs, y);
    };
  }

  /// In float64 the reference rounds as often as the kernel does.
  private static double[] both(double[] float32) {
    return Arrays.stream(float32).map(bound -> 2 * bound * 0x1p-53 / UNIT).toArray();
  }

  /// A sum of `n` products with sines, each within two roundings, is off by `(n + 4) u sum |x|`;
  /// the fast transform, of fewer sums, is not off by more. Windows are not above 1.
  private static double[] spectrum(EvaluationInputs inputs, DoubleTensor y) {
    double[] x = inputs.get(0).data();
    double sum = Arrays.stream(x).map(Math::abs).sum();
    double[] bound = new double[y.data().length];
    Arrays.fill(bound, 2 * (x.length + 4) * 0x1p-53 * sum);
    return bound;
  }

  /// Operators on tensors move elements and round nothing. Values of other functions, and what they
  /// add up on the way, are of the size of the larger of 1 and the result.
  private static double[] function(Op op, EvaluationInputs inputs, DoubleTensor y) {
    if (op instanceof Resize resize && resize.how().mode() != ResizeMode.NEAREST) {
      // Cubic weights add up to at most 11/8 along each of two axes, linear ones to 1.
      double most = Arrays.stream(inputs.get(0).data()).map(Math::abs).max().orElse(0);
      return Arrays.stream(y.data()).map(_ -> RESIZE_STEPS * UNIT * 2 * most).toArray();
    }
    String family = op.getClass().getPackageName();
    boolean moves =
        family.endsWith(".sequence")
            || family.endsWith(".tensor")
                && !(op instanceof ScatterNd)
                && !(op instanceof ScatterElements);
    int steps = moves ? 0 : FUNCTION_STEPS;
    return Arrays.stream(y.data()).map(v -> steps * UNIT * Math.max(1, Math.abs(v))).toArray();
  }

  /// No sum has more summands than there are choices of one element of each operand; each summand
  /// is a product of as many factors.
  private static int factors(EvaluationInputs inputs) {
    int choices = 1;
    for (int i = 0; i < inputs.count(); i++) {
      choices *= Math.max(1, inputs.get(i).data().length);
    }
    return choices + inputs.count();
  }

  private static int taps(EvaluationInputs inputs) {
    DoubleTensor weights = inputs.get(1);
    return weights.data().length / weights.dim(0);
  }

  /// With five weights of up to 0.3 a step at most doubles the error that it is given, and adds
  /// that of functions and short sums; there are six steps.
  private static double[] recurrent(DoubleTensor y) {
    double step = 2 * FUNCTION_STEPS * UNIT;
    return Arrays.stream(y.data()).map(v -> 64 * step * Math.max(1, Math.abs(v))).toArray();
  }

  /// A product of `n` factors takes `n` roundings.
  private static double[] product(int factors, DoubleTensor y) {
    return Arrays.stream(y.data()).map(v -> (factors + 1) * UNIT * Math.abs(v)).toArray();
  }

  private static double[] sum(Op op, EvaluationInputs inputs, int terms) {
    double[] magnitudes = op.evaluate(absolute(inputs)).getFirst().data();
    double steps = (terms + 2) * UNIT;
    double gamma = steps / (1 - steps);
    return Arrays.stream(magnitudes).map(m -> gamma * Math.abs(m) + Float.MIN_NORMAL).toArray();
  }

  private static EvaluationInputs absolute(EvaluationInputs inputs) {
    List<@Nullable DoubleTensor> tensors = new ArrayList<>();
    for (DoubleTensor tensor : inputs.tensors()) {
      tensors.add(tensor == null ? null : mapped(tensor, Math::abs));
    }
    return new EvaluationInputs(tensors, inputs.outputs());
  }

  private static DoubleTensor mapped(DoubleTensor tensor, DoubleUnaryOperator function) {
    double[] values = Arrays.stream(tensor.data()).map(function).toArray();
    return new DoubleTensor(tensor.type(), tensor.shape(), values);
  }

  /// No activation's slope exceeds 2, and its own rounding is that of a function.
  private static double[] fused(FusedConv fused, EvaluationInputs inputs) {
    List<@Nullable DoubleTensor> operands = new ArrayList<>(inputs.tensors());
    while (operands.size() <= FusedConv.RESIDUAL) {
      operands.add(null);
    }
    DoubleTensor residual = operands.set(FusedConv.RESIDUAL, null);
    EvaluationInputs plain = new EvaluationInputs(operands, 1);
    double[] bound = sum(new FusedConv(fused.conv(), Activation.NONE), plain, taps(inputs) + 1);
    for (int i = 0; i < bound.length; i++) {
      double added = residual == null ? 0 : Math.abs(residual.data()[i]);
      bound[i] = 2 * (bound[i] + 2 * UNIT * added) + FUNCTION_STEPS * UNIT;
    }
    return bound;
  }

  /// `|scale (x - mean)| / sqrt(variance + epsilon) + |bias|` bounds what is added up: the mean is
  /// taken off before anything is scaled.
  private static double[] normalization(
      BatchNormalization norm, EvaluationInputs inputs, DoubleTensor y) {
    List<@Nullable DoubleTensor> operands = new ArrayList<>(inputs.tensors());
    operands.set(2, mapped(inputs.get(2), _ -> 0));
    double[] scaled = norm.evaluate(new EvaluationInputs(operands, 1)).getFirst().data();
    double[] bound = new double[scaled.length];
    for (int i = 0; i < bound.length; i++) {
      double size = Math.abs(scaled[i]) + Math.abs(y.data()[i] - scaled[i]);
      bound[i] = FUNCTION_STEPS * UNIT * size;
    }
    return bound;
  }
}
