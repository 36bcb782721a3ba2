package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.op.math.Clip;
import dev.crease.compiler.op.math.Relu;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/// What a node clips its operand to.
///
/// @param low may be -infinity
/// @param high may be infinity; not below `low`
record Limits(double low, double high) {
  /// Nothing is clipped.
  static final Limits NONE = new Limits(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /// The limits of a Relu, or of a Clip if they are constant.
  static Optional<Limits> of(Graph graph, Node node) {
    return switch (node.op()) {
      case Relu _ -> Optional.of(new Limits(0, Double.POSITIVE_INFINITY));
      case Clip clip ->
          clip.activation(node, graph)
              .filter(bounds -> bounds.alpha() <= bounds.beta())
              .map(bounds -> new Limits(bounds.alpha(), bounds.beta()));
      default -> Optional.empty();
    };
  }

  /// The numbers that may stand for what is clipped.
  List<Double> finite() {
    return DoubleStream.of(low, high).filter(Double::isFinite).boxed().toList();
  }
}
