package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Atom;
import dev.crease.compiler.verify.certificate.Form.Term;
import dev.crease.compiler.verify.certificate.Geometry.Channel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Operators that are linear in one operand while the other is constant.
///
/// Of a form `s x + t` with one `s` and `t` per input channel the result is `(W s) x + sum of W t`,
/// unless the operator pads with 0. Then `t` is missing from the padding, and the result is `W s`
/// applied to the atom `x + t / s`. Where `s = 0` it is `W t` applied to ones, which are 0 in the
/// padding: an atom, too. A tap that never reads padding makes a constant of them.
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
    // One tap needs no padding to give as many results as there are places, or strides.
    boolean automatic = autoPad.startsWith("SAME") && taps != 1;
    if (!autoPad.equals("NOTSET") && !automatic) {
      pads = Collections.nCopies(2 * spatial, 0L);
    }
    List<Integer> kernel = Arrays.stream(w).skip(2).boxed().toList();
    List<Long> begins = pads.subList(0, spatial);
    List<Long> ends = pads.subList(spatial, 2 * spatial);
    Geometry.Taps window = new Geometry.Taps(strides, dilations, begins, ends, kernel);
    Geometry map = convolution(window, group, w);
    return automatic ? map.automatic(autoPad) : map;
  }

  static Geometry convolution(Geometry.Taps window, int group, int[] w) {
    int taps = window.count();
    List<Integer> dims = Arrays.stream(w).boxed().toList();
    Object key =
        List.of("Conv", window.strides(), window.dilations(), window.begins(), group, dims);
    boolean padded =
        Stream.concat(window.begins().stream(), window.ends().stream()).anyMatch(pad -> pad != 0);
    Channel out = new Channel(w[0], w[1] * taps, w[0], 1, 1, 1);
    Channel in = new Channel(w[1] * group, w[0] / group * w[1] * taps, group, w[1], taps, w[1]);
    return new Geometry(key, 1, 1, in, out, padded, List.of(window));
  }

  /// Weights `(C, M / group, kernel...)`. The shift of an input is periodic in the result.
  static Geometry transposed(Attributes attributes, int[] w) {
    int group = (int) attributes.integer("group");
    int taps = Indexes.count(Arrays.copyOfRange(w, 2, w.length));
    Channel in = new Channel(w[0], w[1] * taps, w[0], 1, 1, 1);
    Channel out = new Channel(w[1] * group, w[0] / group * w[1] * taps, group, w[1], taps, w[1]);
    Object key = List.of("ConvTranspose", attributes, Arrays.stream(w).boxed().toList());
    return new Geometry(key, 1, 1, in, out, true, List.of());
  }

  /// Weights `(K, N)` on the right, or their transpose; of several matrices, each for a part of the
  /// data, that make different constants of one.
  static Geometry product(int inAxis, int outAxis, int[] w, boolean rowsAreOutputs) {
    int height = w[w.length - 2];
    int width = w[w.length - 1];
    Channel rows = new Channel(height, width, height, 1, 1, 1);
    Channel columns = new Channel(width, 1, 1, 0, 1, width);
    List<Integer> dims = Arrays.stream(w).boxed().toList();
    return new Geometry(
        List.of("product", inAxis, outAxis, rowsAreOutputs, dims),
        inAxis,
        outAxis,
        rowsAreOutputs ? columns : rows,
        rowsAreOutputs ? rows : columns,
        Indexes.count(w) != height * width,
        List.of());
  }

  /// What a map is applied to: a sum of diagonal maps along the input channels, and constants.
  ///
  /// @param bias what is added, also in the padding
  /// @param inside what is added, but not in the padding
  private record Operand(List<Term> terms, Coefficients bias, Coefficients inside) {}

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
    Operand operand = operand(relative, geometry);
    List<Term> terms = new ArrayList<>();
    for (Term term : operand.terms) {
      terms.add(
          term.geometry().isDiagonal()
              ? of(term.atom(), geometry, Form.byChannel(weights, term.weights(), geometry.in()))
              : Composition.of(geometry, weights, term).orElseThrow());
    }
    if (!operand.bias.isZero()) {
      added = added.plus(sums(geometry, weights, operand.bias, rank, type.rank()));
    }
    Affine result = new Affine(type, added, terms);
    return operand.inside.isZero()
        ? result
        : result.plus(ofOnes(geometry, weights, operand.inside, x.type(), type));
  }

  /// The map of an atom, whose margins of 0 a convolution takes for its padding.
  private static Term of(Atom atom, Geometry geometry, Coefficients weights) {
    Geometry map = geometry;
    Atom inner = atom;
    Optional<Margins> margins = Margins.of(atom);
    while (margins.filter(m -> m.value() == 0).isPresent() && !geometry.taps().isEmpty()) {
      map = map.padded(margins.get());
      inner = Margins.inside(inner);
      margins = Margins.of(inner);
    }
    return new Term(inner, map, weights);
  }

  private Operand operand(Affine x, Geometry geometry) {
    int axis = geometry.inAxis();
    boolean composes =
        x.bias().isAlong(axis, x.type().rank())
            && !x.isConstant()
            && x.terms().stream()
                .allMatch(term -> isAlong(term, axis, x) || Composition.isPossible(geometry, term));
    if (composes && geometry.isPointwise()) {
      return new Operand(x.terms(), x.bias(), Coefficients.ZERO);
    }
    boolean simple = isSimple(x, axis);
    if (simple && (x.bias().isZero() || !geometry.padded())) {
      return new Operand(x.terms(), x.bias(), Coefficients.ZERO);
    }
    Optional<Operand> shifted = simple ? shifted(x) : Optional.empty();
    return shifted.orElseGet(
        () -> new Operand(region.compound(x).terms(), Coefficients.ZERO, Coefficients.ZERO));
  }

  private static boolean isSimple(Affine x, int axis) {
    return !x.isConstant()
        && x.bias().isAlong(axis, x.type().rank())
        && x.terms().stream().allMatch(term -> isAlong(term, axis, x));
  }

  private static boolean isAlong(Term term, int axis, Affine x) {
    return term.geometry().isDiagonal() && term.weights().isAlong(axis, x.type().rank());
  }

  /// `s x + t = s (x + t / s)`, and `t` where `s = 0`.
  private Optional<Operand> shifted(Affine x) {
    Term term = x.terms().getFirst();
    if (x.terms().size() > 1 || term.weights().slack() != null) {
      return Optional.empty();
    }
    int[] dims = Indexes.broadcast(term.weights().dims(), x.bias().dims());
    Coefficients scale = term.weights().over(dims);
    Coefficients bias = x.bias().over(dims);
    boolean[] scaled = new boolean[scale.count()];
    boolean[] constant = new boolean[scale.count()];
    for (int i = 0; i < constant.length; i++) {
      constant[i] = scale.lo()[i] == 0 && scale.hi()[i] == 0;
      scaled[i] = !constant[i];
    }
    Coefficients divisor = scale.except(constant, 1);
    if (divisor.hasZero()) {
      return Optional.empty();
    }
    Coefficients quotient = bias.except(constant, 0).times(divisor.reciprocal());
    Affine sum = new Affine(x.type(), quotient, List.of(term.with(Coefficients.ONE)));
    List<Term> terms = region.compound(sum).times(scale).orElseThrow().terms();
    return Optional.of(new Operand(terms, Coefficients.ZERO, bias.except(scaled, 0)));
  }

  /// The map of a constant that is 0 in the padding.
  private Affine ofOnes(
      Geometry geometry, Coefficients weights, Coefficients value, TensorType from, TensorType to) {
    Coefficients products = Form.byChannel(weights, value, geometry.in());
    boolean[] inside = geometry.readsNoPadding(products.count());
    boolean[] border = new boolean[inside.length];
    for (int i = 0; i < border.length; i++) {
      border[i] = !inside[i];
    }
    Coefficients sums = summed(geometry, products.except(border, 0), to.rank());
    Term ones = new Term(region.ones(from), geometry, products.except(inside, 0));
    return new Affine(to, sums, List.of(ones));
  }

  /// What a constant operand gives: for each output channel the sum of its weights times the
  /// constant.
  private static Coefficients sums(
      Geometry geometry, Coefficients weights, Coefficients value, int rank, int resultRank) {
    if (!value.isAlong(geometry.inAxis(), rank)) {
      throw new NotCoveredException("a constant that is not one number per channel");
    }
    return summed(geometry, Form.byChannel(weights, value, geometry.in()), resultRank);
  }

  /// For each output channel the sum of its weights.
  private static Coefficients summed(Geometry geometry, Coefficients weights, int resultRank) {
    Channel out = geometry.out();
    return weights
        .summed(out.ofAll(weights.count()), out.channels())
        .along(geometry.outAxis(), resultRank);
  }
}
