package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.nn.AveragePool;
import dev.crease.compiler.op.nn.GlobalPool;
import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Atom;
import dev.crease.compiler.verify.certificate.Form.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/// What linear operators that keep coefficients apart make of a form: `f(w x + t) = w' f(x) + t'`,
/// where `f(x)` is an atom; of another linear map of an atom, that map followed by `f`.
///
/// A reshape is known by the shape that comes out. One that changes nothing is left out, so is one
/// before another; a transposition that only moves dimensions of 1 is a reshape.
final class Moving {
  private final Region region;

  Moving(Region region) {
    this.region = region;
  }

  /// What is done, and the operands besides the first that say how.
  private record Step(Object function, List<Form> operands, boolean isReshape) {}

  Optional<Affine> apply(Operation operation) {
    return Movements.of(operation).map(movement -> apply(operation, movement));
  }

  private Affine apply(Operation operation, Movement movement) {
    Affine x = operation.form(0);
    Step step = step(operation);
    if (step.isReshape && x.type().dims().equals(operation.type().dims())) {
      return operation.typed(x);
    }
    return apply(x, step, movement)
        .map(operation::typed)
        .orElseGet(
            () -> region.opaque(step.function, arguments(x, step.operands), operation.type()));
  }

  private static List<Form> arguments(Form first, List<Form> others) {
    List<Form> arguments = new ArrayList<>(List.of(first));
    arguments.addAll(others);
    return arguments;
  }

  private static Step step(Operation operation) {
    TensorType to = operation.type();
    boolean known = to.dims().stream().noneMatch(Dim::dependsOnData);
    boolean reshapes =
        switch (operation.name()) {
          case "Reshape", "Flatten", "Squeeze", "Unsqueeze" -> true;
          case "Transpose" -> onlyMovesOnes(operation);
          default -> operation.form(0).type().dims().equals(to.dims()) && isExpand(operation);
        };
    if (known && reshapes) {
      return new Step(List.of("Reshape", to.dims()), List.of(), true);
    }
    if (known && isExpand(operation)) {
      return new Step(List.of("Expand", to.dims()), List.of(), false);
    }
    Optional<Margins> zeros = Margins.zeros(operation);
    return zeros.isPresent()
        ? new Step(zeros.get(), List.of(), false)
        : new Step(operation.node().op(), operation.present(1), false);
  }

  private static boolean isExpand(Operation operation) {
    return operation.name().equals("Expand");
  }

  private static boolean onlyMovesOnes(Operation operation) {
    Movement movement = Movements.of(operation).orElseThrow();
    TensorType from = movement.from();
    List<Integer> order =
        movement.parts().stream()
            .map(part -> part.in().getFirst())
            .filter(axis -> !from.dim(axis).is(1))
            .toList();
    return IntStream.range(1, order.size()).allMatch(i -> order.get(i - 1) < order.get(i));
  }

  private Optional<Affine> apply(Affine x, Step step, Movement movement) {
    Optional<Coefficients> bias = Optional.of(Coefficients.ZERO);
    if (!x.bias().isZero()) {
      bias = movement.keepsConstants() ? movement.of(x.bias()) : Optional.empty();
    }
    List<Term> terms = new ArrayList<>();
    for (Term term : x.terms()) {
      Optional<Term> moved =
          term.geometry().isDiagonal()
              ? movement.of(term.weights()).map(w -> diagonal(term.atom(), w, step, movement.to()))
              : followed(term, step, movement);
      moved.ifPresent(terms::add);
    }
    return terms.size() == x.terms().size()
        ? bias.map(
            b ->
                new Affine(movement.to(), b, List.of())
                    .plus(new Affine(movement.to(), Coefficients.ZERO, terms)))
        : Optional.empty();
  }

  /// `x` repeated to get a shape; empty if it is not known to be that.
  Optional<Affine> expanded(Affine x, TensorType to) {
    boolean known = to.dims().stream().noneMatch(Dim::dependsOnData);
    Step step = new Step(List.of("Expand", to.dims()), List.of(), false);
    return Movements.expanded(x.type(), to)
        .filter(_ -> known)
        .flatMap(movement -> apply(x, step, movement));
  }

  private Term diagonal(Atom atom, Coefficients weights, Step step, TensorType to) {
    return new Term(image(atom, step, to), Geometry.DIAGONAL, weights);
  }

