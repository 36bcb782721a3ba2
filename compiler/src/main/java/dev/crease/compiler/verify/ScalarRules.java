package dev.crease.compiler.verify;

import dev.crease.compiler.op.Broadcast;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Elementwise;
import dev.crease.compiler.op.math.Elu;
import dev.crease.compiler.op.math.Gelu;
import dev.crease.compiler.op.math.HardSigmoid;
import dev.crease.compiler.op.math.LeakyRelu;
import dev.crease.compiler.op.math.Parametric;
import dev.crease.compiler.op.math.Pointwise;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.reduce.Softmax;
import java.util.Optional;

/// Radii of functions of single elements.
final class ScalarRules {
  /// What the reference and the vector kernels promise of a function: so many roundings of the
  /// larger of 1 and its value.
  private static final int FUNCTION_STEPS = 16;

  /// `2 / sqrt(pi)`, the slope of the error function at 0, and a little more.
  private static final double ERF_SLOPE = 1.1284;

  /// The slopes of `x erfc(-x / sqrt(2)) / 2`, of what stands for it with a hyperbolic tangent, and
  /// of `x sigmoid(alpha x)`, whose slope depends on `alpha x` alone, are at most 1.1290, 1.1297
  /// and 1.0999.
  private static final double GELU_SLOPE = 1.13;

  private static final double SWISH_SLOPE = 1.1;

  private ScalarRules() {}

  /// Roundings of the result beside what the operands' radii make of it.
  static Approximation arithmetic(Arithmetic.Function function, Application a) {
    Approximation p = a.operand(0);
    Approximation q = a.operand(1);
    int[] shape = a.y().shape();
    double[] left = Broadcast.expand(p.tensor(), shape);
    double[] right = Broadcast.expand(q.tensor(), shape);
    double[] dLeft = Broadcast.expand(p.radii(), shape);
    double[] dRight = Broadcast.expand(q.radii(), shape);
    double[] radius = a.roundings(1);
    for (int i = 0; i < radius.length; i++) {
      double passedOn =
          switch (function) {
            case ADD, SUB -> dLeft[i] + dRight[i];
            case MUL -> product(left[i], dLeft[i], right[i], dRight[i]);
            case DIV -> quotient(a.y().data()[i], dLeft[i], right[i], dRight[i]);
          };
      radius[i] += (1 + a.rounding().unit()) * passedOn;
    }
    return a.within(radius);
  }

  /// An infinite factor beside an exact one is not off.
  private static double product(double p, double dp, double q, double dq) {
    double first = dq == 0 ? 0 : (Math.abs(p) + dp) * dq;
    return first + (dp == 0 ? 0 : Math.abs(q) * dp);
  }

  /// `(dp + |p / q| dq) / (|q| - dq)`
  private static double quotient(double y, double dp, double q, double dq) {
    if (dp == 0 && dq == 0) {
      return 0;
    }
    double least = Math.abs(q) - dq;
    return least > 0 ? (dp + Math.abs(y) * dq) / least : Double.POSITIVE_INFINITY;
  }

  /// Empty for a function whose slope is not known.
  static Optional<Approximation> pointwise(Pointwise function, Application a) {
    return switch (function) {
      case Relu _ -> Optional.of(ClampRules.relu(a));
      case LeakyRelu(var alpha) -> Optional.of(sloped(a, Math.max(1, Math.abs(alpha)), 1));
      case Elu(var alpha) -> Optional.of(sloped(a, Math.max(1, Math.abs(alpha)), FUNCTION_STEPS));
      case HardSigmoid hard -> Optional.of(hardSigmoid(hard, a));
      case Gelu _ -> Optional.of(gelu(a));
      case Parametric(var named, _, _) when named == Parametric.Function.SWISH ->
          Optional.of(gate(a, SWISH_SLOPE));
      case Elementwise(var named) -> elementwise(named, a);
      default -> Optional.empty();
    };
  }

  /// `max(0, min(1, alpha x + beta))` where `alpha` is a float32 that may stand for 1 / 6, which
  /// none is: off by half a unit in its last place.
  private static Approximation hardSigmoid(HardSigmoid function, Application a) {
    double[] x = a.operand(0).data();
    double[] radius = new double[x.length];
    for (int i = 0; i < radius.length; i++) {
      double product = Math.abs(function.alpha() * x[i]);
      double line = function.alpha() * x[i] + function.beta();
      double off =
          Math.abs(function.alpha()) * a.operand(0).radius(i)
              + 0x1p-24 * product
              + FUNCTION_STEPS * a.rounding().unit() * (product + Math.abs(function.beta()));
      boolean saturated = line + off < 0 || line - off > 1;
      radius[i] = saturated ? 0 : off;
    }
    return a.within(radius);
  }

