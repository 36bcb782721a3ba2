package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.pass.ConstantOperands;
import dev.crease.compiler.pass.Preconditions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// `f(a(x), W, b) -> f(x, W', b')`: a scale and shift of the data of a linear operator, with `W' =
/// W slope` by the channels of the data and `b' = b + W intercept`.
///
/// Taps in the padding read 0 where `a(x)` was padded, so they must now read what `a` maps to 0. If
/// `a` makes a constant of a channel, that is nothing: then a clamp makes the constant, and the
/// channel keeps its weights and its padding.
///
/// @param numbers that may stand for elements of `a(x)`
record InputFold(LinearOperator linear, Affine affine, List<Double> numbers) {
  /// The share of a result that may be lost with weights that are too small to be kept.
  private static final double NEGLIGIBLE = 0x1p-24;

  /// That it can be done.
  Preconditions possible() {
    return linear
        .constants()
        .and(affine::foldable)
        .and("there is one scale for all, or one for each channel that is read", this::misaligned)
        .and("what its padding holds is known", this::givenPaddingObstacle)
        .and(this::shiftPossible)
        .and(() -> folded(new Rebuilt.Existing(linear.dataValue()), "").storable())
        .and("no weight that matters becomes subnormal", this::subnormalWeight);
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

  /// A weight that is stored as a subnormal number loses digits, and may be taken for 0. Where it
  /// meets a number that is known, that must not be seen in the result: where `slope` is tiny, the
  /// padding and the bounds of a clamp, `(number - intercept) / slope`, are huge instead.
  private Optional<String> subnormalWeight() {
    double normal = StoredRange.leastNormal(linear.element());
    Affine channels = channels();
    Weights walk = linear.walk();
    Constant scaled = new Scaling(channels.slope(), walk.inputOf()).of(linear);
    if (scaled.magnitudes().least() >= normal) {
      return Optional.empty();
    }
    double[] weights = linear.weights().doubles();
    double[] folded = scaled.doubles();
    double[] reaches = reaches(channels);
    double[] all = new double[linear.outputs()];
    double[] lost = new double[linear.outputs()];
    int[] lastOf = new int[linear.outputs()];
    for (int i = 0; i < weights.length; i++) {
      int input = walk.inputOf(i);
      int output = walk.outputOf(i);
      double given = Math.abs(weights[i]);
      double reached = given * reaches[input];
      all[output] += reached;
      boolean small = channels.slope()[input] != 0 && Math.abs(folded[i]) < normal;
      if (small && given >= normal && reached > 0) {
        lost[output] += reached;
        lastOf[output] = input;
      }
    }
    double most = NEGLIGIBLE * Arrays.stream(all).max().orElse(0);
    return IntStream.range(0, lost.length)
        .filter(o -> lost[o] > most)
        .map(o -> lastOf[o])
        .mapToObj(
            c ->
                "the scale of channel %d is %.3g, so weights that matter would be subnormal in %s"
                    .formatted(c, channels.slope()[c], linear.element()))
        .findFirst();
  }

  /// The largest product of the slope and a number that the folded weights are known to meet, for
  /// each channel: the mean of the data, what is padded, and what stands for elements. As `slope
  /// (mean + (y - bias) / slope)` it is at most `|slope mean| + |y| + |bias|` for a number `y`.
  private double[] reaches(Affine channels) {
    double[] reaches = new double[linear.inputs()];
    double largest = numbers.stream().mapToDouble(Math::abs).max().orElse(0);
    Optional<double[]> padded = pads() ? around() : Optional.empty();
    for (int c = 0; c < reaches.length; c++) {
      reaches[c] = Math.abs(channels.slope()[c] * channels.mean()[c]);
      if (!numbers.isEmpty() || padded.isPresent()) {
        double beside = padded.isPresent() ? Math.abs(padded.get()[c]) : 0;
        reaches[c] += Math.abs(channels.bias()[c]) + Math.max(largest, beside);
      }
    }
    return reaches;
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
