package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.verify.certificate.Form.Affine;
import dev.crease.compiler.verify.certificate.Form.Atom;
import dev.crease.compiler.verify.certificate.Form.Term;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/// Tells two maps of one input apart. One may depend on a channel that the other does not read. Or
/// their weights are equal, and constants of a channel differ: what is added to the data before it
/// is padded, and the bounds of a clamp. Such a constant matters where a weight that is not 0 reads
/// it; what is added, where that weight may read padding instead, since everywhere else it is only
/// part of a sum.
///
/// It only refutes: what agrees proves nothing here.
final class Distinction {
  private static final String CLAMP = "clamp";

  private final BiPredicate<Atom, Atom> areEqual;
  private final String where;
  private final Judge judge;

  /// @param areEqual whether two atoms are proved to be equal
  Distinction(BiPredicate<Atom, Atom> areEqual, String where, Judge judge) {
    this.areEqual = areEqual;
    this.where = where;
    this.judge = judge;
  }

  /// A scaled atom between bounds, one of each for each channel, and what is added to it.
  private record Clamped(Affine x, Coefficients shift, Coefficients lower, Coefficients upper) {
    /// Whether there is more than one number between the bounds of a channel.
    boolean varies(int[] shape, int channel) {
      return lower.over(shape).hi()[channel] < upper.over(shape).lo()[channel];
    }

    /// A form `x + t`, where `x` may be a clamp.
    static Optional<Clamped> of(Affine form) {
      boolean plain =
          form.terms().size() == 1
              && form.terms().getFirst().geometry().isDiagonal()
              && form.terms().getFirst().weights().isAll(1);
      if (!plain) {
        return Optional.empty();
      }
      Atom atom = form.terms().getFirst().atom();
      if (atom.function().equals(List.of(CLAMP, 0))
          && atom.arguments().get(0) instanceof Affine x
          && atom.arguments().get(1) instanceof Affine lower
          && atom.arguments().get(2) instanceof Affine upper) {
        return Optional.of(new Clamped(x, form.bias(), lower.bias(), upper.bias()));
      }
      return Optional.of(
          new Clamped(
              atom.unit(),
              form.bias(),
              Coefficients.scalar(Double.NEGATIVE_INFINITY),
              Coefficients.scalar(Double.POSITIVE_INFINITY)));
    }
  }

  /// Refutes that two maps are equal, if they are not.
  ///
  /// @param sameWeights whether their weights are proved to be equal
  void of(Term before, Term after, boolean sameWeights) {
    Geometry geometry = before.geometry();
    int axis = geometry.isDiagonal() ? 1 : geometry.inAxis();
    int rank = before.atom().type().rank();
    Optional<Clamped> one = Clamped.of(opened(before.atom()));
    Optional<Clamped> other = Clamped.of(opened(after.atom()));
    boolean comparable =
        one.isPresent()
            && other.isPresent()
            && axis < rank
            && before.atom().type().dim(axis).isKnown()
            && geometry.key().equals(after.geometry().key())
            && isOneAtom(one.get().x, other.get().x)
            && (!geometry.isDiagonal() || before.weights().isAlong(axis, rank));
    if (!comparable) {
      return;
    }
    int[] shape = new int[rank];
    Arrays.fill(shape, 1);
    shape[axis] = Math.toIntExact(before.atom().type().dim(axis).known().orElseThrow());
    Reading read = Reading.of(before, shape);
    if (sameWeights) {
      compare("lower bound", one.get().lower, other.get().lower, shape, read.reads);
      compare("upper bound", one.get().upper, other.get().upper, shape, read.reads);
      compare("what is added inside", one.get().shift, other.get().shift, shape, read.missed);
    } else {
      dependence(read, one.get(), Reading.of(after, shape), other.get(), shape);
    }
  }

  private void dependence(Reading before, Clamped one, Reading after, Clamped other, int[] shape) {
    for (int c = 0; c < before.reads.length; c++) {
      boolean needed = before.reads[c] && one.varies(shape, c);
      boolean used = after.reads[c] && other.varies(shape, c);
      if ((needed && after.ignores[c]) || (used && before.ignores[c])) {
        judge.refute(
            where,
            (needed ? "something that depends" : "nothing that depends") + " on channel " + c,
            (used ? "something that depends" : "nothing that depends") + " on it");
      }
    }
  }

  /// What an atom that stands for a sum is.
  private static Affine opened(Atom atom) {
    return atom.isLinear() && atom.function().equals("the sum")
        ? (Affine) atom.arguments().getFirst()
        : atom.unit();
  }

  /// Only inputs take all values, each by itself.
  private boolean isOneAtom(Affine one, Affine other) {
    Atom a = one.terms().getFirst().atom();
    Atom b = other.terms().getFirst().atom();
    return one.terms().size() == 1
        && other.terms().size() == 1
        && a.isInput()
        && areEqual.test(a, b);
  }

  /// What the weights of a map do with each channel.
  ///
  /// @param reads whether one is not 0
  /// @param missed whether one that is not 0 may read padding
  /// @param ignores whether all are 0
  private record Reading(boolean[] reads, boolean[] missed, boolean[] ignores) {
    static Reading of(Term term, int[] shape) {
      Geometry geometry = term.geometry();
      Coefficients weights = geometry.isDiagonal() ? term.weights().over(shape) : term.weights();
      int count = weights.count();
      int[] channel = geometry.isDiagonal() ? identity(count) : geometry.in().ofAll(count);
      boolean padded = geometry.padded() && !geometry.taps().isEmpty();
      boolean[] inside = geometry.readsNoPadding(count);
      int channels = Indexes.count(shape);
      Reading reading =
          new Reading(new boolean[channels], new boolean[channels], new boolean[channels]);
      Arrays.fill(reading.ignores, true);
      for (int i = 0; i < count; i++) {
        boolean counts = weights.lo()[i] > 0 || weights.hi()[i] < 0;
        reading.reads[channel[i]] |= counts;
        reading.missed[channel[i]] |= counts && padded && !inside[i];
        reading.ignores[channel[i]] &= weights.lo()[i] == 0 && weights.hi()[i] == 0;
      }
      return reading;
    }
  }

  private static int[] identity(int count) {
    int[] places = new int[count];
    Arrays.setAll(places, i -> i);
    return places;
  }

  private void compare(
      String what, Coefficients before, Coefficients after, int[] shape, boolean[] matters) {
    Coefficients expected = before.over(shape);
    Coefficients got = after.over(shape);
    for (int i = 0; i < matters.length; i++) {
      if (matters[i]) {
        judge.compare(
            expected, i, got, i, i, c -> "%s, %s of channel %d".formatted(where, what, c));
      }
    }
  }
}
