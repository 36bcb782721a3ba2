package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What a value means in terms of the inputs of a region. Compared by identity: the same expression
/// is made once.
sealed interface Form {
  /// A constant of integers or booleans, or one with elements that are not finite.
  final class Whole implements Form {
    private final Constant constant;
    private final boolean given;

    /// @param given whether its elements are exact
    Whole(Constant constant, boolean given) {
      this.constant = constant;
      this.given = given;
    }

    boolean isGiven() {
      return given;
    }

    Constant constant() {
      return constant;
    }
  }

  /// `bias + sum of map(atom)`.
  final class Affine implements Form {
    private final TensorType type;
    private final Coefficients bias;
    private final List<Term> terms;

    Affine(TensorType type, Coefficients bias, List<Term> terms) {
      this.type = type;
      this.bias = bias;
      this.terms = List.copyOf(terms);
    }

    TensorType type() {
      return type;
    }

    Coefficients bias() {
      return bias;
    }

    List<Term> terms() {
      return terms;
    }

    boolean isConstant() {
      return terms.isEmpty();
    }

    Affine plus(Coefficients addend) {
      return new Affine(type, bias.plus(addend), terms);
    }

    Affine plus(Affine other) {
      List<Term> sum = new ArrayList<>(terms);
      for (Term term : other.terms) {
        int at = 0;
        while (at < sum.size() && !sum.get(at).isLike(term)) {
          at++;
        }
        if (at == sum.size()) {
          sum.add(term);
        } else {
          Term first = sum.get(at);
          sum.set(at, first.with(first.weights.plus(term.weights)));
        }
      }
      return new Affine(type, bias.plus(other.bias), sum);
    }

    /// Each element times its factor; empty if the normal form cannot express it.
    Optional<Affine> times(Coefficients factor) {
      List<Term> scaled = new ArrayList<>();
      for (Term term : terms) {
        if (term.geometry.isDiagonal()) {
          scaled.add(term.with(term.weights.times(factor)));
          continue;
        }
        if (!factor.isAlong(term.geometry.outAxis(), type.rank())) {
          return Optional.empty();
        }
        scaled.add(term.with(byChannel(term.weights, factor, term.geometry.out())));
      }
      return Optional.of(new Affine(type, bias.times(factor), scaled));
    }
  }

  /// `weights` times the factor of each one's channel.
  static Coefficients byChannel(
      Coefficients weights, Coefficients factor, Geometry.Channel channel) {
    if (factor.count() == 1) {
      return weights.times(factor.shaped());
    }
    if (factor.count() != channel.channels()) {
      throw new NotCoveredException(
          "%d factors for %d channels".formatted(factor.count(), channel.channels()));
    }
    return weights.times(factor.gathered(weights.dims(), channel.ofAll(weights.count())));
  }

  /// A linear map of an atom.
  record Term(Atom atom, Geometry geometry, Coefficients weights) {
    boolean isLike(Term other) {
      return atom == other.atom && geometry.key().equals(other.geometry.key());
    }

    Term with(Coefficients newWeights) {
      return new Term(atom, geometry, newWeights);
    }
  }

  /// An input of the region (`arguments` is empty then), or what an operator makes of arguments.
  final class Atom {
    private static final Set<String> ONE_TO_ONE =
        Set.of(
            "Relu", "LeakyRelu", "Elu", "Sigmoid", "Tanh", "Softplus", "Exp", "Erf", "HardSwish");

    private static final String ONES = "1 inside";
    private static final String SUM = "the sum";

    private final Object function;
    private final List<Form> arguments;
    private final boolean linear;
    private final Affine unit;

    /// @param linear whether the function is linear in all arguments, those that are constant aside
    Atom(Object function, List<Form> arguments, boolean linear, TensorType type) {
      this.function = function;
      this.arguments = List.copyOf(arguments);
      this.linear = linear;
      this.unit =
          new Affine(
              type,
              Coefficients.ZERO,
              List.of(new Term(this, Geometry.DIAGONAL, Coefficients.ONE)));
    }

    static Atom input(String name, TensorType type) {
      return new Atom(name, List.of(), false, type);
    }

    /// What is 1 in all of a tensor, and 0 around it.
    static Atom ones(TensorType type) {
      return new Atom(ONES, List.of(), false, type);
    }

    boolean isOnes() {
      return function.equals(ONES);
    }

    /// A form as an atom of its own.
    static Atom sum(Affine form) {
      return new Atom(SUM, List.of(form), true, form.type());
    }

    boolean isSum() {
      return function.equals(SUM);
    }

    /// The atom as a form.
    Affine unit() {
      return unit;
    }

    TensorType type() {
      return unit.type();
    }

    boolean isLinear() {
      return linear;
    }

    /// The atoms of which this is a linear function; itself, if it is none.
    Set<Atom> roots() {
      Set<Atom> roots = Collections.newSetFromMap(new IdentityHashMap<>());
      if (!linear) {
        roots.add(this);
        return roots;
      }
      for (Form argument : arguments) {
        if (argument instanceof Affine affine) {
          affine.terms().forEach(term -> roots.addAll(term.atom().roots()));
        }
      }
      return roots;
    }

    Object function() {
      return function;
    }

    List<Form> arguments() {
      return arguments;
    }

    boolean isInput() {
      return arguments.isEmpty();
    }

    /// The name of the operator whose first result this is.
    Optional<String> operator() {
      return function instanceof List<?> pair
              && pair.getFirst() instanceof Op op
              && pair.getLast().equals(0)
          ? Optional.of(op.schema().name())
          : Optional.empty();
    }

    /// Whether no input is in it.
    boolean isConstant() {
      return !isInput()
          && arguments.stream()
              .allMatch(
                  form ->
                      switch (form) {
                        case Whole _ -> true;
                        case Affine affine ->
                            affine.terms().stream().allMatch(term -> term.atom().isConstant());
                      });
    }

    /// Whether equal results on all inputs mean equal arguments, if these are affine and not
    /// constant: so it is for what is one-to-one on an interval of arguments that no others share
    /// results with.
    boolean tellsApart() {
      return !isConstant()
          && arguments.size() == 1
          && operator().filter(ONE_TO_ONE::contains).isPresent();
    }

    @Override
    public String toString() {
      return function.toString();
    }
  }
}
