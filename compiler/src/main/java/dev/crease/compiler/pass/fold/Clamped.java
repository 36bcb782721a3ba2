package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.crease.ChannelClamp;
import dev.crease.compiler.op.math.Clip;
import dev.crease.compiler.op.math.Relu;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/// `clip(s x + t, low, high) = s clamp(x) + t`, where `clamp` is between `(low - t) / s` and `(high
/// - t) / s`, whichever is smaller; a Relu is a Clip between 0 and infinity.
///
/// Where `s = 0` the result is a constant; nothing is clamped there, so that what is not finite
/// still gives NaN.
///
/// @param affine what is done to the clamp's result instead
/// @param lower the clamp's bounds, one per channel; likewise `upper`
record Clamped(Affine affine, double[] lower, double[] upper) {
  /// A node that clips what an affine function computes, if it does.
  ///
  /// @param before the function, uniform along all axes but the channel's
  static Optional<Clamped> of(Graph graph, Node node, Affine before) {
    double low;
    double high;
    switch (node.op()) {
      case Relu _ -> {
        low = 0;
        high = Double.POSITIVE_INFINITY;
      }
      case Clip clip -> {
        Optional<Activation> bounds = clip.activation(node, graph);
        if (bounds.isEmpty() || bounds.get().alpha() > bounds.get().beta()) {
          return Optional.empty();
        }
        low = bounds.get().alpha();
        high = bounds.get().beta();
      }
      default -> {
        return Optional.empty();
      }
    }
    int rank = before.rank();
    boolean known = rank >= 2 && node.input(0).type().dim(1).isKnown();
    if (!known) {
      return Optional.empty();
    }
    int channels = Math.toIntExact(node.input(0).type().dim(1).known().getAsLong());
    return before.along(1, channels).map(affine -> of(affine, low, high));
  }

  private static Clamped of(Affine affine, double low, double high) {
    int channels = affine.elements();
    double[] lower = new double[channels];
    double[] upper = new double[channels];
    double[] mean = affine.mean().clone();
    double[] bias = affine.bias().clone();
    for (int c = 0; c < channels; c++) {
      if (affine.slope()[c] == 0) {
        bias[c] = Math.min(Math.max(bias[c], low), high);
        mean[c] = 0;
        lower[c] = Double.NEGATIVE_INFINITY;
        upper[c] = Double.POSITIVE_INFINITY;
        continue;
      }
      double a = affine.inverse(c, low);
      double b = affine.inverse(c, high);
      lower[c] = Math.min(a, b);
      upper[c] = Math.max(a, b);
    }
    Affine behind = new Affine(affine.dims(), affine.slope(), mean, bias, affine.size());
    return new Clamped(behind, lower, upper);
  }

  /// Whether the bounds can be stored.
  boolean isStorable(ElementType element) {
    StoredRange range = StoredRange.of(element);
    return DoubleStream.concat(Arrays.stream(lower), Arrays.stream(upper)).allMatch(range::holds);
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
