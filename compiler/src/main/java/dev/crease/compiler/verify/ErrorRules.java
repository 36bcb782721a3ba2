package dev.crease.compiler.verify;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.op.crease.ChannelClamp;
import dev.crease.compiler.op.crease.ChannelPad;
import dev.crease.compiler.op.crease.Expect;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Clip;
import dev.crease.compiler.op.math.PRelu;
import dev.crease.compiler.op.math.Pointwise;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.nn.AveragePool;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.Dropout;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.GlobalPool;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.normalization.LayerNormalization;
import dev.crease.compiler.op.normalization.MeanVarianceNormalization;
import dev.crease.compiler.op.normalization.RmsNormalization;
import dev.crease.compiler.op.reduce.Reduction;
import dev.crease.compiler.op.reduce.Softmax;
import dev.crease.compiler.op.tensor.Cast;
import dev.crease.compiler.op.tensor.CenterCropPad;
import dev.crease.compiler.op.tensor.Concat;
import dev.crease.compiler.op.tensor.ConstantOfShape;
import dev.crease.compiler.op.tensor.DepthToSpace;
import dev.crease.compiler.op.tensor.Expand;
import dev.crease.compiler.op.tensor.Flatten;
import dev.crease.compiler.op.tensor.Gather;
import dev.crease.compiler.op.tensor.GatherElements;
import dev.crease.compiler.op.tensor.GatherNd;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.compiler.op.tensor.Pad;
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.compiler.op.tensor.Resize;
import dev.crease.compiler.op.tensor.ReverseSequence;
import dev.crease.compiler.op.tensor.Shape;
import dev.crease.compiler.op.tensor.Size;
import dev.crease.compiler.op.tensor.Slice;
import dev.crease.compiler.op.tensor.SpaceToDepth;
import dev.crease.compiler.op.tensor.Squeeze;
import dev.crease.compiler.op.tensor.Tile;
import dev.crease.compiler.op.tensor.Transpose;
import dev.crease.compiler.op.tensor.Trilu;
import dev.crease.compiler.op.tensor.Unsqueeze;
import dev.crease.compiler.op.tensor.Where;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How far the result of an operator may be off, from how far its operands are and how each
/// operation rounds.
///
/// A radius of a linear operator is the operator itself on magnitudes, so no rule repeats a kernel:
/// `|f(x + dx, w + dw) - f(x, w)| <= f(|dx|, |w + dw|) + f(|x|, |dw|)`, and a sum of `n` products
/// in any order is off by `gamma(n) sum |w| |x|`.
final class ErrorRules {
  private ErrorRules() {}

