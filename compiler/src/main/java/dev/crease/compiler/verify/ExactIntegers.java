package dev.crease.compiler.verify;

import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InexactIntegerException;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.crease.Expect;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.BitShift;
import dev.crease.compiler.op.math.Bitwise;
import dev.crease.compiler.op.math.BitwiseNot;
import dev.crease.compiler.op.math.Clip;
import dev.crease.compiler.op.math.Comparison;
import dev.crease.compiler.op.math.Mod;
import dev.crease.compiler.op.math.PRelu;
import dev.crease.compiler.op.math.Pointwise;
import dev.crease.compiler.op.math.Pow;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.nn.Einsum;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.reduce.ArgExtreme;
import dev.crease.compiler.op.reduce.Cumulative;
import dev.crease.compiler.op.reduce.Norm;
import dev.crease.compiler.op.reduce.Reduction;
import dev.crease.compiler.op.sequence.ConcatFromSequence;
import dev.crease.compiler.op.sequence.OptionalGetElement;
import dev.crease.compiler.op.sequence.OptionalOf;
import dev.crease.compiler.op.sequence.SequenceAt;
import dev.crease.compiler.op.sequence.SequenceConstruct;
import dev.crease.compiler.op.sequence.SequenceErase;
import dev.crease.compiler.op.sequence.SequenceInsert;
import dev.crease.compiler.op.sequence.SplitToSequence;
import dev.crease.compiler.op.tensor.BitCast;
import dev.crease.compiler.op.tensor.Cast;
import dev.crease.compiler.op.tensor.CastLike;
import dev.crease.compiler.op.tensor.CenterCropPad;
import dev.crease.compiler.op.tensor.Compress;
import dev.crease.compiler.op.tensor.Concat;
import dev.crease.compiler.op.tensor.ConstantOfShape;
import dev.crease.compiler.op.tensor.DepthToSpace;
import dev.crease.compiler.op.tensor.Expand;
import dev.crease.compiler.op.tensor.EyeLike;
import dev.crease.compiler.op.tensor.Flatten;
import dev.crease.compiler.op.tensor.Gather;
import dev.crease.compiler.op.tensor.GatherElements;
import dev.crease.compiler.op.tensor.GatherNd;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.compiler.op.tensor.NonZero;
import dev.crease.compiler.op.tensor.OneHot;
import dev.crease.compiler.op.tensor.Pad;
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.compiler.op.tensor.ReverseSequence;
import dev.crease.compiler.op.tensor.ScatterElements;
import dev.crease.compiler.op.tensor.ScatterNd;
import dev.crease.compiler.op.tensor.Shape;
import dev.crease.compiler.op.tensor.Size;
import dev.crease.compiler.op.tensor.Slice;
import dev.crease.compiler.op.tensor.SpaceToDepth;
import dev.crease.compiler.op.tensor.Split;
import dev.crease.compiler.op.tensor.Squeeze;
import dev.crease.compiler.op.tensor.TensorScatter;
import dev.crease.compiler.op.tensor.Tile;
import dev.crease.compiler.op.tensor.TopK;
import dev.crease.compiler.op.tensor.Transpose;
import dev.crease.compiler.op.tensor.Trilu;
import dev.crease.compiler.op.tensor.Unique;
import dev.crease.compiler.op.tensor.Unsqueeze;
import dev.crease.compiler.op.tensor.Where;
import dev.crease.compiler.op.vision.NonMaxSuppression;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Refuses integers that an evaluation in double may have rounded.
///
/// Operators that move, compare or count elements, and those that compute in whole numbers of 64
/// bits, are exact or refuse themselves. A sum or product in double is exact if the same sum or
/// product of the magnitudes stays below 2^53: no intermediate result is larger, whatever the
/// order. Of all other operators, what they read and what they compute must be below 2^53, all of
/// an operand together.
final class ExactIntegers {
  private static final double LIMIT = 0x1p53;

  private ExactIntegers() {}

  /// @throws InexactIntegerException if a result, or what became a result, may be rounded
  static void check(Op op, EvaluationInputs inputs, List<DoubleTensor> results) {
    if (results.stream().noneMatch(result -> result.type().isInteger()) || isExact(op)) {
      return;
    }
    Optional<Op> magnitudes = magnitudes(op);
    if (magnitudes.isPresent()) {
      DoubleUnaryOperator size = multiplies(op) ? x -> Math.max(1, Math.abs(x)) : Math::abs;
      refuse(largest(sizes(magnitudes.get(), inputs, size)), "sums or products of");
      return;
    }
    for (int i = 0; i < inputs.count(); i++) {
      if (inputs.has(i) && is64(inputs.get(i))) {
        double[] data = inputs.get(i).data();
        refuse(
            op instanceof Pointwise || op instanceof Pow ? largest(data) : sum(data), "it reads");
      }
    }
    results.stream()
        .filter(ExactIntegers::is64)
        .forEach(result -> refuse(largest(result.data()), "it computes"));
  }

