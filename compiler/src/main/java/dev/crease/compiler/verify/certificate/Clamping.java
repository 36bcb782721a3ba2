package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Term;
import dev.crease.compiler.verify.certificate.Form.Whole;
import java.util.List;
import java.util.Optional;

/// Clamps: with one `s` and `t` per channel,
///
/// ```
/// clamp(s x + t; l, u) = s clamp(x; (l - t) / s, (u - t) / s) + t      s > 0
///                      = s clamp(x; (u - t) / s, (l - t) / s) + t      s < 0
///                      = 0 clamp(x) + clamp(t; l, u)                   s = 0
/// clamp(s x + t; l, l) = 0 clamp(x) + l
/// clamp(x; -infinity, infinity) = x
/// ```
///
/// A Relu is the clamp between 0 and infinity.
final class Clamping {
  private final Region region;

  Clamping(Region region) {
    this.region = region;
  }

  /// A clamp's result; empty if the operand is no scaled atom, or the bounds are not constant.
  Optional<Affine> apply(Operation operation) {
    return switch (operation.name()) {
      case "Relu" ->
          of(operation, Coefficients.scalar(0), Coefficients.scalar(Double.POSITIVE_INFINITY));
      case "Clip" -> clip(operation);
      default -> {
        Coefficients lower = bounds(operation, 1);
        Coefficients upper = bounds(operation, 2);
        yield of(operation, lower, upper);
      }
    };
  }

  private Optional<Affine> clip(Operation operation) {
    double[] bounds = {Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY};
    for (int i = 1; i <= 2; i++) {
      if (operation.has(i)) {
        Optional<Double> bound = exact(operation, i);
        if (bound.isEmpty()) {
          return Optional.empty();
        }
        bounds[i - 1] = bound.get();
      }
    }
    if (!(bounds[0] <= bounds[1])) {
      return Optional.empty();
    }
    return of(operation, Coefficients.scalar(bounds[0]), Coefficients.scalar(bounds[1]))
        .or(
            () ->
                Optional.of(
                    region.opaque(
                        List.of("Clip", bounds[0], bounds[1]),
                        List.of(operation.form(0)),
                        operation.type())));
  }

  private static Optional<Double> exact(Operation operation, int i) {
    if (operation.whole(i).isPresent()) {
      return operation.whole(i).map(infinite -> infinite.constant().doubles()[0]);
    }
    boolean exact =
        operation.isConstant(i)
            && operation.constant(i).slack() == null
            && operation.constant(i).lo()[0] == operation.constant(i).hi()[0];
    return exact ? Optional.of(operation.constant(i).lo()[0]) : Optional.empty();
  }

  /// One bound per channel, some of which may be infinite.
  private static Coefficients bounds(Operation operation, int i) {
    Optional<Whole> infinite = operation.whole(i);
    Coefficients bounds =
        infinite.map(Coefficients::bounds).orElseGet(() -> operation.form(i).bias());
    if (infinite.isEmpty() && !operation.isConstant(i)) {
      throw new NotCoveredException("bounds of a clamp that are not constant");
    }
    return bounds.along(1, operation.type().rank());
  }

  private Optional<Affine> of(Operation operation, Coefficients lower, Coefficients upper) {
    Affine x = operation.form(0);
    int rank = operation.type().rank();
    boolean simple =
        x.terms().size() == 1 && x.terms().getFirst().geometry().isDiagonal() && rank >= 2;
    if (!simple) {
      return Optional.empty();
    }
    Term term = x.terms().getFirst();
    Coefficients slope = term.weights();
    if (slope.slack() != null || !slope.isAlong(1, rank) || !x.bias().isAlong(1, rank)) {
      return Optional.empty();
    }
    return ClampBounds.of(slope, x.bias(), lower, upper)
        .flatMap(
            bounds ->
                clamped(operation, term, bounds)
                    .times(bounds.slope())
                    .map(scaled -> scaled.plus(bounds.shift())));
  }

  private Affine clamped(Operation operation, Term term, ClampBounds bounds) {
    return bounds.areOpen()
        ? operation.typed(term.atom().unit())
        : region.opaque(
            "clamp",
            List.of(
                term.atom().unit(),
                new Affine(operation.type(), bounds.lower(), List.of()),
                new Affine(operation.type(), bounds.upper(), List.of())),
            operation.type());
  }
}