  /// The first result, or empty if no rule is known.
  static Optional<Approximation> apply(Application a) {
    boolean tensors =
        a.y().isTensor() && a.operands().stream().allMatch(x -> x == null || x.tensor().isTensor());
    if (!tensors) {
      return Optional.empty();
    }
    if (!a.y().type().isFloating()) {
      boolean ofShape = a.op() instanceof Shape || a.op() instanceof Size;
      return a.allExact() || ofShape ? Optional.of(a.exact()) : Optional.empty();
    }
    return switch (a.op()) {
      case Conv conv when a.rounding().tile() > 0 ->
          Optional.of(WinogradRules.convolution(conv, a));
      case Conv _, ConvTranspose _, Gemm _, MatMul _ -> Optional.of(LinearRules.product(a));
      case BatchNormalization norm -> LinearRules.normalization(norm, a);
      case LayerNormalization norm -> RowRules.layer(norm, a);
      case RmsNormalization norm -> RowRules.rms(norm, a);
      case MeanVarianceNormalization norm -> MomentRules.meanVariance(norm, a);
      case AveragePool _ -> Optional.of(LinearRules.mean(a, a.operand(0).data().length));
      case GlobalPool(var function) when function == GlobalPool.Function.AVERAGE ->
          Optional.of(LinearRules.mean(a, a.operand(0).data().length));
      case Reduction reduction -> reduction(reduction, a);
      case Arithmetic(var function) -> Optional.of(ScalarRules.arithmetic(function, a));
      case Variadic(var function) -> Optional.of(variadic(function, a));
      case Clip _ -> Optional.of(ClampRules.clip(a));
      case ChannelClamp _ -> Optional.of(ClampRules.channels(a));
      case Resize resize -> ResizeRules.resize(resize, a);
      case PRelu _ -> a.isExact(1) ? Optional.of(ScalarRules.leaky(a)) : Optional.empty();
      case Pointwise function -> ScalarRules.pointwise(function, a);
      case Softmax softmax -> Optional.of(ScalarRules.softmax(softmax, a));
      case MaxPool _, GlobalPool _ -> Optional.of(largest(a));
      case Cast _ -> cast(a);
      case Concat _, ChannelPad _ -> Optional.of(moved(a, true));
      case Where _ -> a.isExact(0) ? Optional.of(where(a)) : Optional.empty();
      case Pad pad -> Optional.of(pad(pad, a));
      case CenterCropPad _,
          ConstantOfShape _,
          DepthToSpace _,
          Expand _,
          Expect _,
          Flatten _,
          Gather _,
          GatherElements _,
          GatherNd _,
          Identity _,
          Reshape _,
          ReverseSequence _,
          Slice _,
          SpaceToDepth _,
          Squeeze _,
          Tile _,
          Transpose _,
          Trilu _,
          Unsqueeze _ ->
          Optional.of(moved(a, false));
      case Dropout _ -> dropsNothing(a) ? Optional.of(keptByFirst(a)) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Approximation> reduction(Reduction reduction, Application a) {
    return switch (reduction.function()) {
      case MEAN, SUM -> Optional.of(LinearRules.mean(a, terms(a)));
      case MAX, MIN -> a.isExact(0) ? Optional.of(a.exact()) : Optional.empty();
      case PROD -> Optional.empty();
    };
  }

  private static int terms(Application a) {
    return a.operand(0).data().length / Math.max(1, a.y().data().length);
  }

  /// Sums, and extremes, which no operand leaves by more than its own radius.
  private static Approximation variadic(Variadic.Function function, Application a) {
    return switch (function) {
      case SUM, MEAN -> LinearRules.mean(a, a.operands().size());
      case MIN, MAX ->
          a.allExact()
              ? a.exact()
              : a.moved(a.evaluate(new Variadic(Variadic.Function.MAX), Approximation::radii));
    };
  }

  private static boolean dropsNothing(Application a) {
    return !a.has(2) || a.operand(2).data()[0] == 0;
  }

  /// A function of slope 1 at most that rounds nothing.
  private static Approximation keptByFirst(Application a) {
    return a.isExact(0) ? a.exact() : a.moved(a.operand(0).radii().data());
  }

  /// Where only padding is seen the result is what the operator makes of nothing.
  private static Approximation largest(Application a) {
    if (a.isExact(0)) {
      return a.exact();
    }
    double[] radius = a.evaluateOn(a.op(), a.operand(0).radii());
    return a.moved(Arrays.stream(radius).map(r -> Math.max(0, r)).toArray());
  }

  /// Operators that move elements move their radii with them.
  ///
  /// @param all whether all operands hold elements, not the first alone
  private static Approximation moved(Application a, boolean all) {
    if (a.allExact()) {
      return a.exact();
    }
    return a.moved(
        all
            ? a.evaluate(a.op(), Approximation::radii)
            : a.evaluateOn(a.op(), a.operand(0).radii()));
  }

  private static Approximation where(Application a) {
    if (a.allExact()) {
      return a.exact();
    }
    DoubleTensor condition = a.operand(0).tensor();
    return a.moved(
        Application.evaluate(
            a.op(), List.of(condition, a.operand(1).radii(), a.operand(2).radii())));
  }

  private static Approximation pad(Pad pad, Application a) {
    if (a.allExact()) {
      return a.exact();
    }
    List<@Nullable DoubleTensor> radii = new ArrayList<>();
    radii.add(a.operand(0).radii());
    radii.add(a.operand(1).tensor());
    radii.add(a.has(2) ? a.operand(2).radii() : null);
    radii.add(a.has(3) ? a.operand(3).tensor() : null);
    return a.moved(Application.evaluate(pad, radii));
  }

  private static Optional<Approximation> cast(Application a) {
    if (a.isExact(0)) {
      return Optional.of(a.exact());
    }
    double[] radius = Rounding.ofStored(a.y().type(), a.y().data());
    for (int i = 0; i < radius.length; i++) {
      radius[i] = 2 * radius[i] + a.operand(0).radius(i);
    }
    return Optional.of(a.within(radius));
  }
}
