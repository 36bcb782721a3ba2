package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Atom;
import dev.crease.compiler.verify.certificate.Form.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Functions that respect order. With `s >= 0`, one `s` and `t` per channel,
///
/// ```
/// f(s x + t) = s f(x) + t      the largest of a window, the extremes along axes
/// f(s x)     = s f(x)          Relu and its relatives, with different slopes on both sides of 0
/// ```
final class Ordered {
  private Ordered() {}

  private static boolean isExtreme(String name) {
    return name.equals("MaxPool") || name.equals("GlobalMaxPool") || isReduction(name);
  }

  private static boolean isReduction(String name) {
    return name.equals("ReduceMax") || name.equals("ReduceMin");
  }

  private static boolean isHomogeneous(String name) {
    return name.equals("Relu") || name.equals("LeakyRelu") || name.equals("PRelu");
  }

  /// The result for an operand that is a scaled atom; empty if it is not.
  static Optional<Affine> of(Operation operation, Region region) {
    Affine x = operation.form(0);
    boolean scaled =
        x.terms().size() == 1
            && x.terms().getFirst().geometry().isDiagonal()
            && (isExtreme(operation.name()) || x.bias().isZero());
    if (!scaled) {
      return Optional.empty();
    }
    Term term = x.terms().getFirst();
    if (!moves(term.weights(), x.type().rank()) || !x.bias().isAlong(1, x.type().rank())) {
      return Optional.empty();
    }
    Optional<Coefficients> scale = Optional.of(term.weights());
    Optional<Coefficients> shift = Optional.of(x.bias());
    if (isReduction(operation.name())) {
      Optional<Movement> movement = Movements.reduced(operation, true);
      scale = movement.flatMap(reduced -> reduced.of(term.weights()));
      shift = movement.flatMap(reduced -> reduced.of(x.bias()));
    }
    if (scale.isEmpty() || shift.isEmpty()) {
      return Optional.empty();
    }
    Coefficients added = shift.get();
    Optional<Object> wider =
        Margins.of(term.atom()).flatMap(margins -> margins.around(operation.node().op()));
    Atom atom = wider.isPresent() ? Margins.inside(term.atom()) : term.atom();
    List<Form> arguments = new ArrayList<>(List.of(atom.unit()));
    arguments.addAll(operation.present(1));
    return region
        .opaque(wider.orElse(operation.node().op()), arguments, operation.type())
        .times(scale.get())
        .map(y -> y.plus(added));
  }

  private static boolean moves(Coefficients scale, int rank) {
    return scale.isAlong(1, rank) && scale.isNowhereNegative();
  }

  /// `f(s x + t)`'s argument for a form `s f(x) + t`, if the function lets it pass.
  static Optional<Affine> argument(Affine form) {
    boolean scaled = form.terms().size() == 1 && form.terms().getFirst().geometry().isDiagonal();
    if (!scaled) {
      return Optional.empty();
    }
    Term term = form.terms().getFirst();
    Atom atom = term.atom();
    Optional<String> name = atom.operator();
    boolean passes =
        name.isPresent()
            && (isExtreme(name.get()) || (isHomogeneous(name.get()) && form.bias().isZero()))
            && moves(term.weights(), form.type().rank())
            && form.bias().isAlong(1, form.type().rank());
    if (!passes || !(atom.arguments().getFirst() instanceof Affine x)) {
      return Optional.empty();
    }
    if (!isReduction(name.get()) || x.type().rank() == form.type().rank()) {
      return x.times(term.weights()).map(y -> y.plus(form.bias()));
    }
    int rank = x.type().rank();
    return keepsChannels(atom, rank)
        ? x.times(byChannel(term.weights(), rank)).map(y -> y.plus(byChannel(form.bias(), rank)))
        : Optional.empty();
  }

  /// Whether a reduction that leaves out axes leaves out none up to the channels'.
  private static boolean keepsChannels(Atom reduction, int rank) {
    return reduction.arguments().get(1) instanceof Form.Whole axes
        && Arrays.stream(axes.constant().longs()).noneMatch(a -> Math.floorMod(a, rank) < 2);
  }

  private static Coefficients byChannel(Coefficients c, int rank) {
    return c.count() == 1 ? c.shaped() : c.along(1, rank);
  }
}
