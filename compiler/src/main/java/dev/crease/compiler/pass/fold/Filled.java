package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.crease.ChannelPad;
import dev.crease.compiler.op.tensor.Pad;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.PadMode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// `s Pad(x; c) + t = Pad(s x + t; s c + t)`: what moves through a constant Pad moves its constant,
/// which then is one for each channel.
///
/// @param affine one set of parameters for each channel
/// @param pads how many elements are added before each axis, then after each
/// @param given what they were, for each channel
/// @param values what they are, for each channel
record Filled(Affine affine, List<Long> pads, double[] given, double[] values) {
  /// A Pad that adds what `after` maps the constant of `node` to, if that is a Pad by a constant.
  static Optional<Filled> up(Graph graph, Node node, Affine after) {
    return of(graph, node, after, Affine::apply);
  }

  /// A Pad that adds what `before` maps to the constant of `node`, if that is a Pad by a constant.
  static Optional<Filled> down(Graph graph, Node node, Affine before) {
    return of(graph, node, before, Affine::inverse);
  }

  private interface Image {
    double of(Affine affine, int channel, double constant);
  }

  private static Optional<Filled> of(Graph graph, Node node, Affine affine, Image image) {
    boolean adds =
        node.op() instanceof ChannelPad
            || (node.op() instanceof Pad pad && pad.mode() == PadMode.CONSTANT);
    if (!adds) {
      return Optional.empty();
    }
    Margins margins = new Margins(graph, node);
    Optional<List<Long>> pads = margins.pads();
    TensorType x = node.input(0).type();
    boolean byChannel =
        x.rank() >= 2
            && x.element().isFloating()
            && x.dim(1).isKnown()
            && pads.filter(all -> all.get(1) == 0 && all.get(1 + x.rank()) == 0).isPresent();
    if (!byChannel) {
      return Optional.empty();
    }
    int channels = Math.toIntExact(x.dim(1).known().getAsLong());
    Optional<double[]> constants = margins.values();
    return affine
        .along(1, channels)
        .filter(_ -> constants.isPresent())
        .map(
            a -> {
              double[] given = new double[channels];
              Arrays.setAll(given, c -> constants.get()[constants.get().length == 1 ? 0 : c]);
              double[] values = new double[channels];
              Arrays.setAll(values, c -> image.of(a, c, given[c]));
              return new Filled(a, pads.orElseThrow(), given, values);
            });
  }

  /// Why the numbers cannot be stored, if they cannot.
  Optional<String> defect(ElementType element) {
    return StoredRange.of(element)
        .defect("the number around the picture", () -> given, () -> values, channel -> channel);
  }

  /// The Pad of `x`, for what `node` did.
  Rebuilt rebuilt(Node node, Rebuilt x) {
    ElementType element = node.output().type().element();
    return new Rebuilt.Computed(
        node,
        new ChannelPad(pads),
        out -> {
          Constant constant = Constant.derived(element, new long[] {values.length}, values::clone);
          return List.of(x.emit(out), out.constant(node.output().name() + ".padding", constant));
        });
  }
}
