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
/// exact; overflow of a known number throws [ArithmeticException].
public record Dim(List<Term> terms) {
  /// `coefficient * factors[0] * factors[1] ...`; the coefficient is not 0, the factors are sorted.
  public record Term(long coefficient, List<Atom> factors) {
    public Term {
      factors = List.copyOf(factors);
    }
  }

  /// What a polynomial is made of.
  public sealed interface Atom {
    record Symbol(String name) implements Atom {
      @Override
      public String toString() {
        return name;
      }
    }

    /// A quotient rounded towards negative infinity.
    record FloorDiv(Dim dividend, Dim divisor) implements Atom {
      @Override
      public String toString() {
        return "floordiv(" + dividend + ", " + divisor + ")";
      }
    }

    /// A quotient rounded towards positive infinity.
    record CeilDiv(Dim dividend, Dim divisor) implements Atom {
      @Override
      public String toString() {
        return "ceildiv(" + dividend + ", " + divisor + ")";
      }
    }

    record Min(Dim left, Dim right) implements Atom {
      @Override
      public String toString() {
        return "min(" + left + ", " + right + ")";
      }
    }

    record Max(Dim left, Dim right) implements Atom {
      @Override
      public String toString() {
        return "max(" + left + ", " + right + ")";
      }
    }

    /// The common dimension of two that are broadcast: they are equal, or one of them is 1.
    record Broadcast(Dim left, Dim right) implements Atom {
      @Override
      public String toString() {
        return "broadcast(" + left + ", " + right + ")";
      }
    }
  }

  public static final Dim ZERO = new Dim(List.of());
  public static final Dim ONE = of(1);

  private static final Comparator<List<Atom>> ORDER =
      Comparator.<List<Atom>>comparingInt(List::size).reversed().thenComparing(List::toString);

  public Dim {
    terms = List.copyOf(terms);
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

  /// The quotient rounded towards positive infinity.
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
                term.coefficient() > 0 && term.factors().stream().allMatch(Dim::isNonNegativeAtom));
  }

  private static boolean isNonNegativeAtom(Atom atom) {
    return switch (atom) {
      case Atom.Symbol _ -> true;
      case Atom.FloorDiv(var a, var b) -> a.isNonNegative() && b.isNonNegative();
      case Atom.CeilDiv(var a, var b) -> a.isNonNegative() && b.isNonNegative();
      case Atom.Min(var a, var b) -> a.isNonNegative() && b.isNonNegative();
      case Atom.Max(var a, var b) -> a.isNonNegative() || b.isNonNegative();
      case Atom.Broadcast(var a, var b) -> a.isNonNegative() && b.isNonNegative();
    };
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
        product = Math.multiplyExact(product, evaluate(atom, values));
      }
      sum = Math.addExact(sum, product);
    }
    return sum;
  }

  private static long evaluate(Atom atom, Map<String, Long> values) {
    return switch (atom) {
      case Atom.Symbol(var name) -> {
        Long value = values.get(name);
        if (value == null) {
          throw new IllegalArgumentException("the symbol " + name + " has no value");
        }
        yield value;
      }
      case Atom.FloorDiv(var a, var b) -> Math.floorDiv(a.evaluate(values), b.evaluate(values));
      case Atom.CeilDiv(var a, var b) -> Math.ceilDiv(a.evaluate(values), b.evaluate(values));
      case Atom.Min(var a, var b) -> Math.min(a.evaluate(values), b.evaluate(values));
      case Atom.Max(var a, var b) -> Math.max(a.evaluate(values), b.evaluate(values));
      case Atom.Broadcast(var a, var b) ->
          of(a.evaluate(values)).broadcast(of(b.evaluate(values))).known().getAsLong();
    };
  }

  /// Whether a made-up symbol of a dimension that depends on data is in this expression.
  public boolean dependsOnData() {
    return symbols().stream().anyMatch(symbol -> symbol.startsWith("?"));
  }

  private static void collectSymbols(Atom atom, Set<String> names) {
    switch (atom) {
      case Atom.Symbol(var name) -> names.add(name);
      case Atom.FloorDiv(var a, var b) -> collect(a, b, names);
      case Atom.CeilDiv(var a, var b) -> collect(a, b, names);
      case Atom.Min(var a, var b) -> collect(a, b, names);
      case Atom.Max(var a, var b) -> collect(a, b, names);
      case Atom.Broadcast(var a, var b) -> collect(a, b, names);
    }
  }

  private static void collect(Dim a, Dim b, Set<String> names) {
    names.addAll(a.symbols());
    names.addAll(b.symbols());
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