  private static boolean is64(DoubleTensor tensor) {
    return tensor.type() == ElementType.INT64 || tensor.type() == ElementType.UINT64;
  }

  private static void refuse(double magnitude, String what) {
    if (!(magnitude < LIMIT)) {
      throw new InexactIntegerException("%s integers of magnitude %.0f".formatted(what, magnitude));
    }
  }

  private static double largest(double[] values) {
    return Arrays.stream(values).map(Math::abs).reduce(0, Math::max);
  }

  private static double sum(double[] values) {
    return Arrays.stream(values).map(Math::abs).reduce(0, Double::sum);
  }

  /// What adds up or multiplies the magnitudes as `op` does its operands.
  private static Optional<Op> magnitudes(Op op) {
    return switch (op) {
      case MatMul _, Einsum _ -> Optional.of(op);
      case Gemm gemm ->
          Optional.of(
              new Gemm(
                  Math.abs(gemm.alpha()), Math.abs(gemm.beta()), gemm.transA(), gemm.transB()));
      case Reduction(var function, var axes) ->
          Optional.of(
              new Reduction(
                  function == Reduction.Function.PROD ? function : Reduction.Function.SUM, axes));
      case Norm(var function, var axes) ->
          Optional.of(
              switch (function) {
                case L2, SUM_SQUARE -> new Norm(Norm.Function.SUM_SQUARE, axes);
                case L1, LOG_SUM, LOG_SUM_EXP -> new Norm(Norm.Function.L1, axes);
              });
      default -> Optional.empty();
    };
  }

  private static boolean multiplies(Op op) {
    return op instanceof Reduction(var function, var _) && function == Reduction.Function.PROD;
  }

  /// The result on operands that are no integers any more, so that nothing wraps around. Axes,
  /// which are a second operand of a reduction, stay.
  private static double[] sizes(Op op, EvaluationInputs inputs, DoubleUnaryOperator size) {
    boolean reduces = op instanceof Reduction || op instanceof Norm;
    List<@Nullable DoubleTensor> operands = new ArrayList<>();
    for (int i = 0; i < inputs.count(); i++) {
      if (!inputs.has(i)) {
        operands.add(null);
      } else if (reduces && i > 0) {
        operands.add(inputs.get(i));
      } else {
        DoubleTensor x = inputs.get(i);
        double[] data = Arrays.stream(x.data()).map(size).toArray();
        operands.add(new DoubleTensor(ElementType.FLOAT64, x.shape(), data));
      }
    }
    return Application.evaluate(op, operands);
  }

  private static boolean isExact(Op op) {
    return switch (op) {
      case Arithmetic _,
          BitShift _,
          Bitwise _,
          BitwiseNot _,
          Cast _,
          CastLike _,
          Cumulative _,
          Mod _,
          PRelu _ ->
          true;
      case ScatterElements _, ScatterNd _ -> true;
      case Reduction(var function, var _) ->
          function == Reduction.Function.MAX || function == Reduction.Function.MIN;
      case Variadic(var function) ->
          function == Variadic.Function.MAX || function == Variadic.Function.MIN;
      case ArgExtreme _,
          BitCast _,
          CenterCropPad _,
          Clip _,
          Comparison _,
          Compress _,
          Concat _,
          ConstantOfShape _,
          DepthToSpace _,
          Expand _,
          Expect _,
          EyeLike _,
          Flatten _,
          Gather _,
          GatherElements _,
          GatherNd _,
          Identity _,
          MaxPool _,
          NonMaxSuppression _,
          NonZero _,
          OneHot _,
          Pad _,
          Reshape _,
          ReverseSequence _,
          Shape _,
          Size _,
          Slice _,
          SpaceToDepth _,
          Split _,
          Squeeze _,
          TensorScatter _,
          Tile _,
          TopK _,
          Transpose _,
          Trilu _,
          Unique _,
          Unsqueeze _,
          Where _ ->
          true;
      case ConcatFromSequence _,
          OptionalGetElement _,
          OptionalOf _,
          SequenceAt _,
          SequenceConstruct _,
          SequenceErase _,
          SequenceInsert _,
          SplitToSequence _ ->
          true;
      default -> op instanceof ControlFlow;
    };
  }
}
