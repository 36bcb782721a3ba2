package dev.crease.compiler.pass.fold;

import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.pass.ConstantOperands;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `f(a(x), W, b) -> f(x, W', b')`: a scale and shift of the data of a linear operator, with `W' =
/// W slope` by the channels of the data and `b' = b + W intercept`.
///
/// Taps in the padding read 0 where `a(x)` was padded, so they must now read what `a` maps to 0.
record InputFold(LinearOperator linear, Affine affine) {
  /// Why it cannot be done, if so.
  Optional<String> obstacle() {
    Optional<String> obstacle =
        linear.obstacle().or(affine::defect).or(this::misaligned).or(this::shiftObstacle);
    return obstacle.or(() -> folded(new Rebuilt.Existing(linear.dataValue()), "").defect());
  }

  private Optional<String> misaligned() {
    return channels().isPresent()
        ? Optional.empty()
        : Optional.of(
            "it is neither a scalar nor aligned with the channels that %s reads"
                .formatted(linear.label()));
  }

  private Optional<Affine> channels() {
    return affine.along(linear.inputAxis(), linear.inputs());
  }

  private Optional<String> shiftObstacle() {
    if (!affine.shifts()) {
      return Optional.empty();
    }
    if (linear.node().op() instanceof ConvTranspose) {
      return Optional.of(
          "its shift would differ from place to place in the result of " + linear.label());
    }
    if (linear.matrices() > 1) {
      return Optional.of("its shift would differ between the matrices of " + linear.label());
    }
    return affine.cancellation(linear.element()).or(this::paddingObstacle);
  }

  private Optional<String> paddingObstacle() {
    boolean givenValues = linear.node().hasInput(FusedConv.PADDING);
    if (givenValues) {
      Optional<String> missing =
          ConstantOperands.missing(linear.graph(), List.of(linear.node().input(FusedConv.PADDING)));
      if (missing.isPresent()) {
        return missing;
      }
    }
    for (int i = 0; i < affine.elements() && pads(); i++) {
      if (affine.slope()[i] == 0 && (givenValues || affine.intercept(i) != 0)) {
        return Optional.of(
            "channel %d has scale %s, so nothing in the padding of %s stands for 0"
                .formatted(i, affine.slope()[i], linear.label()));
      }
    }
    return Optional.empty();
  }

  private boolean pads() {
    return switch (linear.node().op()) {
      case Conv conv -> Commuting.pads(conv.window());
      case FusedConv fused -> Commuting.pads(fused.conv().window());
      default -> false;
    };
  }

  /// The operator on the data before `a`.
  FoldedOperator folded(Rebuilt data, String biasName) {
    Affine channels = channels().orElseThrow();
    Weights walk = linear.walk();
    return new FoldedOperator(
        linear,
        data,
        channels.scales()
            ? Optional.of(new Scaling(channels.slope(), walk.inputOf()))
            : Optional.empty(),
        bias(channels, walk),
        biasName,
        padding(channels));
  }

  private double[] bias(Affine channels, Weights walk) {
    double[] bias = linear.addend();
    if (!channels.shifts()) {
      return bias;
    }
    double[] intercepts = new double[channels.elements()];
    Arrays.setAll(intercepts, channels::intercept);
    double[] moved = walk.appliedTo(linear.weights(), intercepts, linear.outputs());
    for (int i = 0; i < bias.length; i++) {
      bias[i] += linear.gain() * moved[i % moved.length];
    }
    return bias;
  }

  /// What `a` maps to what the padding reads now; empty if that is 0.
  private Optional<double[]> padding(Affine channels) {
    boolean given = linear.node().hasInput(FusedConv.PADDING);
    if (!pads() || (!given && !channels.shifts())) {
      return Optional.empty();
    }
    double[] now =
        given
            ? ConstantOperands.of(linear.graph(), linear.node().input(FusedConv.PADDING)).doubles()
            : new double[channels.elements()];
    double[] padding = new double[now.length];
    for (int i = 0; i < padding.length; i++) {
      padding[i] = channels.inverse(i, now[i]);
    }
    return Optional.of(padding);
  }
}
