package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.ChannelPad;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.AveragePool;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.compiler.op.tensor.Pad;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;
import dev.crease.runtime.plan.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// `Conv(Pad(x, m, c), W, b; p) -> Conv(x, W, b; p + m)` for `c = 0`, and for another `c` if `p =
/// 0` a FusedConv whose padding holds `c` in every channel; `AveragePool(Pad(x, m, 0); p)`
/// likewise, which counts padding from then on; `MaxPool(Pad(x, m, c); p)` for the least `c` that
/// there is.
///
/// A ChannelPad is a Pad whose `c` each channel has its own of.
///
/// Fires if the Pad adds known numbers of constant elements to height, width and the like, each
/// side by itself, and nobody else reads it.
public final class MergePad implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    Graph graph = out.source();
    Optional<WindowAttributes> window = window(node);
    Optional<Margins> margins =
        window
            .flatMap(_ -> graph.producer(node.input(0)))
            .filter(pad -> pad.op() instanceof Pad || pad.op() instanceof ChannelPad)
            .map(pad -> new Margins(graph, pad));
    if (margins.isEmpty()) {
      return Outcome.NOT_APPLICABLE;
    }
    Preconditions checked =
        margins
            .get()
            .known()
            .and(
                "the padding of %s does not follow the picture's size".formatted(node.label()),
                () -> Margins.obstacle(node, window.get()))
            .and("padding may hold the added elements", () -> valueObstacle(node, margins.get()))
            .and(
                "the window is wider than its padding, or that of a convolution",
                () -> wideObstacle(node, margins.get().addedTo(window.get())));
    if (!checked.hold()) {
      return Outcome.declined(checked.obstacle().get());
    }
    merge(out, node, margins.get());
    Node pad = margins.get().pad();
    return Outcome.replaced("takes in " + pad.label(), checked, node, pad);
  }

  private static Optional<WindowAttributes> window(Node node) {
    return switch (node.op()) {
      case Conv conv -> Optional.of(conv.window());
      case AveragePool pool -> Optional.of(pool.window());
      case MaxPool pool -> Optional.of(pool.window());
      default -> Optional.empty();
    };
  }

  private static Optional<String> valueObstacle(Node node, Margins margins) {
    return switch (node.op()) {
      case AveragePool pool -> averageObstacle(node, pool, margins);
      case MaxPool pool -> maximumObstacle(node, pool, margins);
      case Conv conv -> convolutionObstacle(node, conv, margins);
      default -> throw new IllegalArgumentException(node.label() + " has no window");
    };
  }

  /// Other systems refuse a pool with a window that may see nothing of the picture.
  private static Optional<String> wideObstacle(Node node, WindowAttributes padded) {
    int axes = padded.kernel().size();
    boolean wide =
        IntStream.range(0, padded.pads().size())
            .anyMatch(i -> axes > 0 && padded.pads().get(i) >= padded.kernel().get(i % axes));
    return wide && !(node.op() instanceof Conv)
        ? Optional.of(
            "the padding of %s would be %s, as wide as its window %s"
                .formatted(node.label(), padded.pads(), padded.kernel()))
        : Optional.empty();
  }

  private static Optional<String> convolutionObstacle(Node node, Conv conv, Margins margins) {
    Optional<Double> other = margins.otherThan(0);
    if (other.isEmpty()) {
      return Optional.empty();
    }
    Optional<Double> unbounded =
        Arrays.stream(margins.values().orElseThrow())
            .boxed()
            .filter(v -> !Double.isFinite(v))
            .findFirst();
    if (unbounded.isPresent()) {
      return Optional.of("the elements that are added are " + unbounded.get());
    }
    if (Commuting.pads(conv.window())) {
      return Optional.of("%s adds zeros around the added %s".formatted(node.label(), other.get()));
    }
    return channels(node, conv).isKnown()
        ? Optional.empty()
        : Optional.of("it is not known how many channels %s reads".formatted(node.label()));
  }

  private static Optional<String> averageObstacle(Node node, AveragePool pool, Margins margins) {
    Optional<Double> other = margins.otherThan(0);
    if (other.isPresent()) {
      return Optional.of(
          "the padding of %s holds 0, the added elements are %s"
              .formatted(node.label(), other.get()));
    }
    if (pool.ceilMode()) {
      return Optional.of(ceilMode(node));
    }
    return Commuting.pads(pool.window()) && !pool.countIncludePad()
        ? Optional.of("%s counts the added elements, but not its padding".formatted(node.label()))
        : Optional.empty();
  }

  private static String ceilMode(Node node) {
    return "ceil_mode of %s lets a window begin in what is added".formatted(node.label());
  }

  private static Optional<String> maximumObstacle(Node node, MaxPool pool, Margins margins) {
    if (node.outputs().size() > 1) {
      return Optional.of("Indices of %s count the added elements".formatted(node.label()));
    }
    if (pool.ceilMode()) {
      return Optional.of(ceilMode(node));
    }
    return margins
        .otherThan(Double.NEGATIVE_INFINITY)
        .map(
            other ->
                "the padding of %s is never the maximum, the added elements are %s"
                    .formatted(node.label(), other));
  }

  private static Dim channels(Node node, Conv conv) {
    return node.input(1).type().dim(1).times(conv.group());
  }

  private static void merge(Rewriter out, Node node, Margins margins) {
    Value x = margins.pad().input(0);
    switch (node.op()) {
      case AveragePool pool ->
          out.replace(
              node, new AveragePool(margins.addedTo(pool.window()), false, true), List.of(x));
      case MaxPool pool ->
          out.replace(
              node,
              new MaxPool(margins.addedTo(pool.window()), false, pool.storageOrder()),
              List.of(x));
      case Conv conv -> mergeConvolution(out, node, conv, margins);
      default -> throw new IllegalArgumentException(node.label() + " has no window");
    }
  }

  private static void mergeConvolution(Rewriter out, Node node, Conv conv, Margins margins) {
    Conv padded = new Conv(margins.addedTo(conv.window()), conv.group());
    Value x = margins.pad().input(0);
    if (margins.otherThan(0).isEmpty()) {
      out.replace(node, padded, List.of(x, node.input(1), node.input(2)));
      return;
    }
    Value padding =
        margins.pad().op() instanceof ChannelPad
            ? margins.valueOperand()
            : everywhere(out, margins, channels(node, conv).known().getAsLong());
    out.replace(
        node,
        new FusedConv(padded, Activation.NONE),
        List.of(x, node.input(1), node.input(2), Value.ABSENT, padding));
  }

  private static Value everywhere(Rewriter out, Margins margins, long channels) {
    Value value = margins.valueOperand();
    double one = margins.values().orElseThrow()[0];
    Constant all = Constant.splat(value.type().element(), new long[] {channels}, one);
    return out.constant(value.name() + ".padding", all);
  }
}
