package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.verify.certificate.Form.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// `B (A x) = (B A) x`, where `B` reads one place at a time: a product, or a convolution with one
/// tap and no padding. What comes out is a map of the kind of `A` over all channels: a group is a
/// matrix with zeros.
final class Composition {
  /// Products of two weights that are computed at most.
  private static final long MOST_PRODUCTS = 1L << 26;

  private Composition() {}

  /// Whether a map that reads one place at a time can be composed with what it reads.
  static boolean isPossible(Geometry second, Term first) {
    Geometry inner = first.geometry();
    boolean convolutions = !second.taps().isEmpty() && !inner.taps().isEmpty();
    boolean products = isProduct(second) && isProduct(inner);
    long work = (long) second.out().channels() * first.weights().count();
    return (convolutions || products)
        && inner.outAxis() == second.inAxis()
        && inner.out().channels() == second.in().channels()
        && work <= MOST_PRODUCTS;
  }

  private static boolean isProduct(Geometry map) {
    return map.key() instanceof List<?> key && key.getFirst().equals("product") && !map.padded();
  }

  /// @param weights of the second map
  static Optional<Term> of(Geometry second, Coefficients weights, Term first) {
    if (!second.isPointwise() || !isPossible(second, first)) {
      return Optional.empty();
    }
    Geometry inner = first.geometry();
    int taps = inner.taps().isEmpty() ? 1 : inner.taps().getFirst().count();
    int outputs = second.out().channels();
    int row = inner.in().channels() * taps;
    Coefficients product = rows(second, weights, first, taps);
    if (isProduct(second)) {
      int[] transposed = new int[outputs * row];
      Arrays.setAll(transposed, i -> i % outputs * row + i / outputs);
      int[] dims = {row, outputs};
      return Optional.of(
          new Term(
              first.atom(),
              Linear.product(inner.inAxis(), second.outAxis(), dims, false),
              product.gathered(dims, transposed)));
    }
    Geometry.Taps window = inner.taps().getFirst();
    List<Integer> dims = new ArrayList<>(List.of(outputs, inner.in().channels()));
    dims.addAll(window.kernel());
    int[] shape = dims.stream().mapToInt(dim -> dim).toArray();
    Geometry map = Linear.convolution(window.passing(second.taps().getFirst().strides()), 1, shape);
    return Optional.of(new Term(first.atom(), map, product.shaped(shape)));
  }

  /// One row for each output, over the inputs and taps of the first map.
  private static Coefficients rows(Geometry second, Coefficients weights, Term first, int taps) {
    int outputs = second.out().channels();
    int between = second.in().channels();
    int[] out = second.out().ofAll(weights.count());
    int[] in = second.in().ofAll(weights.count());
    int[] places = new int[weights.count()];
    Arrays.setAll(places, i -> out[i] * between + in[i]);
    Coefficients matrix = weights.summed(places, outputs * between);
    Coefficients inner = first.weights();
    int[] middle = first.geometry().out().ofAll(inner.count());
    int[] source = first.geometry().in().ofAll(inner.count());
    int row = first.geometry().in().channels() * taps;
    int[] targets = new int[inner.count()];
    Arrays.setAll(targets, i -> source[i] * taps + i % taps);
    List<Coefficients> rows = new ArrayList<>();
    for (int o = 0; o < outputs; o++) {
      int[] own = IntStream.range(o * between, (o + 1) * between).toArray();
      Coefficients factors = matrix.gathered(new int[] {between}, own);
      rows.add(inner.times(factors.gathered(inner.dims(), middle)).summed(targets, row));
    }
    return Coefficients.stacked(rows);
  }
}
