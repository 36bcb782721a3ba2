package dev.crease.compiler.pass.recognize;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Arithmetic.Function;
import dev.crease.compiler.op.normalization.LayerNormalization;
import dev.crease.compiler.op.normalization.RmsNormalization;
import dev.crease.compiler.pass.Outcome;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.Rule;
import dev.crease.compiler.pass.SoleUse;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// `(x - mean) / sqrt(variance + epsilon) -> LayerNormalization(x, 1)`, `x / sqrt(mean(x^2) +
/// epsilon) -> RMSNormalization(x, 1)`, and what follows: `s N(x, 1) -> N(x, s)`, `N(x, s) + b ->
/// N(x, s, b)`
///
/// Fires if the statistics are those of the last axes, whose sizes are known, the scale and bias
/// have one element for each of theirs, and nobody else reads what is in between. Numbers of 64
/// bits stay as they are: ONNX's operators may compute with fewer.
public final class RecognizeRowNormalization implements Rule {
  private static final Set<ElementType> ELEMENTS =
      EnumSet.of(ElementType.FLOAT32, ElementType.FLOAT16, ElementType.BFLOAT16);

  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    if (!(node.op() instanceof Arithmetic(Function function))) {
      return Outcome.NOT_APPLICABLE;
    }
    for (int side = 0; side < 2 && function != Function.DIV && function != Function.SUB; side++) {
      Optional<Node> rows = out.source().producer(node.input(side));
      if (rows.isPresent() && takes(out.source(), rows.get(), node, node.input(1 - side))) {
        return with(out, rows.get(), node, node.input(1 - side));
      }
    }
    Optional<RowStatistics> rows = RowStatistics.of(out.source(), node);
    return rows.isPresent() ? normalization(out, node, rows.get()) : Outcome.NOT_APPLICABLE;
  }

  private static Outcome normalization(Rewriter out, Node node, RowStatistics rows) {
    Graph graph = out.source();
    TensorType type = rows.x().type();
    List<Dim> row = type.dims().subList(rows.axis(), type.rank());
    if (!ELEMENTS.contains(type.element())
        || !row.stream().allMatch(Dim::isKnown)
        || !node.output().type().equals(type)) {
      return Outcome.NOT_APPLICABLE;
    }
    Preconditions checked =
        Preconditions.NONE.and(
            "its statistics are those of the last %d axes".formatted(row.size()));
    for (Node between : rows.nodes().subList(1, rows.nodes().size())) {
      checked = checked.and(() -> SoleUse.of(graph, between, usesWithin(graph, between, rows)));
    }
    if (!checked.hold()) {
      return Outcome.declined(checked.obstacle().orElseThrow());
    }
    long axis = rows.axis() - type.rank();
    float epsilon = (float) rows.epsilon();
    Op op =
        rows.centered()
            ? new LayerNormalization(axis, epsilon, ElementType.FLOAT32)
            : new RmsNormalization(axis, epsilon, 1);
    long[] dims = row.stream().mapToLong(dim -> dim.known().getAsLong()).toArray();
    Value ones =
        out.constant(node.output().name() + ".scale", Constant.splat(type.element(), dims, 1));
    out.replace(node, op, List.of(rows.x(), ones));
    return Outcome.replaced(
        "is %s of `%s`".formatted(op.schema().name(), rows.x().name()), checked, rows.nodes());
  }

  /// How often the nodes of a normalization read the result of one of them.
  private static int usesWithin(Graph graph, Node node, RowStatistics rows) {
    return (int)
        graph.consumers(node.output()).stream()
            .filter(rows.nodes()::contains)
            .flatMap(consumer -> consumer.inputs().stream())
            .filter(node.output()::equals)
            .count();
  }

  /// Whether `node` gives the rows a scale or bias that they do not have yet.
  private static boolean takes(Graph graph, Node rows, Node node, Value parameter) {
    boolean scales = node.op().equals(new Arithmetic(Function.MUL));
    boolean isFree =
        switch (rows.op()) {
          case LayerNormalization _ ->
              !rows.hasInput(2) && (!scales || isOne(graph, rows.input(1)));
          case RmsNormalization _ -> scales && isOne(graph, rows.input(1));
          default -> false;
        };
    return isFree
        && rows.outputs().stream().skip(1).allMatch(Value::isAbsent)
        && node.output().type().equals(rows.output().type())
        && isRow(parameter.type(), rows);
  }

  private static boolean isOne(Graph graph, Value scale) {
    return graph
        .constant(scale)
        .filter(constant -> Arrays.stream(constant.doubles()).allMatch(one -> one == 1))
        .isPresent();
  }

  private static boolean isRow(TensorType parameter, Node rows) {
    TensorType x = rows.input(0).type();
    long axis = rows.op().attributes().integer("axis");
    int first = Axes.normalize(rows.op().schema().name(), axis, x.rank());
    return parameter.equals(x.withDims(x.dims().subList(first, x.rank())));
  }

  private static Outcome with(Rewriter out, Node rows, Node node, Value parameter) {
    boolean scales = node.op().equals(new Arithmetic(Function.MUL));
    Preconditions checked =
        SoleUse.of(out.source(), rows)
            .and("`%s` has one element for each of a row".formatted(parameter.name()));
    if (!checked.hold()) {
      return Outcome.declined(checked.obstacle().orElseThrow());
    }
    List<Value> operands =
        scales
            ? List.of(rows.input(0), parameter)
            : List.of(rows.input(0), rows.input(1), parameter);
    out.replace(node, rows.name(), rows.op(), operands);
    return Outcome.replaced(
        "%s goes into %s".formatted(scales ? "scale" : "bias", rows.label()), checked, node, rows);
  }
}
