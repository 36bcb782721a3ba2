package dev.crease.compiler.ir;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// A dimension, or any other integer known symbolically: a polynomial in canonical form, so that
/// equal expressions that simplify alike are equal objects (`N * 2` and `N + N`).
///
/// Symbols stand for non-negative integers, fixed when the model's inputs are known. Arithmetic is
/// exact; overflow of a known number throws [ArithmeticException], and so does an expression of
/// more than [#MAX_SIZE] terms and atoms: powers and nested maxima would grow without bound.
public record Dim(List<Term> terms) {
  /// `coefficient * factors[0] * factors[1] ...`; the coefficient is not 0, the factors are sorted.
  public record Term(long coefficient, List<Atom> factors) {
    public Term {
      factors = List.copyOf(factors);
    }
  }

  /// The most terms and atoms, nested ones counted, that an expression may have.
  public static final int MAX_SIZE = 1000;

  public static final Dim ZERO = new Dim(List.of());
  public static final Dim ONE = of(1);

  private static final Comparator<List<Atom>> ORDER =
      Comparator.<List<Atom>>comparingInt(List::size).reversed().thenComparing(List::toString);

  public Dim {
    terms = List.copyOf(terms);
    requireSize(size(terms));
  }

  private static void requireSize(long size) {
    if (size > MAX_SIZE) {
      throw new ArithmeticException(
          "the expression of a dimension has %d terms, more than %d".formatted(size, MAX_SIZE));
    }
  }

  private static long size(List<Term> terms) {
    long size = terms.size();
    for (Term term : terms) {
      for (Atom atom : term.factors()) {
        size += 1 + atom.parts().stream().mapToLong(part -> size(part.terms)).sum();
      }
    }
    return size;
  }

  public static Dim of(long value) {
    return value == 0 ? ZERO : new Dim(List.of(new Term(value, List.of())));
  }

  public static Dim symbol(String name) {
    return atom(new Atom.Symbol(name));
  }

  private static Dim atom(Atom atom) {
    return new Dim(List.of(new Term(1, List.of(atom))));
  }

  /// The number, if this is one.
  public OptionalLong known() {
    if (terms.isEmpty()) {
      return OptionalLong.of(0);
    }
    return terms.size() == 1 && terms.getFirst().factors().isEmpty()
        ? OptionalLong.of(terms.getFirst().coefficient())
        : OptionalLong.empty();
  }

  public boolean isKnown() {
    return known().isPresent();
  }

  public boolean is(long value) {
    OptionalLong known = known();
    return known.isPresent() && known.getAsLong() == value;
  }

  public Dim plus(Dim other) {
    Map<List<Atom>, Long> sum = new TreeMap<>(ORDER);
    for (Dim part : List.of(this, other)) {
      for (Term term : part.terms) {
        sum.merge(term.factors(), term.coefficient(), Math::addExact);
      }
    }
    return ofSum(sum);
  }

  public Dim plus(long value) {
    return plus(of(value));
  }

  public Dim minus(Dim other) {
    return plus(other.times(of(-1)));
  }

  public Dim times(long value) {
    return times(of(value));
  }

  public Dim times(Dim other) {
    requireSize((long) terms.size() * other.terms.size());
    Map<List<Atom>, Long> product = new TreeMap<>(ORDER);
    for (Term a : terms) {
      for (Term b : other.terms) {
        List<Atom> factors = new ArrayList<>(a.factors());
        factors.addAll(b.factors());
        factors.sort(Comparator.comparing(Atom::toString));
        product.merge(
            factors, Math.multiplyExact(a.coefficient(), b.coefficient()), Math::addExact);
      }
    }
    return ofSum(product);
  }

  private static Dim ofSum(Map<List<Atom>, Long> sum) {
    List<Term> terms = new ArrayList<>();
    sum.forEach(
        (factors, coefficient) -> {
          if (coefficient != 0) {
            terms.add(new Term(coefficient, factors));
          }
        });
    return new Dim(terms);
  }

  /// The quotient rounded towards negative infinity.
  ///
  /// @throws ArithmeticException if the divisor is the number 0
  public Dim floorDiv(Dim divisor) {
    return divide(divisor, false);
  }

  /// The quotient rounded towards positive infinity; by a number `n`, the quotient of `n - 1` more
  /// rounded towards negative infinity.
  ///
  /// @throws ArithmeticException if the divisor is the number 0
  public Dim ceilDiv(Dim divisor) {
    return divide(divisor, true);
  }

  private Dim divide(Dim divisor, boolean up) {
    if (divisor.is(0)) {
      throw new ArithmeticException("division of " + this + " by zero");
    }
    if (divisor.is(1)) {
      return this;
    }
    if (equals(divisor)) {
      return ONE;
    }
    OptionalLong number = divisor.known();
    if (up && number.isPresent() && number.getAsLong() > 0) {
      return plus(number.getAsLong() - 1).divide(divisor, false);
    }
    if (divisor.terms.size() == 1) {
      return divideByTerm(divisor.terms.getFirst(), divisor, up);
    }
    return atom(up ? new Atom.CeilDiv(this, divisor) : new Atom.FloorDiv(this, divisor));
  }

