package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.SoleUse;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// One of several things that are computed from `x` and added: a convolution, or a scale and shift,
/// which is a convolution with one tap and diagonal weights.
sealed interface Branch {
  /// The node that computes it.
  Node node();

  Value x();

  /// What computes `value`, if that is a branch; a normalization also if it is no constant scale.
  static Optional<Branch> of(Graph graph, Value value) {
    Optional<Node> producer = graph.producer(value);
    if (producer.isEmpty() || graph.constant(value).isPresent()) {
      return Optional.empty();
    }
    Node node = producer.get();
    if (node.op() instanceof Conv conv) {
      return LinearOperator.of(graph, node).map(linear -> new Convolved(linear, conv));
    }
    Optional<AffineNode> affine = AffineNode.of(graph, node);
    return node.op() instanceof BatchNormalization || affine.isPresent()
        ? Optional.of(new Scaled(graph, node, affine))
        : Optional.empty();
  }

  /// That it can be a part of a convolution like `base`.
  Preconditions mergeable(Convolved base);

  /// It as a convolution like `base`, if there is no obstacle.
  Taps taps(Convolved base);

  /// Weights over a grid of taps.
  ///
  /// @param products of a weight and a number, for each element of the result
  /// @param weights `(M, C / group, taps)`
  /// @param bias one element for each channel of the result
  record Taps(TapGrid grid, long products, Supplier<double[]> weights, double[] bias) {}

  /// A convolution.
  record Convolved(LinearOperator linear, Conv conv) implements Branch {
    @Override
    public Node node() {
      return linear.node();
    }

    @Override
    public Value x() {
      return linear.dataValue();
    }

    TapGrid grid() {
      return TapGrid.of(conv.window(), linear.weights().dims());
    }

    /// Channels of the data that one channel of the result is made from.
    long channels() {
      return linear.weights().dims()[1];
    }

    boolean moves() {
      return conv.window().strides().stream().anyMatch(stride -> stride != 1);
    }

    /// That it can be merged with something.
    Preconditions mergeable() {
      return Preconditions.of(
              "the padding of %s does not follow the picture's size".formatted(node().label()),
              padObstacle())
          .and(() -> SoleUse.of(linear.graph(), node()))
          .and(linear::constants);
    }

    private Optional<String> padObstacle() {
      AutoPad autoPad = conv.window().autoPad();
      return autoPad == AutoPad.SAME_LOWER || autoPad == AutoPad.SAME_UPPER
          ? Optional.of(
              "auto_pad of %s is %s, so where its taps read depends on the picture's size"
                  .formatted(node().label(), autoPad))
          : Optional.empty();
    }

    @Override
    public Preconditions mergeable(Convolved base) {
      return mergeable().and("groups and strides are equal", () -> difference(base));
    }

    private Optional<String> difference(Convolved base) {
      if (conv.group() != base.conv.group()) {
        return differs("group", conv.group(), base, base.conv.group());
      }
      List<Long> strides = strides();
      return strides.equals(base.strides())
          ? Optional.empty()
          : differs("strides", strides, base, base.strides());
    }

    private List<Long> strides() {
      List<Long> given = conv.window().strides();
      return given.isEmpty() ? Collections.nCopies(x().type().rank() - 2, 1L) : given;
    }

    private Optional<String> differs(String what, Object own, Convolved base, Object others) {
      return Optional.of(
          "%s has %s %s, %s has %s"
              .formatted(node().label(), what, own, base.node().label(), others));
    }

    @Override
    public Taps taps(Convolved base) {
      TapGrid grid = grid();
      long products = Math.multiplyExact(grid.taps(), channels());
      return new Taps(grid, products, linear.weights()::doubles, linear.addend());
    }
  }

  /// A scale and shift.
  ///
  /// @param affine empty for a normalization that is none
  record Scaled(Graph graph, Node node, Optional<AffineNode> affine) implements Branch {
    @Override
    public Value x() {
      return affine.map(AffineNode::x).orElse(node.input(0));
    }

    @Override
    public Preconditions mergeable(Convolved base) {
      Preconditions constant =
          node.op() instanceof BatchNormalization norm
              ? AffineNode.normalizes(graph, node, norm)
              : Preconditions.NONE;
      if (affine.isEmpty()) {
        return constant;
      }
      Affine given = affine.get().affine();
      return constant
          .and(base::mergeable)
          .and(() -> SoleUse.of(graph, node))
          .and(given::foldable)
          .and(
              "%s has one scale and shift for each channel of %s, which moves by single places"
                  .formatted(node.label(), base.node().label()),
              () -> shapeObstacle(base))
          .and(() -> given.cancelsLittle(base.linear.element()));
    }

    private Optional<String> shapeObstacle(Convolved base) {
      if (base.moves()) {
        return Optional.of(
            "%s has strides %s, so no tap of it reads all that %s does"
                .formatted(base.node().label(), base.conv.window().strides(), node.label()));
      }
      return channels(base).isPresent()
          ? Optional.empty()
          : Optional.of(
              "%s is neither a scalar nor aligned with the channels of %s"
                  .formatted(node.label(), base.node().label()));
    }

    private Optional<Affine> channels(Convolved base) {
      return affine.flatMap(a -> a.affine().along(1, base.linear.outputs()));
    }

    @Override
    public Taps taps(Convolved base) {
      Affine channels = channels(base).orElseThrow();
      double[] bias = new double[channels.elements()];
      Arrays.setAll(bias, channels::intercept);
      int width = Math.toIntExact(base.channels());
      TapGrid center = TapGrid.center(x().type().rank() - 2);
      return new Taps(center, 1, () -> diagonal(channels.slope(), width), bias);
    }

    /// Channel `i` of the result is made from channel `i` of the data, which its group counts from
    /// its own first one.
    private static double[] diagonal(double[] slope, int width) {
      double[] weights = new double[slope.length * width];
      for (int i = 0; i < slope.length; i++) {
        weights[i * width + i % width] = slope[i];
      }
      return weights;
    }
  }
}