  private Atom image(Atom atom, Step step, TensorType to) {
    Atom from = atom;
    while (step.isReshape && isReshape(from)) {
      from = ((Affine) from.arguments().getFirst()).terms().getFirst().atom();
    }
    if (step.isReshape && from.type().dims().equals(to.dims())) {
      return from;
    }
    Optional<Object> wider = Margins.of(from).flatMap(margins -> margins.around(step.function));
    if (wider.isPresent() && step.operands.isEmpty()) {
      return region.linear(wider.get(), List.of(Margins.inside(from).unit()), to);
    }
    return region.linear(step.function, arguments(from.unit(), step.operands), to);
  }

  private static boolean isReshape(Atom atom) {
    return atom.isLinear()
        && atom.function() instanceof List<?> function
        && function.getFirst().equals("Reshape");
  }

  private static Optional<Term> followed(Term term, Step step, Movement movement) {
    int outputs = term.geometry().outAxis();
    var axis = movement.axis(outputs);
    if (axis.isPresent()) {
      return Optional.of(followed(term, term.geometry(), step, axis.getAsInt()));
    }
    return movement
        .split(outputs)
        .map(split -> followed(term, term.geometry().split(split.width()), step, split.first()))
        .or(() -> movement.picked(outputs).flatMap(part -> picked(term, step, part)))
        .or(
            () ->
                movement
                    .merged(outputs)
                    .filter(merged -> isOfAll(merged, term.geometry()))
                    .map(merged -> followed(term, merged(merged, term), step, outputs)));
  }

  /// Some of what weights make: those weights.
  private static Optional<Term> picked(Term term, Step step, Movement.Part part) {
    int[] picks = Objects.requireNonNull(part.picks());
    int channels = term.geometry().out().channels();
    int[] channelOf = term.geometry().out().ofAll(term.weights().count());
    int each = channelOf.length / Math.max(1, channels);
    int[] found = new int[channels];
    int[] weightsOf = new int[channels * each];
    for (int i = 0; i < channelOf.length; i++) {
      int channel = channelOf[i];
      if (channel >= channels || found[channel] == each) {
        return Optional.empty();
      }
      weightsOf[channel * each + found[channel]++] = i;
    }
    boolean inside = Arrays.stream(picks).allMatch(i -> 0 <= i && i < channels);
    if (!inside) {
      return Optional.empty();
    }
    int[] places =
        Arrays.stream(picks)
            .flatMap(i -> Arrays.stream(weightsOf, i * each, (i + 1) * each))
            .toArray();
    int axis = part.out().getFirst();
    Geometry some = term.geometry().then(arguments(step), axis).some(picks.length, each);
    return Optional.of(
        new Term(term.atom(), some, term.weights().gathered(new int[] {places.length}, places)));
  }

  private static boolean isOfAll(Movement.Merged merged, Geometry map) {
    return map.out().channels() == merged.count() * merged.each();
  }

  /// What weights make when some of it becomes one.
  private static Geometry merged(Movement.Merged merged, Term term) {
    return merged.inARow()
        ? term.geometry().split(merged.each())
        : term.geometry().merged(merged.count());
  }

  private static Term followed(Term term, Geometry map, Step step, int axis) {
    return new Term(term.atom(), map.then(arguments(step), axis), term.weights());
  }

  private static List<Object> arguments(Step step) {
    List<Object> all = new ArrayList<>(List.of(step.function));
    all.addAll(step.operands);
    return all;
  }

  /// `s x` for a form `s f(x) + t` of a linear `f`: with one `s` for all, or one for each channel
  /// if the function keeps channels apart.
  static Optional<Affine> argument(Affine form) {
    if (form.terms().size() != 1) {
      return Optional.empty();
    }
    Term term = form.terms().getFirst();
    Coefficients scale = term.weights();
    boolean passes =
        term.geometry().isDiagonal()
            && term.atom().isLinear()
            && (scale.count() == 1
                || (keepsChannels(term.atom()) && scale.isAlong(1, form.type().rank())));
    return passes && term.atom().arguments().getFirst() instanceof Affine x
        ? x.times(scale.count() == 1 ? scale.shaped() : scale)
        : Optional.empty();
  }

  private static boolean keepsChannels(Atom atom) {
    return atom.function() instanceof AveragePool
        || (atom.function() instanceof GlobalPool(var function)
            && function == GlobalPool.Function.AVERAGE);
  }
}
