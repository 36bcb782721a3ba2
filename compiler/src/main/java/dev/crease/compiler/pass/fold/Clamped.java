package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.crease.ChannelClamp;
import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// `clip(s x + t, low, high) = s clamp(x) + t`, where `clamp` is between `(low - t) / s` and `(high
/// - t) / s`, whichever is smaller; a Relu is a Clip between 0 and infinity.
///
/// Where `s = 0` the result is a constant `q`, and the clamp holds the channel at it: both bounds
/// are `q`, so `clip(0 x + t)` is `1 clamp(x) + 0` as well as `0 clamp(x) + q`. The first leaves
/// what is read around the channel as it is, the second is for where that is `q`.
///
/// A channel that is held stays what it is where `x` is infinite, and `0 x` is not a number; where
/// `x` is not a number neither is the clamp's result.
///
/// @param affine what is done to the clamp's result instead
/// @param lower the clamp's bounds, one per channel; likewise `upper`
record Clamped(Affine affine, double[] lower, double[] upper) {
  /// A node that clips what an affine function computes, if it does.
  ///
  /// @param before the function, uniform along all axes but the channel's
  static Optional<Clamped> of(Graph graph, Node node, Affine before) {
    Optional<Limits> limits = Limits.of(graph, node);
    int rank = before.rank();
    boolean known = limits.isPresent() && rank >= 2 && node.input(0).type().dim(1).isKnown();
    if (!known) {
      return Optional.empty();
    }
    int channels = Math.toIntExact(node.input(0).type().dim(1).known().getAsLong());
    double[] around = new double[channels];
    return before.along(1, channels).map(affine -> of(affine, limits.get(), around));
  }

  /// Holds the constant channels of `affine`; empty if all are what is read around them.
  ///
  /// @param affine with one set of parameters for each channel
  /// @param around one number for each channel
  static Optional<Clamped> holding(Affine affine, double[] around) {
    boolean needed =
        IntStream.range(0, around.length)
            .anyMatch(c -> affine.slope()[c] == 0 && affine.bias()[c] != around[c]);
    return needed ? Optional.of(of(affine, Limits.NONE, around)) : Optional.empty();
  }

  private static Clamped of(Affine affine, Limits limits, double[] around) {
    double low = limits.low();
    double high = limits.high();
    int channels = affine.elements();
    double[] lower = new double[channels];
    double[] upper = new double[channels];
    double[] slope = affine.slope().clone();
    double[] mean = affine.mean().clone();
    double[] bias = affine.bias().clone();
    for (int c = 0; c < channels; c++) {
      if (slope[c] != 0) {
        double a = before(affine, c, low);
        double b = before(affine, c, high);
        lower[c] = Math.min(a, b);
        upper[c] = Math.max(a, b);
        continue;
      }
      double constant = Math.min(Math.max(bias[c], low), high);
      boolean same = constant == around[c];
      slope[c] = same ? 0 : 1;
      mean[c] = 0;
      bias[c] = same ? constant : 0;
      lower[c] = constant;
      upper[c] = constant;
    }
    Affine behind = new Affine(affine.dims(), slope, mean, bias, affine.size());
    return new Clamped(behind, lower, upper);
  }

  /// What `affine` maps to a bound; NaN if that is finite, but no number is mapped to it.
  private static double before(Affine affine, int channel, double bound) {
    double x = affine.inverse(channel, bound);
    return Double.isInfinite(x) && Double.isFinite(bound) ? Double.NaN : x;
  }

  /// Why the bounds cannot be stored, if so.
  Optional<String> defect(ElementType element) {
    StoredRange range = StoredRange.of(element);
    for (int c = 0; c < lower.length; c++) {
      boolean stored = range.holds(lower[c]) && range.holds(upper[c]);
      if (!stored) {
        return Optional.of(
            "channel %d would be clamped between %s and %s, beyond the range of %s"
                .formatted(c, lower[c], upper[c], element));
      }
    }
    return Optional.empty();
  }

  /// The clamp of `x`, for what `node` did.
  Rebuilt rebuilt(Node node, Rebuilt x) {
    String stem = node.output().name();
    ElementType element = node.output().type().element();
    return new Rebuilt.Computed(
        node,
        new ChannelClamp(),
        out ->
            List.of(
                x.emit(out),
                out.constant(stem + ".lower", bounds(element, lower)),
                out.constant(stem + ".upper", bounds(element, upper))));
  }

  private static Constant bounds(ElementType element, double[] values) {
    return Constant.derived(element, new long[] {values.length}, values::clone);
  }
}
