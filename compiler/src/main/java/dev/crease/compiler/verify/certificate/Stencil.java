package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.verify.certificate.Form.Term;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A sum of convolutions of one atom: for each place that is read, a matrix of weights from input
/// to output channels. A convolution without spatial extent that scales each channel is its
/// diagonal, at offset 0.
///
/// @param weights matrices `outputs x inputs`, by offset
record Stencil(List<Long> strides, int outputs, int inputs, Map<List<Long>, Coefficients> weights) {
  private static final Coefficients NOTHING = Coefficients.ZERO;

  /// The sums of maps of one atom on both sides; empty if there is one that is no convolution, or
  /// none with taps.
  static Optional<Pair> of(List<Term> terms, List<Term> others) {
    Optional<Geometry> first =
        Stream.concat(terms.stream(), others.stream())
            .map(Term::geometry)
            .filter(map -> !map.taps().isEmpty())
            .findFirst();
    if (first.isEmpty() || terms.isEmpty() || others.isEmpty()) {
      return Optional.empty();
    }
    Stencil sum = empty(first.get());
    Stencil other = empty(first.get());
    boolean fits = terms.stream().allMatch(sum::add) && others.stream().allMatch(other::add);
    return fits ? Optional.of(new Pair(sum, other)) : Optional.empty();
  }

  /// Two stencils of one kind.
  record Pair(Stencil before, Stencil after) {}

  private static Stencil empty(Geometry geometry) {
    return new Stencil(
        geometry.taps().getFirst().strides(),
        geometry.out().channels(),
        geometry.in().channels(),
        new HashMap<>());
  }

  private boolean add(Term term) {
    Geometry geometry = term.geometry();
    if (geometry.isDiagonal()) {
      return addDiagonal(term);
    }
    boolean fits =
        !geometry.taps().isEmpty()
            && geometry.taps().getFirst().strides().equals(strides)
            && geometry.out().channels() == outputs
            && geometry.in().channels() == inputs;
    if (!fits) {
      return false;
    }
    Geometry.Taps taps = geometry.taps().getFirst();
    int count = term.weights().count();
    int[] out = geometry.out().ofAll(count);
    int[] in = geometry.in().ofAll(count);
    int step = taps.count();
    for (int tap = 0; tap < step; tap++) {
      int[] places = new int[count / step];
      int[] targets = new int[places.length];
      for (int i = 0; i < places.length; i++) {
        places[i] = i * step + tap;
        targets[i] = out[places[i]] * inputs + in[places[i]];
      }
      Coefficients matrix =
          term.weights().gathered(new int[] {places.length}, places).summed(targets, size());
      weights.merge(taps.offset(tap), matrix, Coefficients::plus);
    }
    return true;
  }

  private int size() {
    return Math.multiplyExact(outputs, inputs);
  }

  private boolean addDiagonal(Term term) {
    int rank = strides.size() + 2;
    boolean fits =
        outputs == inputs
            && strides.stream().allMatch(stride -> stride == 1)
            && term.weights().isAlong(1, rank);
    if (!fits) {
      return false;
    }
    int[] targets = new int[inputs];
    Arrays.setAll(targets, channel -> channel * inputs + channel);
    int[] channels = new int[rank];
    Arrays.fill(channels, 1);
    channels[1] = inputs;
    Coefficients matrix = term.weights().over(channels).summed(targets, size());
    weights.merge(Collections.nCopies(rank - 2, 0L), matrix, Coefficients::plus);
    return true;
  }

  void compare(Stencil other, String what, Judge judge) {
    Set<List<Long>> offsets = new HashSet<>(weights.keySet());
    offsets.addAll(other.weights.keySet());
    for (List<Long> offset : offsets) {
      judge.compare(
          weights.getOrDefault(offset, NOTHING),
          other.weights.getOrDefault(offset, NOTHING),
          i ->
              "%s: output channel %d, input channel %d, tap at %s"
                  .formatted(what, i / inputs, i % inputs, offset));
    }
  }
}
