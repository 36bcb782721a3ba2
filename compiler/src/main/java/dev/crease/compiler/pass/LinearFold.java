package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `s f(x, W, b) + t -> f(x, s W, s b + t)` for a Conv, ConvTranspose or Gemm `f`, with one `s` and
/// `t` per output channel.
///
/// For any number of dimensions, groups, strides and dilations: each weight counts for one output
/// channel. A missing bias is created, one that comes out exactly 0 is dropped. The folded
/// constants are formulas in double, so a chain of folds is rounded once.
final class LinearFold {
  private static final String SUFFIX = ".folded";

  private final Graph graph;
  private final Node linear;

  LinearFold(Graph graph, Node node) {
    this.graph = graph;
    this.linear = node;
  }

  /// The linear operator that computes `value`, if one does.
  static Optional<Node> producer(Graph graph, Value value) {
    return graph.producer(value).filter(LinearOperator::is);
  }

  /// Why nothing can be folded into the operator, if it cannot.
  Optional<String> obstacle() {
    return singleUse(graph, linear)
        .or(() -> ConstantOperands.missing(graph, List.of(linear.input(1), linear.input(2))));
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
    return operator().channels();
  }

  private LinearOperator operator() {
    return new LinearOperator(linear.op(), weights().dims());
  }

  String label() {
    return linear.label();
  }

  ElementType element() {
    return linear.output().type().element();
  }

  /// The bias that the folded operator has.
  double[] biasAfter(ChannelAffine affine) {
    return affine.apply(operator().addend(bias()));
  }

  private Constant weights() {
    return ConstantOperands.of(graph, linear.input(1));
  }

  /// Puts the folded operator in `node`'s place, unless its weights cannot be stored.
  ///
  /// @param shiftName where the name of a new bias comes from
  Outcome fold(Rewriter out, Node node, ChannelAffine affine, String shiftName) {
    Optional<String> defect = affine.defect().or(() -> rangeDefect(affine));
    if (defect.isPresent()) {
      return Outcome.declined(defect.get());
    }
    LinearOperator operator = operator();
    List<Value> operands = new ArrayList<>(List.of(linear.input(0)));
    operands.add(affine.scales() ? scaled(out, operator, affine) : linear.input(1));
    String effect = "no bias";
    if (Arrays.stream(biasAfter(affine)).anyMatch(b -> b != 0)) {
      String stem = linear.hasInput(2) ? linear.input(2).name() : shiftName;
      Optional<Constant> bias = bias();
      operands.add(
          out.constant(
              foldedName(stem),
              Constant.derived(
                  element(),
                  operator.addendDims(bias),
                  () -> affine.apply(operator.addend(bias)))));
      effect = linear.hasInput(2) ? "bias absorbed" : "bias created";
    } else if (linear.hasInput(2)) {
      effect = "bias removed";
    }
    out.replace(node, linear.name(), operator.addingAsIs(), operands);
    return Outcome.replaced("folded into %s, %s".formatted(linear.label(), effect), node, linear);
  }

  private Value scaled(Rewriter out, LinearOperator operator, ChannelAffine affine) {
    Constant weights = weights();
    return out.constant(
        foldedName(linear.input(1).name()),
        Constant.derived(
            element(), weights.dims(), () -> affine.scale(weights.doubles(), operator::channelOf)));
  }

  private Optional<Constant> bias() {
    return linear.hasInput(2)
        ? Optional.of(ConstantOperands.of(graph, linear.input(2)))
        : Optional.empty();
  }

  private Optional<String> rangeDefect(ChannelAffine affine) {
    StoredRange range = StoredRange.of(element());
    LinearOperator operator = operator();
    double[] before = weights().doubles();
    double[] after = affine.scale(before, operator::channelOf);
    double[] bias = operator.addend(bias());
    return range
        .defect("a folded weight", before, after, operator::channelOf)
        .or(
            () ->
                range.defect(
                    "the folded bias", bias, affine.apply(bias), i -> i % affine.channels()));
  }

  /// `w.folded`, also for what was folded before.
  private static String foldedName(String name) {
    int at = name.indexOf(SUFFIX);
    return (at > 0 ? name.substring(0, at) : name) + SUFFIX;
  }
}
