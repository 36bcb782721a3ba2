package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// `s Conv(x, W, b) + t -> Conv(x, s W, s b + t)`, with one `s` and `t` per output channel.
///
/// For any number of dimensions, groups, strides and dilations: output channel `o` reads only the
/// weights `W[o, ...]`. A missing bias is created, one that comes out exactly 0 is dropped. The
/// folded constants are formulas in double, so a chain of folds is rounded once.
final class ConvolutionFold {
  private static final String SUFFIX = ".folded";

  private final Graph graph;
  private final Node conv;

  ConvolutionFold(Graph graph, Node conv) {
    this.graph = graph;
    this.conv = conv;
  }

  /// The convolution that computes `value`, if one does.
  static Optional<Node> producer(Graph graph, Value value) {
    return graph.producer(value).filter(node -> node.op() instanceof Conv);
  }

  /// Why nothing can be folded into the convolution, if it cannot.
  Optional<String> obstacle() {
    return singleUse(graph, conv)
        .or(() -> ConstantOperands.missing(graph, List.of(conv.input(1), conv.input(2))));
  }

  /// Why `node`'s first result is not read once, by one node, if it is not.
  static Optional<String> singleUse(Graph graph, Node node) {
    Value result = node.output();
    if (graph.isOutput(result)) {
      return Optional.of("the result of %s is an output of the graph".formatted(node.label()));
    }
    List<Node> consumers = graph.consumers(result);
    if (consumers.size() > 1) {
      return Optional.of(
          "%s has %d consumers: %s"
              .formatted(
                  node.label(),
                  consumers.size(),
                  String.join(", ", consumers.stream().map(Node::label).toList())));
    }
    return graph.uses(result) > 1
        ? Optional.of("the result of %s is two operands of one node".formatted(node.label()))
        : Optional.empty();
  }

  int channels() {
    return Math.toIntExact(weights().dims()[0]);
  }

  ElementType element() {
    return conv.output().type().element();
  }

  /// The bias that the folded convolution has.
  double[] biasAfter(ChannelAffine affine) {
    return affine.apply(bias(affine.channels()).get());
  }

  private Constant weights() {
    return ConstantOperands.of(graph, conv.input(1));
  }

  /// Puts the folded convolution in `node`'s place, unless its weights cannot be stored.
  ///
  /// @param shiftName where the name of a new bias comes from
  Outcome fold(Rewriter out, Node node, ChannelAffine affine, String shiftName) {
    Optional<String> defect = affine.defect();
    if (defect.isPresent()) {
      return Outcome.declined(defect.get());
    }
    Constant weights = weights();
    Supplier<double[]> bias = bias(affine.channels());
    Optional<String> range = rangeDefect(affine, weights, bias.get());
    if (range.isPresent()) {
      return Outcome.declined(range.get());
    }
    List<Value> operands = new ArrayList<>(List.of(conv.input(0)));
    operands.add(affine.scales() ? scaled(out, weights, affine) : conv.input(1));
    String effect = "no bias";
    if (Arrays.stream(biasAfter(affine)).anyMatch(b -> b != 0)) {
      String stem = conv.hasInput(2) ? conv.input(2).name() : shiftName;
      operands.add(
          out.constant(
              foldedName(stem),
              Constant.derived(
                  element(), new long[] {affine.channels()}, () -> affine.apply(bias.get()))));
      effect = conv.hasInput(2) ? "bias absorbed" : "bias created";
    } else if (conv.hasInput(2)) {
      effect = "bias removed";
    }
    out.replace(node, conv.name(), conv.op(), operands);
    return Outcome.replaced("folded into %s, %s".formatted(conv.label(), effect), node, conv);
  }

  private Value scaled(Rewriter out, Constant weights, ChannelAffine affine) {
    return out.constant(
        foldedName(conv.input(1).name()),
        Constant.derived(element(), weights.dims(), () -> affine.scaleRows(weights.doubles())));
  }

  private Supplier<double[]> bias(int channels) {
    if (!conv.hasInput(2)) {
      return () -> new double[channels];
    }
    return ConstantOperands.of(graph, conv.input(2))::doubles;
  }

  private Optional<String> rangeDefect(ChannelAffine affine, Constant weights, double[] bias) {
    StoredRange range = StoredRange.of(element());
    double[] before = weights.doubles();
    int rowLength = Math.max(1, before.length / Math.max(1, affine.channels()));
    return range
        .defect("a folded weight", before, affine.scaleRows(before), rowLength)
        .or(() -> range.defect("the folded bias", bias, affine.apply(bias), 1));
  }

  /// `w.folded`, also for what was folded before.
  private static String foldedName(String name) {
    int at = name.indexOf(SUFFIX);
    return (at > 0 ? name.substring(0, at) : name) + SUFFIX;
  }
}
