package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
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
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.compiler.op.tensor.Shape;
import dev.crease.compiler.op.tensor.Size;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `Shape(Conv(x: f32[N, 3, H, W])) -> Concat(Shape(x)[0:1], [64], Shape(x)[2:4])`, likewise for
/// Size: what asks for a shape is no reader of what has it.
///
/// Fires if the inputs of the graph, or in a subgraph what it captures, tell the shape, and at most
/// one other node reads what has it, which could then change it. What is captured, to be asked for
/// its shape alone, need not be, if inputs tell that. Else, asks for the shape of what is before a
/// scale and shift: `Shape(BatchNormalization(x)) -> Shape(x)`, unless a linear operator computes
/// `x`, whose only reader must stay the one that goes into it.
final class ShapeOfOperand implements Rule {
  @Override
  public Outcome rewrite(Rewriter out, Node node) {
    if (!asksForShape(node)) {
      return Outcome.NOT_APPLICABLE;
    }
    List<Value> given = sources(out, node.input(0));
    return isTold(out.source(), node, given) ? computed(out, node, given) : moved(out, node);
  }

  static boolean asksForShape(Node node) {
    return node.op() instanceof Shape || node.op() instanceof Size;
  }

  /// What may be asked for its shape instead of `x`; nothing if others than one node read `x`.
  private static List<Value> sources(Rewriter out, Value x) {
    Graph graph = out.source();
    long readers =
        graph.consumers(x).stream().filter(reader -> !asksForShape(reader)).distinct().count();
    if (graph.isOutput(x) || out.inputs().contains(x)) {
      return List.of();
    }
    boolean captured = graph.captures().contains(x);
    if (captured) {
      return readers == 0 ? out.inputs() : List.of();
    }
    return readers <= 1 && graph.producer(x).isPresent() ? out.given() : List.of();
  }

  private static boolean isTold(Graph graph, Node node, List<Value> given) {
    return !given.isEmpty()
        && graph
            .elements(node.output())
            .filter(dims -> !dims.isEmpty())
            .filter(dims -> new DimComputation(given, node.output().name()).canEmit(dims))
            .isPresent();
  }

  private static Outcome computed(Rewriter out, Node node, List<Value> given) {
    List<Dim> dims = out.source().elements(node.output()).orElseThrow();
    if (node.op() instanceof Shape) {
      var computation = new DimComputation(given, node.output().name());
      out.replaceBy(node, List.of(computation.emit(out, dims)));
    } else {
      emitSize(out, node, dims.getFirst(), given);
    }
    return Outcome.replaced(
        "is told by the shapes of inputs",
        Preconditions.NONE
            .and("the shapes of inputs, or of what is captured, tell all dimensions")
            .and("at most one node reads more of it than its shape"),
        node);
  }

  private static void emitSize(Rewriter out, Node node, Dim size, List<Value> given) {
    Optional<Value> same =
        given.stream().filter(value -> value.type().elements().equals(size)).findFirst();
    if (same.isPresent()) {
      out.replace(node, node.op(), List.of(same.get()));
      return;
    }
    Value vector = new DimComputation(given, node.output().name()).emit(out, size);
    Value scalar = out.constant(node.output().name() + ".shape", Constant.ofLongs());
    out.replace(node, new Reshape(false), List.of(vector, scalar));
  }

  private static Outcome moved(Rewriter out, Node node) {
    List<Node> passed = new ArrayList<>();
    Value x = node.input(0);
    Optional<Node> producer = out.source().producer(x);
    while (producer.isPresent() && keepsShape(out.source(), producer.get())) {
      passed.add(producer.get());
      x = data(out.source(), producer.get());
      producer = out.source().producer(x);
    }
    if (passed.isEmpty()) {
      return Outcome.NOT_APPLICABLE;
    }
    Optional<Node> linear = producer.filter(ShapeOfOperand::isLinear);
    if (linear.isPresent()) {
      return Outcome.declined("%s may have no other reader".formatted(linear.get().label()));
    }
    out.replace(node, node.op(), List.of(x));
    return Outcome.replaced(
        "is that of `%s`".formatted(x.name()),
        Preconditions.NONE
            .and("what is passed leaves the shape as it is")
            .and("no linear operator computes `%s`".formatted(x.name())),
        List.of(node),
        passed);
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
