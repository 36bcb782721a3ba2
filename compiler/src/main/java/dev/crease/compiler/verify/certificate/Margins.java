package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.AveragePool;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Atom;
import dev.crease.compiler.verify.certificate.Form.Term;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Constants around a picture: `Pad(x; c) = Pad(x - c; 0) + c`, and `f(Pad(x; z)) = f'(x)` where
/// `f'` is `f` with that much more padding, for a window `f` whose padding is `z`: 0 in a
/// convolution and in a mean that counts padding, the least there is in a maximum.
///
/// @param begins how many are added before each axis of the picture; likewise `ends` behind it
/// @param value 0, or minus infinity
record Margins(List<Long> begins, List<Long> ends, double value) {
  private static final double LEAST = Double.NEGATIVE_INFINITY;

  Margins {
    begins = List.copyOf(begins);
    ends = List.copyOf(ends);
  }

  /// What a node of Pad makes; empty if it does anything else than add one constant around
  /// pictures.
  static Optional<Affine> pad(Operation operation, Region region) {
    Optional<List<Long>> pads = operation.positions().padding();
    boolean constant = operation.attributes().text("mode").equals("constant");
    if (!constant || pads.isEmpty() || !isAroundPictures(pads.get())) {
      return Optional.empty();
    }
    int rank = operation.type().rank();
    List<Long> begins = pads.get().subList(2, rank);
    List<Long> ends = pads.get().subList(rank + 2, 2 * rank);
    if (isLeast(operation)) {
      Affine x = region.compound(operation.form(0));
      Margins least = new Margins(begins, ends, LEAST);
      return Optional.of(region.opaque(least, List.of(x), operation.type()));
    }
    boolean known =
        !operation.has(2) || (operation.isConstant(2) && operation.constant(2).count() == 1);
    if (!known) {
      return Optional.empty();
    }
    Coefficients value = operation.has(2) ? operation.constant(2).shaped() : Coefficients.ZERO;
    return Optional.of(new Margins(begins, ends, 0).with(value, operation, region));
  }

  /// What a node of ChannelPad makes, if it does nothing but add constants around pictures.
  static Optional<Affine> byChannel(Operation operation, Region region) {
    List<Long> pads = operation.attributes().integers("pads");
    if (!operation.isConstant(1) || !isAroundPictures(pads)) {
      return Optional.empty();
    }
    int rank = operation.type().rank();
    Margins margins = new Margins(pads.subList(2, rank), pads.subList(rank + 2, 2 * rank), 0);
    return Optional.of(margins.with(operation.constant(1).along(1, rank), operation, region));
  }

  /// These margins, holding `constant`, around the first operand.
  private Affine with(Coefficients constant, Operation operation, Region region) {
    Term x = region.factored(operation.form(0).plus(constant.negated()));
    Atom around = region.linear(this, List.of(x.atom().unit()), operation.type());
    return around.unit().times(x.weights()).orElseThrow().plus(constant);
  }

  /// What Pad does, if it adds zeros around pictures.
  static Optional<Margins> zeros(Operation operation) {
    boolean zero =
        operation.name().equals("Pad")
            && operation.attributes().text("mode").equals("constant")
            && (!operation.has(2) || (operation.isConstant(2) && operation.constant(2).isZero()));
    int rank = operation.type().rank();
    return zero
        ? operation
            .positions()
            .padding()
            .filter(Margins::isAroundPictures)
            .map(all -> new Margins(all.subList(2, rank), all.subList(rank + 2, 2 * rank), 0))
        : Optional.empty();
  }

  private static boolean isAroundPictures(List<Long> pads) {
    int rank = pads.size() / 2;
    for (int i = 0; i < pads.size(); i++) {
      if (pads.get(i) < 0 || (i % rank < 2 && pads.get(i) != 0)) {
        return false;
      }
    }
    return rank > 2;
  }

  private static boolean isLeast(Operation operation) {
    return operation
        .whole(2)
        .filter(value -> value.isGiven() && value.constant().doubles()[0] == LEAST)
        .isPresent();
  }

  /// The margins that an atom has around another one.
  static Optional<Margins> of(Atom atom) {
    Object function =
        atom.function() instanceof List<?> pair && pair.size() == 2
            ? pair.getFirst()
            : atom.function();
    return function instanceof Margins margins ? Optional.of(margins) : Optional.empty();
  }

  /// `s x` of a form `s f(x) + t`, where `f` puts zeros around and each channel has its `s`.
  static Optional<Affine> scaledInside(Affine form) {
    boolean scaled = form.terms().size() == 1 && form.terms().getFirst().geometry().isDiagonal();
    if (!scaled) {
      return Optional.empty();
    }
    Term term = form.terms().getFirst();
    boolean passes =
        term.atom().function() instanceof Margins(_, _, var value)
            && value == 0
            && term.weights().isAlong(1, form.type().rank());
    if (!passes) {
      return Optional.empty();
    }
    Atom inside = inside(term.atom());
    Affine x = inside.isSum() ? (Affine) inside.arguments().getFirst() : inside.unit();
    return x.times(term.weights());
  }

  /// What is between the margins.
  static Atom inside(Atom atom) {
    return ((Affine) atom.arguments().getFirst()).terms().getFirst().atom();
  }

  /// `f'` for a pool or convolution `f`; empty if its padding is something else.
  Optional<Object> around(Object operator) {
    return switch (operator) {
      case Conv conv when value == 0 ->
          wider(conv.window()).map(window -> new Conv(window, conv.group()));
      case AveragePool pool when value == 0 && !pool.ceilMode() ->
          pool.countIncludePad() || pads(pool.window()).stream().allMatch(pad -> pad == 0)
              ? wider(pool.window()).map(window -> new AveragePool(window, false, true))
              : Optional.empty();
      case MaxPool pool when value == LEAST && !pool.ceilMode() ->
          wider(pool.window()).map(window -> new MaxPool(window, false, pool.storageOrder()));
      default -> Optional.empty();
    };
  }

  private List<Long> pads(WindowAttributes window) {
    boolean given = window.autoPad() == AutoPad.NOTSET && !window.pads().isEmpty();
    return given ? window.pads() : Collections.nCopies(2 * begins.size(), 0L);
  }

  private Optional<WindowAttributes> wider(WindowAttributes window) {
    if (window.autoPad() != AutoPad.NOTSET && window.autoPad() != AutoPad.VALID) {
      return Optional.empty();
    }
    List<Long> all = new ArrayList<>();
    List<Long> given = pads(window);
    for (int i = 0; i < given.size(); i++) {
      int axis = i % begins.size();
      all.add(given.get(i) + (i < begins.size() ? begins : ends).get(axis));
    }
    return Optional.of(
        new WindowAttributes(
            AutoPad.NOTSET, window.dilations(), window.kernel(), all, window.strides()));
  }
}
