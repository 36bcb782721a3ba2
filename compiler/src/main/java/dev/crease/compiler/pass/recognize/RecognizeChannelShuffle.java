package dev.crease.compiler.pass.recognize;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.tensor.Gather;
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.compiler.op.tensor.Transpose;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// `Reshape(Transpose(Reshape(x, [N, g, C / g, ...]), [0, 2, 1, ...]), [N, C, ...]) -> Gather(x,
/// axis = 1)`
///
/// Fires where the last shape is that of `x`, whoever else reads what is in between: channels are
/// taken from where they stand, in whatever layout `x` has.
public final class RecognizeChannelShuffle implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    if (!(node.op() instanceof Reshape)) {
      return Outcome.NOT_APPLICABLE;
    }
    Graph graph = out.source();
    Optional<Node> exchange =
        graph.producer(node.input(0)).filter(producer -> producer.op() instanceof Transpose);
    Optional<Node> split =
        exchange
            .flatMap(producer -> graph.producer(producer.input(0)))
            .filter(producer -> producer.op() instanceof Reshape);
    if (split.isEmpty()) {
      return Outcome.NOT_APPLICABLE;
    }
    Value x = split.get().input(0);
    TensorType groups = split.get().output().type();
    if (!node.output().type().equals(x.type())
        || !exchangesChannels(exchange.get())
        || !splitsChannels(x.type(), groups)) {
      return Outcome.NOT_APPLICABLE;
    }
    int count = (int) groups.dim(1).known().orElseThrow();
    int size = (int) groups.dim(2).known().orElseThrow();
    long[] channels =
        IntStream.range(0, count * size).mapToLong(c -> c % count * size + c / count).toArray();
    Value indices = out.constant(node.output().name() + ".channels", Constant.ofLongs(channels));
    out.replace(node, new Gather(1), List.of(x, indices));
    return Outcome.replaced(
        "takes the channels of `%s` as they are shuffled".formatted(x.name()),
        Preconditions.NONE
            .and("%d groups of %d channels are exchanged".formatted(count, size))
            .and("the result has the shape of `%s`".formatted(x.name())),
        node,
        exchange.get(),
        split.get());
  }

  /// Whether axes 1 and 2 are exchanged, and no others.
  private static boolean exchangesChannels(Node transpose) {
    List<Long> axes = ((Transpose) transpose.op()).permutation();
    int rank = transpose.output().type().rank();
    return axes.size() == rank
        && rank >= 3
        && IntStream.range(0, rank).allMatch(i -> axes.get(i) == (i == 1 ? 2 : i == 2 ? 1 : i));
  }

  /// Whether the channels become groups of channels, and the rest of each stays together.
  private static boolean splitsChannels(TensorType x, TensorType groups) {
    if (x.rank() < 2 || !x.dim(0).equals(groups.dim(0))) {
      return false;
    }
    Dim rest = x.withDims(x.dims().subList(2, x.rank())).elements();
    Dim kept = groups.withDims(groups.dims().subList(3, groups.rank())).elements();
    return x.dim(1).isKnown()
        && groups.dim(1).isKnown()
        && groups.dim(2).isKnown()
        && x.dim(1).equals(groups.dim(1).times(groups.dim(2)))
        && rest.equals(kept);
  }
}
