package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.WindowAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `Conv(Conv(x, A, a), B, b)` with one tap in `B` as `Conv(x, B A, B a + b)`, group by group: `B`
/// is a matrix `(M, K)`, `A` one of rows `(K, C taps)`. Places that the second one passes over are
/// never computed: strides multiply.
record ComposedConvolution(LinearOperator first, LinearOperator second, Conv inner, Conv outer)
    implements Composition {
  @Override
  public Optional<String> obstacle() {
    if (inner.group() != outer.group()) {
      return Optional.of(
          "%s has group %d, %s has %d"
              .formatted(second.label(), outer.group(), first.label(), inner.group()));
    }
    if (outer.window().autoPad() == AutoPad.NOTSET && Commuting.pads(outer.window())) {
      return Optional.of("%s pads what %s computes".formatted(second.label(), first.label()));
    }
    AutoPad autoPad = inner.window().autoPad();
    boolean follows = autoPad == AutoPad.SAME_LOWER || autoPad == AutoPad.SAME_UPPER;
    return follows && stride() > 1
        ? Optional.of(
            "auto_pad of %s is %s, so other strides change its padding"
                .formatted(first.label(), autoPad))
        : cost();
  }

  private Optional<String> cost() {
    long one = first.weights().elements();
    long other = second.weights().elements();
    long both = composed();
    double before = one * placesForOne() + other;
    if (both >= before) {
      return Optional.of(
          "one convolution would take %d multiplications for each place of the result, both take %s"
              .formatted(both, number(before)));
    }
    return both > one + other
        ? Optional.of(
            "one convolution would have %d weights, both have %d".formatted(both, one + other))
        : Optional.empty();
  }

  /// Without a fraction if there is none.
  private static String number(double x) {
    return x == Math.rint(x) ? "%.0f".formatted(x) : "%.1f".formatted(x);
  }

  private long composed() {
    return (long) second.outputs() * row();
  }

  /// Weights that lead to one channel of the first one's result.
  private int row() {
    return first.weights().elements() / Math.max(1, first.outputs());
  }

  /// How many places the first one computes for one of the second one's; about so many, if sizes
  /// are not known.
  private double placesForOne() {
    Optional<Double> from = places(first.node().output().type());
    Optional<Double> to = places(second.node().output().type());
    return from.isPresent() && to.isPresent() ? from.get() / to.get() : stride();
  }

  private static Optional<Double> places(TensorType type) {
    List<Dim> spatial = type.dims().subList(2, type.rank());
    return spatial.stream().allMatch(Dim::isKnown)
        ? Optional.of(
            spatial.stream().mapToDouble(dim -> dim.known().getAsLong()).reduce(1, (a, b) -> a * b))
        : Optional.empty();
  }

  private long stride() {
    return outer.window().strides().stream().reduce(1L, Math::multiplyExact);
  }

  @Override
  public Conv operator() {
    WindowAttributes window = inner.window();
    return new Conv(
        new WindowAttributes(
            window.autoPad(), window.dilations(), window.kernel(), window.pads(), strides()),
        inner.group());
  }

  private List<Long> strides() {
    List<Long> inside = inner.window().strides();
    List<Long> outside = outer.window().strides();
    if (inside.isEmpty() || outside.isEmpty()) {
      return inside.isEmpty() ? outside : inside;
    }
    List<Long> strides = new ArrayList<>();
    for (int axis = 0; axis < inside.size(); axis++) {
      strides.add(Math.multiplyExact(inside.get(axis), outside.get(axis)));
    }
    return strides;
  }

  @Override
  public long[] weightDims() {
    long[] dims = first.weights().dims();
    dims[0] = second.outputs();
    return dims;
  }

  @Override
  public int channelOf(int weight) {
    return weight / row();
  }

  @Override
  public double[] weights() {
    return product(first.weights().doubles(), row());
  }

  @Override
  public double[] bias() {
    double[] bias = product(first.addend(), 1);
    double[] added = second.addend();
    for (int i = 0; i < bias.length; i++) {
      bias[i] += added[i];
    }
    return bias;
  }

  /// `B` times `right`, whose rows belong to channels of the first one's result.
  private double[] product(double[] right, int columns) {
    double[] left = second.weights().doubles();
    double[] product = new double[second.outputs() * columns];
    int groups = Math.toIntExact(inner.group());
    int depth = first.outputs() / groups;
    for (int g = 0; g < groups; g++) {
      Matrix.part(product, g, groups, columns)
          .addProduct(Matrix.part(left, g, groups, depth), Matrix.part(right, g, groups, columns));
    }
    return product;
  }
}
