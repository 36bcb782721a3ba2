package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.Dropout;
import dev.crease.compiler.op.tensor.ConstantOfShape;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.runtime.InvalidDataException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `f(c, d) -> e`, computed in double or by the runtime's own kernels.
///
/// Fires if all operands are constant and the model does not grow by much. A tensor of equal
/// elements stays one number, whatever its size. What the runtime cannot compute yet stays.
final class FoldConstants implements Rule {
  /// Results up to this size are folded whatever the size of the operands.
  private static final long SMALL_ELEMENTS = 16_384;

  private static final int LONGEST_FORMULA = 64;

  private final NodeEvaluator evaluator;

  FoldConstants(NodeEvaluator evaluator) {
    this.evaluator = evaluator;
  }

  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    List<Value> present = node.inputs().stream().filter(value -> !value.isAbsent()).toList();
    List<Optional<Constant>> known = present.stream().map(out::constant).toList();
    if (known.isEmpty()
        || known.stream().anyMatch(Optional::isEmpty)
        || node.outputs().stream().anyMatch(value -> !value.type().isTensor())
        || node.op() instanceof Dropout
        || node.op() instanceof ControlFlow) {
      return Outcome.NOT_APPLICABLE;
    }
    List<Node> formula = formula(out, node);
    boolean ends = formula.size() > LONGEST_FORMULA;
    List<Node> matched = ends ? List.of(node) : formula;
    List<Constant> operands =
        known.stream().map(Optional::orElseThrow).map(c -> ends ? rounded(c) : c).toList();
    if (node.op() instanceof ConstantOfShape fill && isExactInDouble(fill.value())) {
      return elements(node.output().type()) > Integer.MAX_VALUE
          ? Outcome.declined("it has more elements than a tensor may have")
          : fold(
              out,
              node,
              List.of(splat(fill, operands.getFirst())),
              matched,
              "equal elements stay one number");
    }
    if (node.op() instanceof Identity) {
      return fold(out, node, operands, matched, "it copies");
    }
    if (isTooLarge(node, operands)) {
      return Outcome.declined("its results would make the model larger");
    }
    Optional<List<Constant>> results;
    try {
      results = evaluator.evaluate(node, operands);
    } catch (InvalidDataException e) {
      // The model's own mistake, which a run may never come to.
      return Outcome.declined("it fails with these operands: " + e.getMessage());
    }
    return results.isPresent()
        ? fold(out, node, results.get(), matched, "the model grows by little or nothing")
        : Outcome.declined("the runtime cannot compute it yet");
  }

  private static boolean isExactInDouble(Constant value) {
    return value.element().isFloating() || value.longs()[0] == (long) value.doubles()[0];
  }

  private static Constant splat(ConstantOfShape fill, Constant shape) {
    return Constant.splat(fill.value().element(), shape.longs(), fill.value().doubles()[0]);
  }

  private static boolean isTooLarge(Node node, List<Constant> operands) {
    long given = operands.stream().mapToLong(Constant::elements).sum();
    long limit = Math.max(SMALL_ELEMENTS, 2 * given);
    return node.outputs().stream()
        .filter(value -> !value.isAbsent())
        .anyMatch(value -> elements(value.type()) > limit);
  }

  /// The number of elements if it is known, else 0; [Long#MAX_VALUE] if it is beyond that.
  private static long elements(TensorType type) {
    long count = 1;
    for (long dim : type.knownDims().orElse(new long[] {0})) {
      boolean overflows = dim != 0 && count > Long.MAX_VALUE / dim;
      count = overflows ? Long.MAX_VALUE : count * dim;
    }
    return count;
  }

  /// The node and those before it whose results are not rounded yet: they are one formula.
  private static List<Node> formula(Rewriter out, Node node) {
    List<Node> nodes = new ArrayList<>(List.of(node));
    for (int i = 0; i < nodes.size() && nodes.size() <= LONGEST_FORMULA; i++) {
      nodes.get(i).inputs().stream()
          .filter(value -> out.constant(value).filter(Constant::isDerived).isPresent())
          .flatMap(value -> out.source().producer(value).stream())
          .filter(producer -> !nodes.contains(producer))
          .forEach(nodes::add);
    }
    return nodes;
  }

  private static Constant rounded(Constant constant) {
    return constant.isDerived() ? Constant.of(constant.tensor()) : constant;
  }

  /// @param matched what computes a result that is not rounded yet
  /// @param size why the model does not grow by much
  private static Outcome fold(
      Rewriter out, Node node, List<Constant> results, List<Node> matched, String size) {
    List<Value> present = node.outputs().stream().filter(value -> !value.isAbsent()).toList();
    for (int i = 0; i < present.size(); i++) {
      Value result = present.get(i);
      boolean keepsType = results.get(i).type().equals(result.type());
      if (out.source().isOutput(result) && !keepsType) {
        return Outcome.declined("an output of the graph would change its type");
      }
    }
    out.replaceByConstants(node, results);
    return Outcome.replaced(
        "computed",
        Preconditions.NONE
            .and("all operands are constant")
            .and("there is no chance and no subgraph in it")
            .and(size)
            .and("no output changes its type"),
        results.stream().anyMatch(Constant::isDerived) ? matched : List.of(node));
  }
}
