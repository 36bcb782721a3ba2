package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Clip;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.op.tensor.Shape;
import dev.crease.compiler.op.tensor.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `Shape(BatchNormalization(x)) -> Shape(x)`, likewise for Size, arithmetic with constants, and a
/// Relu or Clip behind them.
///
/// Fires if `x` is not computed by a linear operator, whose only reader must stay the one that goes
/// into it: else what asks for a shape would keep alive what was folded forward.
final class ShapeOfOperand implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    if (!(node.op() instanceof Shape) && !(node.op() instanceof Size)) {
      return Outcome.NOT_APPLICABLE;
    }
    List<Node> matched = new ArrayList<>(List.of(node));
    Value x = node.input(0);
    Optional<Node> producer = out.source().producer(x);
    while (producer.isPresent() && keepsShape(out.source(), producer.get())) {
      matched.add(producer.get());
      x = data(out.source(), producer.get());
      producer = out.source().producer(x);
    }
    if (matched.size() == 1) {
      return Outcome.NOT_APPLICABLE;
    }
    Optional<Node> linear = producer.filter(ShapeOfOperand::isLinear);
    if (linear.isPresent()) {
      return Outcome.declined("%s may have no other reader".formatted(linear.get().label()));
    }
    out.replace(node, node.op(), List.of(x));
    return new Outcome.Replaced("is that of `%s`".formatted(x.name()), matched);
  }

  private static Value data(Graph graph, Node node) {
    return graph.constant(node.input(0)).isPresent() ? node.input(1) : node.input(0);
  }

  private static boolean keepsShape(Graph graph, Node node) {
    boolean elementwise =
        switch (node.op()) {
          case BatchNormalization norm -> !norm.trainingMode();
          case Arithmetic _ ->
              node.inputs().stream().filter(value -> graph.constant(value).isPresent()).count()
                  == 1;
          case Relu _, Clip _ -> true;
          default -> false;
        };
    return elementwise && data(graph, node).type().dims().equals(node.output().type().dims());
  }

  private static boolean isLinear(Node node) {
    return switch (node.op()) {
      case Conv _, ConvTranspose _, Gemm _, MatMul _ -> true;
      default -> false;
    };
  }
}