  private static Optional<Approximation> elementwise(Elementwise.Function function, Application a) {
    return switch (function) {
      case ABS, NEG -> Optional.of(sloped(a, 1, 0));
      case SIGMOID -> Optional.of(sloped(a, 0.25, FUNCTION_STEPS));
      case ASINH, ATAN, COS, SIN, SOFTSIGN, TANH, SOFTPLUS ->
          Optional.of(sloped(a, 1, FUNCTION_STEPS));
      case ERF -> Optional.of(sloped(a, ERF_SLOPE, FUNCTION_STEPS));
      case HARD_SWISH -> Optional.of(sloped(a, 1.5, FUNCTION_STEPS));
      case CEIL, FLOOR, ROUND, SIGN -> a.isExact(0) ? Optional.of(a.exact()) : Optional.empty();
      case MISH -> Optional.of(sloped(a, 1.25, FUNCTION_STEPS));
      case EXP, LOG, RECIPROCAL, SQRT -> Optional.of(steep(function, a));
      case ACOS, ACOSH, ASIN, ATANH, COSH, SINH, TAN ->
          a.isExact(0) ? Optional.of(sloped(a, 1, FUNCTION_STEPS)) : Optional.empty();
    };
  }

  /// Functions that rise or fall without limit, whose steepest place within reach is its nearest to
  /// 0, or its farthest up; nothing is known where a run may leave what they are defined for.
  private static Approximation steep(Elementwise.Function function, Application a) {
    double[] radius = new double[a.y().data().length];
    for (int i = 0; i < radius.length; i++) {
      double y = Math.abs(a.y().data()[i]);
      double x = a.operand(0).data()[i];
      double dx = a.operand(0).radius(i);
      double least = Math.abs(x) - dx;
      double passedOn =
          switch (function) {
            case EXP -> y * Math.expm1(dx);
            case LOG -> -Math.log1p(-dx / x);
            case RECIPROCAL -> dx / (Math.abs(x) * least);
            case SQRT -> Math.min(Math.sqrt(dx), dx / Math.sqrt(x));
            default -> throw new IllegalArgumentException(function + " is not steep");
          };
      boolean defined = dx == 0 || function == Elementwise.Function.EXP || least > 0;
      boolean basic =
          function == Elementwise.Function.SQRT || function == Elementwise.Function.RECIPROCAL;
      radius[i] =
          (dx == 0 ? 0 : defined ? passedOn : Double.POSITIVE_INFINITY)
              + FUNCTION_STEPS * a.rounding().unit() * (basic ? y : Math.max(1, y));
    }
    return a.within(radius);
  }

  /// A function whose slope is at most `slope`, and `steps` roundings.
  private static Approximation sloped(Application a, double slope, double steps) {
    if (steps == 0 && a.isExact(0)) {
      return a.exact();
    }
    double[] radius = new double[a.y().data().length];
    for (int i = 0; i < radius.length; i++) {
      double size = steps == 0 ? 0 : Math.max(1, Math.abs(a.y().data()[i]));
      radius[i] = slope * a.operand(0).radius(i) + steps * a.rounding().unit() * size;
    }
    return steps == 0 ? a.moved(radius) : a.within(radius);
  }

  /// A product of `x` with a function between 0 and 1 that comes within some roundings of 1, also
  /// where what it is a function of is rounded: `t` times the slope of a sigmoid at `t` is at most
  /// 0.23, of the function of Gauss and of its stand-in less than 1.
  private static Approximation gate(Application a, double slope) {
    double[] radius = new double[a.y().data().length];
    for (int i = 0; i < radius.length; i++) {
      double size = Math.max(1, Math.abs(a.operand(0).data()[i]));
      radius[i] = slope * a.operand(0).radius(i) + FUNCTION_STEPS * a.rounding().unit() * size;
    }
    return a.within(radius);
  }

  /// It may stand for what a model spells out with constants of its own type, which none of the
  /// formula's is: up to four, each off by half a unit in its last place, a quarter of which of `x`
  /// goes into the result.
  private static Approximation gelu(Application a) {
    double[] radius = gate(a, GELU_SLOPE).radii().data();
    double[] stored = Rounding.ofFormula(a.y().type(), a.operand(0).data());
    for (int i = 0; i < radius.length; i++) {
      radius[i] += 2 * stored[i];
    }
    return a.moved(radius);
  }

  /// `x < 0 ? slope x : x` with an exact slope.
  static Approximation leaky(Application a) {
    double[] slope = Broadcast.expand(a.operand(1).tensor(), a.y().shape());
    double[] radius = a.roundings(1);
    for (int i = 0; i < radius.length; i++) {
      radius[i] += Math.max(1, Math.abs(slope[i])) * a.operand(0).radius(i);
    }
    return a.within(radius);
  }

  /// Where no element is off by more than `d`, `e^x / sum(e^x)` is off by the factor `e^2d`, and
  /// its logarithm by `2 d`.
  static Approximation softmax(Softmax softmax, Application a) {
    double most = 0;
    for (int i = 0; i < a.operand(0).data().length; i++) {
      most = Math.max(most, a.operand(0).radius(i));
    }
    int axis = Math.floorMod((int) softmax.axis(), Math.max(1, a.y().rank()));
    double steps = FUNCTION_STEPS + (double) a.y().dim(axis);
    double[] radius = new double[a.y().data().length];
    for (int i = 0; i < radius.length; i++) {
      double size = Math.abs(a.y().data()[i]);
      double passedOn =
          switch (softmax.function()) {
            case SOFTMAX -> size * Math.expm1(2 * most);
            case LOG_SOFTMAX -> 2 * most;
          };
      radius[i] = passedOn + steps * a.rounding().unit() * Math.max(1, size);
    }
    return a.within(radius);
  }
}