  /// Takes the terms that the divisor divides exactly out of the quotient.
  private Dim divideByTerm(Term divisor, Dim divisorDim, boolean up) {
    Dim whole = ZERO;
    Dim rest = ZERO;
    for (Term term : terms) {
      List<Atom> factors = new ArrayList<>(term.factors());
      boolean divides = divisor.factors().stream().allMatch(factors::remove);
      if (!divides) {
        rest = rest.plus(new Dim(List.of(term)));
        continue;
      }
      long quotient = Math.floorDiv(term.coefficient(), divisor.coefficient());
      long remainder = Math.floorMod(term.coefficient(), divisor.coefficient());
      boolean exact = remainder == 0;
      // A remainder is split off a plain number only: (2 N + 3) / 2 = N + 1 + 1 / 2.
      if (exact || (factors.isEmpty() && divisor.factors().isEmpty())) {
        whole = whole.plus(ofSum(Map.of(factors, quotient)));
        rest = rest.plus(of(remainder));
      } else {
        rest = rest.plus(new Dim(List.of(term)));
      }
    }
    OptionalLong number = rest.known();
    if (number.isPresent() && divisor.factors().isEmpty()) {
      long value = number.getAsLong();
      long quotient =
          up
              ? Math.ceilDiv(value, divisor.coefficient())
              : Math.floorDiv(value, divisor.coefficient());
      return whole.plus(of(quotient));
    }
    if (rest.is(0)) {
      return whole;
    }
    return whole.plus(
        atom(up ? new Atom.CeilDiv(rest, divisorDim) : new Atom.FloorDiv(rest, divisorDim)));
  }

  public Dim min(Dim other) {
    Dim difference = minus(other);
    if (difference.isNonNegative()) {
      return other;
    }
    return difference.times(-1).isNonNegative() ? this : atom(new Atom.Min(this, other));
  }

  public Dim max(Dim other) {
    Dim difference = minus(other);
    if (difference.isNonNegative()) {
      return this;
    }
    return difference.times(-1).isNonNegative() ? other : atom(new Atom.Max(this, other));
  }

  /// The dimension that this and `other` have in common when they are broadcast: they are equal, or
  /// one of them is 1. A number other than 1 is that dimension itself.
  ///
  /// @throws ArithmeticException if they are two numbers that cannot be broadcast
  public Dim broadcast(Dim other) {
    List<Dim> parts = new ArrayList<>();
    addParts(this, parts);
    addParts(other, parts);
    List<Dim> distinct =
        parts.stream().distinct().sorted(Comparator.comparing(Dim::toString)).toList();
    List<Dim> numbers = distinct.stream().filter(Dim::isKnown).toList();
    if (numbers.size() > 1) {
      throw new ArithmeticException("dimensions " + this + " and " + other + " do not broadcast");
    }
    return numbers.isEmpty()
        ? distinct.stream().reduce((a, b) -> atom(new Atom.Broadcast(a, b))).orElse(ONE)
        : numbers.getFirst();
  }

  /// What a dimension is broadcast from, so that order and repetition make no difference.
  private static void addParts(Dim dim, List<Dim> parts) {
    if (dim.alone().orElse(null) instanceof Atom.Broadcast(var left, var right)) {
      addParts(left, parts);
      addParts(right, parts);
    } else if (!dim.is(1)) {
      parts.add(dim);
    }
  }

  /// The atom that this is, if it is one and no more.
  public Optional<Atom> alone() {
    boolean alone =
        terms.size() == 1
            && terms.getFirst().coefficient() == 1
            && terms.getFirst().factors().size() == 1;
    return alone ? Optional.of(terms.getFirst().factors().getFirst()) : Optional.empty();
  }

  /// Whether this is at least 0 whatever the symbols are; false if that cannot be told.
  public boolean isNonNegative() {
    return terms.stream()
        .allMatch(
            term ->
                term.coefficient() > 0 && term.factors().stream().allMatch(Atom::isNonNegative));
  }

  /// The names of all symbols in this expression.
  public Set<String> symbols() {
    Set<String> names = new TreeSet<>();
    terms.forEach(term -> term.factors().forEach(atom -> collectSymbols(atom, names)));
    return names;
  }

  /// The number that this is when each symbol has the value given.
  ///
  /// @throws IllegalArgumentException if a symbol has none
  /// @throws ArithmeticException on overflow, division by zero, and dimensions that do not
  ///   broadcast
  public long evaluate(Map<String, Long> values) {
    long sum = 0;
    for (Term term : terms) {
      long product = term.coefficient();
      for (Atom atom : term.factors()) {
        product = Math.multiplyExact(product, atom.evaluate(values));
      }
      sum = Math.addExact(sum, product);
    }
    return sum;
  }

  /// Whether a made-up symbol of a dimension that depends on data is in this expression.
  public boolean dependsOnData() {
    return symbols().stream().anyMatch(symbol -> symbol.startsWith("?"));
  }

  private static void collectSymbols(Atom atom, Set<String> names) {
    if (atom instanceof Atom.Symbol(var name)) {
      names.add(name);
    }
    atom.parts().forEach(part -> names.addAll(part.symbols()));
  }

  /// The expression in the text form: `2 * N + 1`.
  @Override
  public String toString() {
    if (terms.isEmpty()) {
      return "0";
    }
    StringBuilder text = new StringBuilder();
    for (Term term : terms) {
      long magnitude = Math.abs(term.coefficient());
      if (!text.isEmpty()) {
        text.append(term.coefficient() < 0 ? " - " : " + ");
      } else if (term.coefficient() < 0) {
        text.append('-');
      }
      if (term.factors().isEmpty()) {
        text.append(magnitude);
        continue;
      }
      if (magnitude != 1) {
        text.append(magnitude).append(" * ");
      }
      text.append(String.join(" * ", term.factors().stream().map(Atom::toString).toList()));
    }
    return text.toString();
  }
}
