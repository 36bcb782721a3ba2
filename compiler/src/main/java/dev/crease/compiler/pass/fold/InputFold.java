package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.pass.ConstantOperands;
import dev.crease.compiler.pass.Preconditions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `f(a(x), W, b) -> f(x, W', b')`: a scale and shift of the data of a linear operator, with `W' =
/// W slope` by the channels of the data and `b' = b + W intercept`.
///
/// Taps in the padding read 0 where `a(x)` was padded, so they must now read what `a` maps to 0. If
/// `a` makes a constant of a channel, that is nothing: then a clamp makes the constant, and the
/// channel keeps its weights and its padding.
record InputFold(LinearOperator linear, Affine affine) {
  /// That it can be done.
  Preconditions possible() {
    return linear
        .constants()
        .and(affine::foldable)
        .and("there is one scale for all, or one for each channel that is read", this::misaligned)
        .and("what its padding holds is known", this::givenPaddingObstacle)
        .and(this::shiftPossible)
        .and(() -> folded(new Rebuilt.Existing(linear.dataValue()), "").storable());
  }

  private Optional<String> misaligned() {
    return ofData().isPresent()
        ? Optional.empty()
        : Optional.of(
            "it is neither a scalar nor aligned with the channels that %s reads"
                .formatted(linear.label()));
  }

  private Optional<Affine> ofData() {
    return affine.along(linear.inputAxis(), linear.inputs());
  }

  /// `a`, but for channels that are held.
  private Affine channels() {
    return held().map(Clamped::affine).orElseGet(() -> ofData().orElseThrow());
  }

  /// The clamp that must hold constant channels, if any must be held.
  private Optional<Clamped> held() {
    return around().flatMap(values -> Clamped.holding(ofData().orElseThrow(), values));
  }

  /// What stands beside the data where not all weights of a result meet it, for each channel; empty
  /// if they all do everywhere, or channels are along an axis that no clamp is for.
  private Optional<double[]> around() {
    if (pads() && hasPaddingValues()) {
      return Optional.of(
          ConstantOperands.of(linear.graph(), linear.node().input(FusedConv.PADDING)).doubles());
    }
    boolean differs =
        pads() || linear.node().op() instanceof ConvTranspose || linear.matrices() > 1;
    return differs && linear.inputAxis() == 1
        ? Optional.of(new double[linear.inputs()])
        : Optional.empty();
  }

  private boolean hasPaddingValues() {
    return linear.node().hasInput(FusedConv.PADDING);
  }

  private Optional<String> givenPaddingObstacle() {
    return hasPaddingValues()
        ? ConstantOperands.missing(linear.graph(), List.of(linear.node().input(FusedConv.PADDING)))
        : Optional.empty();
  }

  private Preconditions shiftPossible() {
    Affine channels = channels();
    return channels.shifts()
        ? Preconditions.of("its shift is the same everywhere in the result", shiftObstacle())
            .and(() -> channels.cancelsLittle(linear.element()))
        : Preconditions.NONE.and("there is no shift to take in");
  }

  private Optional<String> shiftObstacle() {
    if (linear.node().op() instanceof ConvTranspose) {
      return Optional.of(
          "its shift would differ from place to place in the result of " + linear.label());
    }
    return linear.matrices() > 1
        ? Optional.of("its shift would differ between the matrices of " + linear.label())
        : Optional.empty();
  }

  private boolean pads() {
    return switch (linear.node().op()) {
      case Conv conv -> Commuting.pads(conv.window());
      case FusedConv fused -> Commuting.pads(fused.conv().window());
      default -> false;
    };
  }

  /// Tells of the clamp that holds constant channels, if there is one.
  Optional<String> clamp() {
    return held().map(_ -> "a clamp before %s holds constant channels".formatted(linear.label()));
  }

  /// The operator on the data before `a`.
  FoldedOperator folded(Rebuilt data, String biasName) {
    Affine channels = channels();
    Weights walk = linear.walk();
    return new FoldedOperator(
        linear,
        held().map(clamped -> clamped.rebuilt(producer(), data)).orElse(data),
        channels.scales()
            ? Optional.of(new Scaling(channels.slope(), walk.inputOf()))
            : Optional.empty(),
        bias(channels, walk),
        biasName,
        padding(channels));
  }

  private Node producer() {
    return linear.graph().producer(linear.dataValue()).orElseThrow();
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
    if (!pads() || (!hasPaddingValues() && !channels.shifts())) {
      return Optional.empty();
    }
    double[] now = around().orElseThrow();
    double[] padding = new double[now.length];
    for (int i = 0; i < padding.length; i++) {
      padding[i] = channels.inverse(i, now[i]);
    }
    return Optional.of(padding);
  }
}
