package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Atom;
import dev.crease.compiler.verify.certificate.Form.Term;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Functions that respect order. With `s >= 0`, one `s` and `t` per channel,
///
/// ```
/// f(s x + t) = s f(x) + t      the largest of a window
/// f(s x)     = s f(x)          Relu and its relatives, with different slopes on both sides of 0
/// ```
final class Ordered {
  private Ordered() {}

  private static boolean isMaximum(String name) {
    return name.equals("MaxPool") || name.equals("GlobalMaxPool");
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
            && (isMaximum(operation.name()) || x.bias().isZero());
    if (!scaled) {
      return Optional.empty();
    }
    Term term = x.terms().getFirst();
    if (!moves(term.weights(), x.type().rank()) || !x.bias().isAlong(1, x.type().rank())) {
      return Optional.empty();
    }
    Optional<Object> wider =
        Margins.of(term.atom()).flatMap(margins -> margins.around(operation.node().op()));
    Atom atom = wider.isPresent() ? Margins.inside(term.atom()) : term.atom();
    List<Form> arguments = new ArrayList<>(List.of(atom.unit()));
    arguments.addAll(operation.present(1));
    return region
        .opaque(wider.orElse(operation.node().op()), arguments, operation.type())
        .times(term.weights())
        .map(y -> y.plus(x.bias()));
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
            && (isMaximum(name.get()) || (isHomogeneous(name.get()) && form.bias().isZero()))
            && moves(term.weights(), form.type().rank())
            && form.bias().isAlong(1, form.type().rank());
    if (!passes || !(atom.arguments().getFirst() instanceof Affine x)) {
      return Optional.empty();
    }
    return x.times(term.weights()).map(y -> y.plus(form.bias()));
  }
}
