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

/// Constants around a tensor: `Pad(x; c) = Pad(x - c; 0) + c`, and `f(Pad(x; z)) = f'(x)` where
/// `f'` is `f` with that much more padding, for a window `f` whose padding is `z`: 0 in a
/// convolution and in a mean that counts padding, the least there is in a maximum.
///
/// The first holds along all axes, and where a Pad crops: an element comes from `x`, or is `c`. The
/// second needs a whole picture, with margins along its own axes only.
///
/// @param pads how many are added before each axis, then behind each; negative numbers crop
/// @param value 0, or minus infinity
record Margins(List<Long> pads, double value) {
  private static final double LEAST = Double.NEGATIVE_INFINITY;

  Margins {
    pads = List.copyOf(pads);
  }

  /// What a node of Pad makes; empty if it does anything else than add one constant.
  static Optional<Affine> pad(Operation operation, Region region) {
    Optional<List<Long>> pads = operation.positions().padding();
    boolean constant = operation.attributes().text("mode").equals("constant");
    if (!constant || pads.isEmpty()) {
      return Optional.empty();
    }
    if (isLeast(operation)) {
      Affine x = region.compound(operation.form(0));
      Margins least = new Margins(pads.get(), LEAST);
      return Optional.of(region.opaque(least, List.of(x), operation.type()));
    }
    boolean known =
        !operation.has(2) || (operation.isConstant(2) && operation.constant(2).count() == 1);
    if (!known) {
      return Optional.empty();
    }
    Coefficients value = operation.has(2) ? operation.constant(2).shaped() : Coefficients.ZERO;
    return Optional.of(new Margins(pads.get(), 0).with(value, operation, region));
  }

  /// What a node of ChannelPad makes, if what it adds is constant.
  static Optional<Affine> byChannel(Operation operation, Region region) {
    List<Long> pads = operation.attributes().integers("pads");
    if (!operation.isConstant(1)) {
      return Optional.empty();
    }
    Coefficients value = operation.constant(1).along(1, operation.type().rank());
    return Optional.of(new Margins(pads, 0).with(value, operation, region));
  }

  /// These margins, holding `constant`, around the first operand.
  private Affine with(Coefficients constant, Operation operation, Region region) {
    Affine difference = operation.form(0).plus(constant.negated());
    Term x =
        keepsChannels()
            ? region.factored(difference)
            : region.compound(difference).terms().getFirst();
    Atom around = region.linear(this, List.of(x.atom().unit()), operation.type());
    return around.unit().times(x.weights()).orElseThrow().plus(constant);
  }

  /// What Pad does, if it adds zeros, or none and crops.
  static Optional<Margins> zeros(Operation operation) {
    boolean zero =
        operation.name().equals("Pad")
            && operation.attributes().text("mode").equals("constant")
            && (!operation.has(2) || (operation.isConstant(2) && operation.constant(2).isZero()));
    return zero
        ? operation.positions().padding().map(pads -> new Margins(pads, 0))
        : Optional.empty();
  }

  private int rank() {
    return pads.size() / 2;
  }

  /// Whether channels are as they were, so that each can have a coefficient of its own.
  private boolean keepsChannels() {
    return rank() > 1 && pads.get(1) == 0 && pads.get(rank() + 1) == 0;
  }

  private boolean isAroundPictures() {
    for (int i = 0; i < pads.size(); i++) {
      if (pads.get(i) < 0 || (i % rank() < 2 && pads.get(i) != 0)) {
        return false;
      }
    }
    return rank() > 2;
  }

  /// How many are added before each axis of the picture.
  List<Long> begins() {
    return pads.subList(2, rank());
  }

  /// How many are added behind each axis of the picture.
  List<Long> ends() {
    return pads.subList(rank() + 2, pads.size());
  }

  private static boolean isLeast(Operation operation) {
    return operation
        .whole(2)
        .filter(value -> value.isGiven() && value.constant().doubles()[0] == LEAST)
        .isPresent();
  }

  /// The margins that an atom has around another one, of whole pictures.
  static Optional<Margins> of(Atom atom) {
    Object function =
        atom.function() instanceof List<?> pair && pair.size() == 2
            ? pair.getFirst()
            : atom.function();
    return function instanceof Margins margins && margins.isAroundPictures()
        ? Optional.of(margins)
        : Optional.empty();
  }

  /// `s x` of a form `s f(x) + t`, where `f` puts zeros around and each channel has its `s`.
  static Optional<Affine> scaledInside(Affine form) {
    boolean scaled = form.terms().size() == 1 && form.terms().getFirst().geometry().isDiagonal();
    if (!scaled) {
      return Optional.empty();
    }
    Term term = form.terms().getFirst();
    boolean passes =
        term.atom().function() instanceof Margins margins
            && margins.value == 0
            && margins.keepsChannels()
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
          pool.countIncludePad() || padding(pool.window()).stream().allMatch(pad -> pad == 0)
              ? wider(pool.window()).map(window -> new AveragePool(window, false, true))
              : Optional.empty();
      case MaxPool pool when value == LEAST && !pool.ceilMode() ->
          wider(pool.window()).map(window -> new MaxPool(window, false, pool.storageOrder()));
      default -> Optional.empty();
    };
  }

  private List<Long> padding(WindowAttributes window) {
    boolean given = window.autoPad() == AutoPad.NOTSET && !window.pads().isEmpty();
    return given ? window.pads() : Collections.nCopies(2 * begins().size(), 0L);
  }

  private Optional<WindowAttributes> wider(WindowAttributes window) {
    if (window.autoPad() != AutoPad.NOTSET && window.autoPad() != AutoPad.VALID) {
      return Optional.empty();
    }
    List<Long> all = new ArrayList<>();
    List<Long> given = padding(window);
    for (int i = 0; i < given.size(); i++) {
      int axis = i % begins().size();
      all.add(given.get(i) + (i < begins().size() ? begins() : ends()).get(axis));
    }
    return Optional.of(
        new WindowAttributes(
            AutoPad.NOTSET, window.dilations(), window.kernel(), all, window.strides()));
  }
}
