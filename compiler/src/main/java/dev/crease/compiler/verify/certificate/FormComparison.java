package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Atom;
import dev.crease.compiler.verify.certificate.Form.Term;
import dev.crease.compiler.verify.certificate.Form.Whole;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Compares two forms coefficient by coefficient.
///
/// Inputs are free, so over inputs alone different coefficients are different functions. What an
/// operator makes of forms is taken for free as well, once its arguments are proved equal: a
/// refutation over several such atoms says that the normal forms differ.
final class FormComparison {
  private final Map<Pair, Judge> atoms = new HashMap<>();

  private record Pair(Atom before, Atom after) {}

  void compare(Affine before, Affine after, String where, Judge judge) {
    Judge arguments = judge.fresh();
    if (before != after && haveOneFunction(before, after)) {
      compare(
          Ordered.argument(before).orElseThrow(),
          Ordered.argument(after).orElseThrow(),
          where + ", below " + before.terms().getFirst().atom(),
          arguments);
    } else if (before != after && haveOneLinearFunction(before, after)) {
      compare(
          Moving.argument(before).orElseThrow(),
          Moving.argument(after).orElseThrow(),
          where + ", below " + before.terms().getFirst().atom(),
          arguments);
      compareAdded(before, after, where, arguments);
    } else if (before != after && haveOneMargin(before, after)) {
      compare(
          Margins.scaledInside(before).orElseThrow(),
          Margins.scaledInside(after).orElseThrow(),
          where + ", inside " + before.terms().getFirst().atom(),
          arguments);
      compareAdded(before, after, where, arguments);
    }
    if (arguments.wasProved()) {
      judge.add(arguments);
    } else {
      compareTerms(before, after, where, judge);
    }
  }

  /// Whether both are one function, that lets scales pass, of different forms.
  private static boolean haveOneFunction(Affine before, Affine after) {
    return Ordered.argument(before).isPresent()
        && Ordered.argument(after).isPresent()
        && areOneFunction(before, after);
  }

  private static boolean haveOneLinearFunction(Affine before, Affine after) {
    return Moving.argument(before).isPresent()
        && Moving.argument(after).isPresent()
        && areOneFunction(before, after);
  }

  private static boolean areOneFunction(Affine before, Affine after) {
    Atom one = before.terms().getFirst().atom();
    Atom other = after.terms().getFirst().atom();
    List<Form> arguments = one.arguments();
    return one != other
        && one.function().equals(other.function())
        && one.type().equals(other.type())
        && arguments
            .subList(1, arguments.size())
            .equals(other.arguments().subList(1, other.arguments().size()));
  }

  /// Whether both are zeros around pictures, as many, each scaled in its way.
  private static boolean haveOneMargin(Affine before, Affine after) {
    return Margins.scaledInside(before).isPresent()
        && Margins.scaledInside(after).isPresent()
        && before
            .terms()
            .getFirst()
            .atom()
            .function()
            .equals(after.terms().getFirst().atom().function());
  }

  private static void compareAdded(Affine before, Affine after, String where, Judge judge) {
    int[] dims = before.bias().dims();
    int[] otherDims = after.bias().dims();
    judge.compare(
        before.bias(),
        after.bias(),
        i -> "%s, what is added%s".formatted(where, position(i, dims, otherDims)));
  }

  private void compareTerms(Affine before, Affine after, String where, Judge judge) {
    if (before == after) {
      judge.same(before.bias());
      before.terms().forEach(term -> judge.same(term.weights()));
      return;
    }
    List<Term> left = new ArrayList<>(after.terms());
    List<Term> missing = new ArrayList<>();
    Judge weights = judge.fresh();
    List<Term> own = new ArrayList<>(before.terms());
    boolean apart = sums(own, left, where, weights);
    List<Term> others = List.copyOf(left);
    for (Term term : own) {
      if (!matched(term, left, where, weights)) {
        missing.add(term);
      }
    }
    missing.removeIf(term -> term.weights().isZero());
    left.removeIf(term -> vanishes(term, where, judge));
    if (weights.isProved()
        || (apart && isPlain(own, where, judge) && isPlain(others, where, judge))) {
      judge.add(weights);
    } else {
      judge.leave(where + ": the same operand stands in maps of two kinds");
    }
    Judge added = judge.fresh();
    compareAdded(before, after, where, added);
    boolean free =
        missing.stream().allMatch(term -> term.atom().isInput())
            && left.stream().allMatch(term -> term.atom().isInput());
    if (free || added.isProved()) {
      judge.add(added);
    }
    if (free && (isAlone(missing, after) || isAlone(left, before))) {
      judge.refute(where, names(missing), names(left));
    } else if (!missing.isEmpty() || !left.isEmpty()) {
      unmatched(missing, left, where, judge);
    }
  }

