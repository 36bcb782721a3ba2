package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `(s x + t) + v = s (x + v / s) + t`: what is done to channels moves ahead through a constant
/// that is added along another axis, and becomes one for each channel. Likewise `y - v` and `v -
/// y`.
///
/// Only before convolutions, which read channels: others may take in the constant as it is.
///
/// @param node what adds
/// @param affine what is done to the new sum
/// @param addend what is added there
/// @param largest the largest magnitude of what was added
record AddedAcross(Node node, Affine affine, ShiftedConstant addend, double largest) {
  private static final int MAX_STEPS = 4;

  /// Whether `node` adds a constant along another axis than that of channels, before convolutions.
  static boolean isAcross(Graph graph, AffineNode node) {
    TensorType type = node.node().output().type();
    Affine own = node.affine();
    return node.node().op() instanceof Arithmetic(var function)
        && (function == Arithmetic.Function.ADD || function == Arithmetic.Function.SUB)
        && type.rank() >= 3
        && type.dim(1).isKnown()
        && own.elements() > 0
        && own.isUniformAlong(1)
        && !own.isScalar()
        && readByConvolutions(graph, node.node().output(), MAX_STEPS);
  }

  /// A node that [is added across][#isAcross], behind what `before` does, if that may move.
  static Optional<AddedAcross> of(Graph graph, AffineNode added, Affine before) {
    Node node = added.node();
    int channels = Math.toIntExact(node.output().type().dim(1).known().getAsLong());
    return before
        .along(1, channels)
        .filter(_ -> !before.isUniformAlong(1))
        .map(each -> of(graph, added, node, each))
        .filter(AddedAcross::isPossible);
  }

  private static AddedAcross of(Graph graph, AffineNode added, Node node, Affine before) {
    Value value = node.input(node.input(0).equals(added.x()) ? 1 : 0);
    Constant constant = graph.constant(value).orElseThrow();
    // Of `v - y` the slope is -1, and its addend is v; of `y - v` it is 1, and its addend is -v.
    boolean negates = node.op().equals(new Arithmetic(Arithmetic.Function.SUB));
    double[] quotients = before.slope().clone();
    Arrays.setAll(quotients, c -> (negates ? -1 : 1) / quotients[c]);
    double[] zeros = new double[quotients.length];
    Affine quotient = new Affine(before.dims(), quotients, zeros, zeros, Double.POSITIVE_INFINITY);
    double largest = Arrays.stream(constant.doubles()).map(Math::abs).max().orElse(0);
    return new AddedAcross(
        node,
        before.times(added.affine().slope()[0]),
        new ShiftedConstant(value, constant, quotient),
        largest);
  }

  private boolean isPossible() {
    return Arrays.stream(affine.slope()).allMatch(s -> s != 0)
        && addend.isSmallBeside(node.output().type())
        && largest <= Cancellation.most(node.output().type().element()) * affine.size()
        && addend.storable().hold();
  }

  /// Whether all that read `value` are convolutions, maybe behind clips.
  private static boolean readByConvolutions(Graph graph, Value value, int steps) {
    return steps > 0
        && !graph.isOutput(value)
        && graph.consumers(value).stream()
            .allMatch(
                reader ->
                    Limits.of(graph, reader).isPresent()
                        ? readByConvolutions(graph, reader.output(), steps - 1)
                        : LinearOperator.of(graph, reader)
                            .filter(linear -> linear.dataValue().equals(value))
                            .filter(linear -> linear.inputAxis() == 1)
                            .isPresent());
  }

  /// The new sum, for what the node did.
  Rebuilt rebuilt(Rebuilt x) {
    return new Rebuilt.Computed(
        node,
        new Arithmetic(Arithmetic.Function.ADD),
        out -> List.of(x.emit(out), addend.rebuilt().emit(out)));
  }
}
