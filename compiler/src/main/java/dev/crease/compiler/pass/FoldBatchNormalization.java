package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.math.Activations;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import java.util.List;
import java.util.Optional;

/// `BatchNormalization(Conv(x, W, b), scale, bias, mean, variance) -> Conv(x, s W, s b + t)` with
/// `s = scale / sqrt(variance + epsilon)`, `t = bias - s mean`; likewise for ConvTranspose and
/// Gemm.
///
/// Fires for inference-mode normalization of such an operator of any kind that nobody else reads,
/// if all parameters are constant and of one type, and what comes out can be stored.
final class FoldBatchNormalization implements Rule {
  private static final int MAX_STEPS_BACK = 16;

  /// Two roundings of float32 (of relative size `2^-24`) beside the `2e-5` of the result's size
  /// that verification allows.
  private static final double MOST_CANCELLATION = 2e-5 / (2 * 0x1p-24);

  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    if (!(node.op() instanceof BatchNormalization norm)) {
      return Outcome.NOT_APPLICABLE;
    }
    Graph graph = out.source();
    Optional<String> obstacle = ownObstacle(graph, node, norm);
    if (obstacle.isPresent()) {
      return Outcome.declined(obstacle.get());
    }
    Optional<Node> linear = LinearFold.producer(graph, node.input(0));
    if (linear.isEmpty()) {
      return Outcome.declined(notLinear(graph, node.input(0)));
    }
    LinearFold fold = new LinearFold(graph, linear.get());
    Optional<String> foldObstacle = fold.obstacle().or(() -> typeObstacle(node, fold));
    if (foldObstacle.isPresent()) {
      return Outcome.declined(foldObstacle.get());
    }
    Optional<String> variance = varianceObstacle(graph, node, norm);
    if (variance.isPresent()) {
      return Outcome.declined(variance.get());
    }
    ChannelAffine affine = affine(graph, node, norm);
    Optional<String> cancellation =
        fold.element() == ElementType.FLOAT32
            ? cancellation(graph, node, fold.biasAfter(affine))
            : Optional.empty();
    if (cancellation.isPresent()) {
      return Outcome.declined(cancellation.get());
    }
    return fold.fold(out, node, affine, node.input(2).name());
  }

  /// Where the mean is very large beside the deviation, the folded weights' sum and the folded bias
  /// nearly cancel, and each was rounded by up to a unit roundoff of its size. The largest
  /// normalized result is about the largest `|scale| + |bias|`.
  private static Optional<String> cancellation(Graph graph, Node node, double[] folded) {
    double[] scale = ConstantOperands.of(graph, node.input(1)).doubles();
    double[] bias = ConstantOperands.of(graph, node.input(2)).doubles();
    double size = 0;
    for (int c = 0; c < scale.length; c++) {
      size = Math.max(size, Math.abs(scale[c]) + Math.abs(bias[c]));
    }
    for (int c = 0; c < folded.length; c++) {
      if (Math.abs(folded[c]) > MOST_CANCELLATION * size) {
        return Optional.of(
            "cancellation bound exceeded: channel %d would take %.3g off sums to leave about %.3g"
                .formatted(c % scale.length, Math.abs(folded[c]), size));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ownObstacle(Graph graph, Node node, BatchNormalization norm) {
    if (norm.trainingMode()) {
      return Optional.of("training_mode = 1: it normalizes by the statistics of the batch");
    }
    if (node.outputs().size() > 1) {
      return Optional.of("its running statistics are used");
    }
    return ConstantOperands.missing(graph, node.inputs().subList(1, 5));
  }

  private static Optional<String> typeObstacle(Node node, LinearFold fold) {
    for (Value parameter : node.inputs().subList(1, 5)) {
      ElementType given = parameter.type().element();
      if (given != fold.element()) {
        return Optional.of(
            "`%s` is %s, but %s computes in %s"
                .formatted(parameter.name(), given, fold.label(), fold.element()));
      }
      if (!parameter.type().dim(0).is(fold.channels())) {
        return Optional.of(
            "`%s` is for %s channels, but %s has %d"
                .formatted(
                    parameter.name(), parameter.type().dim(0), fold.label(), fold.channels()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> varianceObstacle(
      Graph graph, Node node, BatchNormalization norm) {
    double[] variance = ConstantOperands.of(graph, node.input(4)).doubles();
    for (int c = 0; c < variance.length; c++) {
      double sum = variance[c] + norm.epsilon();
      if (!(sum > 0)) {
        return Optional.of("variance + epsilon is %s in channel %d".formatted(sum, c));
      }
    }
    return Optional.empty();
  }

  private static ChannelAffine affine(Graph graph, Node node, BatchNormalization norm) {
    return ChannelAffine.ofNormalization(
        ConstantOperands.of(graph, node.input(1)).doubles(),
        ConstantOperands.of(graph, node.input(2)).doubles(),
        ConstantOperands.of(graph, node.input(3)).doubles(),
        ConstantOperands.of(graph, node.input(4)).doubles(),
        norm.epsilon());
  }

  /// Names what computes `value`, and the operator further back that it could go into, if there is
  /// one.
  private static String notLinear(Graph graph, Value value) {
    Optional<Node> producer = graph.producer(value);
    if (producer.isEmpty()) {
      return ConstantOperands.missing(graph, List.of(value))
          .map(origin -> "its input " + origin)
          .orElse("its input `%s` is a constant".formatted(value.name()));
    }
    if (producer.get().op() instanceof FusedConv fused) {
      return "%s stands between it and the convolution in %s"
          .formatted(
              fused.activation().equals(Activation.NONE)
                  ? "a residual"
                  : Activations.operator(fused.activation()),
              producer.get().label());
    }
    Optional<Node> back = producer;
    for (int step = 0; step < MAX_STEPS_BACK && back.isPresent(); step++) {
      back = graph.producer(back.get().input(0));
      if (back.isPresent() && LinearOperator.is(back.get())) {
        return "%s stands between it and %s".formatted(producer.get().label(), back.get().label());
      }
    }
    return "its input comes from %s, not from a convolution or Gemm"
        .formatted(producer.get().label());
  }
}