  /// Whether a term that has no partner has weights that stand for 0.
  private static boolean vanishes(Term term, String where, Judge judge) {
    Judge weights = judge.fresh();
    weights.compare(
        Coefficients.ZERO, term.weights(), i -> "%s, weight of %s".formatted(where, term.atom()));
    if (weights.isProved()) {
      judge.add(weights);
    }
    return weights.isProved();
  }

  /// Whether no atom is in two terms, as it is or moved, or equal to one in another: only then is a
  /// coefficient a function's own.
  private boolean isPlain(List<Term> terms, String where, Judge judge) {
    List<Atom> roots = terms.stream().flatMap(term -> term.atom().roots().stream()).toList();
    return IntStream.range(0, roots.size())
        .noneMatch(i -> isAmong(roots.subList(0, i), roots.get(i), where, judge));
  }

  private boolean isAmong(Collection<Atom> atoms, Atom atom, String where, Judge judge) {
    return atoms.stream().anyMatch(other -> alike(other, atom, where, judge).isProved());
  }

  /// Compares and takes out what is a sum of convolutions of one atom in either form, or of one
  /// shape here and another there; whether what is left has none of these atoms.
  private boolean sums(List<Term> before, List<Term> after, String where, Judge judge) {
    Set<Atom> done = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Atom atom : before.stream().map(Term::atom).distinct().toList()) {
      List<Term> own = before.stream().filter(term -> term.atom() == atom).toList();
      List<Term> others =
          after.stream().filter(term -> alike(atom, term.atom(), where, judge).isProved()).toList();
      if (haveOneMap(own, others) || atom.isConstant()) {
        continue;
      }
      Optional<Stencil.Pair> sums = Stencil.of(own, others);
      if (sums.isPresent()) {
        others.forEach(term -> judge.add(alike(atom, term.atom(), where, judge)));
        String what = "%s, weight of %s".formatted(where, atom);
        sums.get().before().compare(sums.get().after(), what, judge);
        before.removeAll(own);
        after.removeAll(others);
        done.addAll(atom.roots());
        others.forEach(term -> done.addAll(term.atom().roots()));
      }
    }
    return Stream.concat(before.stream(), after.stream())
        .flatMap(term -> term.atom().roots().stream())
        .noneMatch(root -> isAmong(done, root, where, judge));
  }

  private static boolean haveOneMap(List<Term> own, List<Term> others) {
    return own.size() == 1
        && others.size() == 1
        && own.getFirst().geometry().key().equals(others.getFirst().geometry().key());
  }

  /// Whether a term is about an input that the other form does not have, and is not 0.
  private static boolean isAlone(List<Term> terms, Affine other) {
    return terms.stream()
        .anyMatch(
            term ->
                term.weights().isSomewhereNotZero()
                    && other.terms().stream().noneMatch(o -> o.atom() == term.atom())
                    && terms.stream().filter(t -> t.atom() == term.atom()).count() == 1);
  }

  private static String position(int index, int[] dims, int[] otherDims) {
    int[] shape = Indexes.broadcast(dims, otherDims);
    List<Integer> position = new ArrayList<>();
    int rest = index;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      position.addFirst(rest % shape[axis]);
      rest /= shape[axis];
    }
    return position.isEmpty() ? "" : " at " + position;
  }

  /// Compares a term with its partner, and takes that from `left`.
  private boolean matched(Term term, List<Term> left, String where, Judge judge) {
    for (Term other : left) {
      boolean sameMap = other.geometry().key().equals(term.geometry().key());
      if (!sameMap || !alike(term.atom(), other.atom(), where, judge).isProved()) {
        continue;
      }
      String what = "%s, weight of %s".formatted(where, term.atom());
      judge.add(alike(term.atom(), other.atom(), where, judge));
      if (term.atom().isConstant() && term.weights() != other.weights()) {
        judge.leave("%s: %s of constants".formatted(where, term.atom()));
      } else {
        judge.compare(
            term.weights(), other.weights(), i -> what + weight(term, other.weights(), i));
      }
      left.remove(other);
      return true;
    }
    return false;
  }

  private static String weight(Term term, Coefficients other, int i) {
    Geometry geometry = term.geometry();
    if (geometry.isDiagonal()) {
      return position(i, term.weights().dims(), other.dims());
    }
    int[] out = geometry.out().ofAll(i + 1);
    int[] in = geometry.in().ofAll(i + 1);
    return ": output channel %d, input channel %d%s"
        .formatted(out[i], in[i], position(i, term.weights().dims(), other.dims()));
  }

  /// Whether two atoms are equal: proved if they are one input, or one function of arguments that
  /// are proved equal.
  private Judge alike(Atom before, Atom after, String where, Judge judge) {
    Judge known = atoms.get(new Pair(before, after));
    if (known == null) {
      known = judge.fresh();
      arguments(before, after, where, known);
      atoms.put(new Pair(before, after), known);
    }
    return known;
  }

  private void arguments(Atom before, Atom after, String where, Judge judge) {
    if (before == after) {
      return;
    }
    boolean comparable =
        !before.isInput()
            && before.function().equals(after.function())
            && before.arguments().size() == after.arguments().size();
    if (!comparable) {
      judge.leave("%s: %s and %s".formatted(where, before, after));
      return;
    }
    for (int i = 0; i < before.arguments().size(); i++) {
      Form left = before.arguments().get(i);
      Form right = after.arguments().get(i);
      if (left instanceof Affine a && right instanceof Affine b) {
        compare(a, b, "%s, operand %d of %s".formatted(where, i, before), judge);
      } else if (!(left instanceof Whole a
          && right instanceof Whole b
          && (a == b || a.constant().equals(b.constant())))) {
        judge.leave("%s: operand %d of %s differs".formatted(where, i, before));
      }
    }
  }

  /// Terms that have no partner. One function of two arguments is two functions, if it is one that
  /// tells its arguments apart.
  private void unmatched(List<Term> missing, List<Term> left, String where, Judge judge) {
    Optional<Term> term = onlyFunction(missing);
    Optional<Term> other = onlyFunction(left);
    if (term.isPresent() && other.isPresent() && judge.isProved()) {
      unequal(term.get(), other.get(), where, judge);
    }
    String terms = "expected the terms %s, got %s".formatted(names(missing), names(left));
    judge.leave(
        operand(missing, left, where, judge).orElseGet(() -> "%s: %s".formatted(where, terms)));
  }

  /// What differs below terms of one name, since their names do not tell.
  private Optional<String> operand(List<Term> missing, List<Term> left, String where, Judge judge) {
    if (!names(missing).equals(names(left))) {
      return Optional.empty();
    }
    return IntStream.range(0, missing.size())
        .mapToObj(i -> alike(missing.get(i).atom(), left.get(i).atom(), where, judge).finding())
        .filter(finding -> !(finding instanceof Finding.Proved))
        .map(finding -> finding instanceof Finding.NotCovered(String r) ? r : finding.toString())
        .findFirst();
  }

  /// The only term that is not a constant's.
  private static Optional<Term> onlyFunction(List<Term> terms) {
    List<Term> functions = terms.stream().filter(term -> !term.atom().isOnes()).toList();
    return functions.size() == 1 ? Optional.of(functions.getFirst()) : Optional.empty();
  }

  private void unequal(Term term, Term other, String where, Judge judge) {
    if (!term.geometry().key().equals(other.geometry().key())) {
      return;
    }
    Judge weights = judge.fresh();
    weights.compare(term.weights(), other.weights(), Integer::toString);
    boolean sameFunction = term.atom().function().equals(other.atom().function());
    if (weights.isProved() && sameFunction && term.atom().tellsApart()) {
      judge.add(alike(term.atom(), other.atom(), where, judge));
      return;
    }
    new Distinction((a, b) -> alike(a, b, where, judge).isProved(), where, judge)
        .of(term, other, weights.isProved());
  }

  private static String names(List<Term> terms) {
    return terms.stream()
        .map(term -> term.geometry().key() + " of " + term.atom())
        .toList()
        .toString();
  }
}
