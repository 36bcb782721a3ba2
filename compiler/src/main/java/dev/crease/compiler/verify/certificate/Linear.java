package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Term;
import dev.crease.compiler.verify.certificate.Geometry.Channel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Operators that are linear in one operand while the other is constant.
///
/// Of a form `s x + t` with one `s` and `t` per input channel the result is `(W s) x + sum of W t`,
/// unless the operator pads with 0: then it is `W s` applied to `x + t / s` plus nothing, since `t`
/// is missing from the padding, and `x + t / s` is an atom.
final class Linear {
  private final Region region;

  Linear(Region region) {
    this.region = region;
  }

  private static List<Long> list(Attributes attributes, String name, int size, long missing) {
    return attributes.has(name) ? attributes.integers(name) : Collections.nCopies(size, missing);
  }

  /// Weights `(M, C / group, kernel...)`: rows of outputs, each over the inputs of its group.
  static Geometry convolution(Attributes attributes, int[] w) {
    int spatial = w.length - 2;
    int group = (int) attributes.integer("group");
    int taps = Indexes.count(Arrays.copyOfRange(w, 2, w.length));
    List<Long> strides = list(attributes, "strides", spatial, 1);
    List<Long> dilations = list(attributes, "dilations", spatial, 1);
    List<Long> pads = list(attributes, "pads", 2 * spatial, 0);
    String autoPad = attributes.text("auto_pad");
    boolean automatic = autoPad.startsWith("SAME");
    if (autoPad.equals("VALID")) {
      pads = Collections.nCopies(2 * spatial, 0L);
    }
    List<Integer> kernel = Arrays.stream(w).skip(2).boxed().toList();
    List<Long> begins = pads.subList(0, spatial);
    Object key =
        List.of(
            "Conv",
            strides,
            dilations,
            automatic ? autoPad : begins,
            group,
            Arrays.stream(w).boxed().toList());
    boolean padded = automatic || pads.stream().anyMatch(pad -> pad != 0);
    Channel out = new Channel(w[0], w[1] * taps, w[0], 1, 1, 1, 0);
    Channel in = new Channel(w[1] * group, w[0] / group * w[1] * taps, group, w[1], taps, w[1], 0);
    return new Geometry(
        key,
        1,
        1,
        in,
        out,
        padded,
        automatic ? List.of() : List.of(new Geometry.Taps(strides, dilations, begins, kernel)));
  }

  /// Weights `(C, M / group, kernel...)`. The shift of an input is periodic in the result.
  static Geometry transposed(Attributes attributes, int[] w) {
    int group = (int) attributes.integer("group");
    int taps = Indexes.count(Arrays.copyOfRange(w, 2, w.length));
    Channel in = new Channel(w[0], w[1] * taps, w[0], 1, 1, 1, 0);
    Channel out = new Channel(w[1] * group, w[0] / group * w[1] * taps, group, w[1], taps, w[1], 0);
    Object key = List.of("ConvTranspose", attributes, Arrays.stream(w).boxed().toList());
    return new Geometry(key, 1, 1, in, out, true, List.of());
  }

  /// Weights `(K, N)` on the right, or their transpose.
  static Geometry product(int inAxis, int outAxis, int[] w, boolean rowsAreOutputs) {
    Channel rows = new Channel(w[0], w[1], w[0], 1, 1, 1, 0);
    Channel columns = new Channel(w[1], 1, 1, 0, 1, w[1], 0);
    Object key = List.of("product", inAxis, outAxis, rowsAreOutputs, w[0], w[1]);
    return new Geometry(
        key,
        inAxis,
        outAxis,
        rowsAreOutputs ? columns : rows,
        rowsAreOutputs ? rows : columns,
        false,
        List.of());
  }

  /// The map applied to `x`, without a bias.
  ///
  /// @param padding what taps in the padding read, one for each input channel; empty for 0
  /// @param type of the result
  Affine apply(
      Geometry geometry,
      Coefficients weights,
      Affine x,
      Optional<Coefficients> padding,
      TensorType type) {
    int rank = x.type().rank();
    Affine relative = x;
    Coefficients added = Coefficients.ZERO;
    if (padding.isPresent() && geometry.padded()) {
      Coefficients value = padding.get().along(geometry.inAxis(), rank);
      relative = x.plus(value.negated());
      added = sums(geometry, weights, value, rank, type.rank());
    }
    Affine operand = normal(relative, geometry);
    List<Term> terms = new ArrayList<>();
    for (Term term : operand.terms()) {
      terms.add(
          new Term(term.atom(), geometry, Form.byChannel(weights, term.weights(), geometry.in())));
    }
    if (!operand.bias().isZero()) {
      added = added.plus(sums(geometry, weights, operand.bias(), rank, type.rank()));
    }
    return new Affine(type, added, terms);
  }

  /// `x` as a sum of diagonal maps along the input channels, with a bias only if that may pass.
  private Affine normal(Affine x, Geometry geometry) {
    int rank = x.type().rank();
    boolean simple = x.bias().isAlong(geometry.inAxis(), rank) && !x.isConstant();
    for (Term term : x.terms()) {
      simple &= term.geometry().isDiagonal() && term.weights().isAlong(geometry.inAxis(), rank);
    }
    if (!simple) {
      return region.compound(x);
    }
    if (x.bias().isZero() || !geometry.padded()) {
      return x;
    }
    Coefficients scale = x.terms().getFirst().weights();
    boolean divisible = x.terms().size() == 1 && !scale.hasZero() && scale.slack() == null;
    if (!divisible) {
      return region.compound(x);
    }
    Affine shifted =
        new Affine(
            x.type(),
            x.bias().times(scale.reciprocal()),
            List.of(x.terms().getFirst().with(Coefficients.ONE)));
    return region.compound(shifted).times(scale).orElseThrow();
  }

  /// What a constant operand gives: for each output channel the sum of its weights times the
  /// constant.
  private static Coefficients sums(
      Geometry geometry, Coefficients weights, Coefficients value, int rank, int resultRank) {
    if (!value.isAlong(geometry.inAxis(), rank)) {
      throw new NotCoveredException("a constant that is not one number per channel");
    }
    Channel out = geometry.out();
    return Form.byChannel(weights, value, geometry.in())
        .summed(out.ofAll(weights.count()), out.channels())
        .along(geometry.outAxis(), resultRank);
  }
}
