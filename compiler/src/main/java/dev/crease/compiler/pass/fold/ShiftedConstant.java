package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.pass.Preconditions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A constant among operands that are scaled and shifted, which is so itself. Where it is repeated
/// over places that are treated apart, it becomes larger.
///
/// @param value the constant as it was
/// @param given its elements
/// @param affine what is done to them
record ShiftedConstant(Value value, Constant given, Affine affine) {
  /// How many times as many elements a result must have as a constant that became larger to be
  /// added to it: then what is read more is little beside what is read anyway.
  private static final double LEAST_RATIO = 4;

  /// Whether it becomes larger.
  boolean isEnlarged() {
    return !Arrays.equals(wide(), own());
  }

  /// Whether it is small beside each of the results that it is added to; what is not known of their
  /// lengths counts as 1.
  boolean isSmallBeside(TensorType result) {
    double elements = 1;
    for (Dim dim : result.dims()) {
      elements *= dim.isKnown() ? dim.known().getAsLong() : 1;
    }
    return Arrays.stream(wide()).asDoubleStream().reduce(LEAST_RATIO, (a, b) -> a * b) <= elements;
  }

  private long[] own() {
    long[] own = AffineNode.ones(affine.rank());
    long[] dims = given.dims();
    System.arraycopy(dims, 0, own, own.length - dims.length, dims.length);
    return own;
  }

  private long[] wide() {
    return Affine.widest(own(), affine.dims());
  }

  /// Of an enlarged one without axes before that have a length of 1.
  private long[] dims() {
    if (!isEnlarged()) {
      return given.dims();
    }
    long[] wide = wide();
    int first = 0;
    while (wide[first] == 1) {
      first++;
    }
    return Arrays.copyOfRange(wide, first, wide.length);
  }

  /// The elements as they were, each as often as it is needed.
  private double[] before() {
    double[] elements = given.doubles();
    double[] zeros = new double[elements.length];
    return new Affine(own(), elements, zeros, zeros, 0).broadcast(wide()).slope();
  }

  /// What they become.
  double[] elements() {
    double[] elements = before();
    Affine each = affine.broadcast(wide());
    Arrays.setAll(elements, i -> each.apply(i, elements[i]));
    return elements;
  }

  private int channel(int index) {
    long[] dims = wide();
    long inner = Arrays.stream(dims).skip(2).reduce(1, (a, b) -> a * b);
    return dims.length < 2 ? 0 : (int) (index / inner % dims[1]);
  }

  /// That it can be stored.
  Preconditions storable() {
    StoredRange range = StoredRange.of(given.element());
    double[] elements = elements();
    return Preconditions.of(
            range.fact("elements of `%s`".formatted(value.name())),
            range.defect(
                "an element of `%s`".formatted(value.name()),
                this::before,
                () -> elements,
                this::channel))
        .and(
            Cancellation.FACT.formatted("what is added", given.element()),
            () -> isEnlarged() ? cancellation(elements) : Optional.empty());
  }

  private Optional<String> cancellation(double[] elements) {
    double largest = Arrays.stream(elements).map(Math::abs).max().orElse(0);
    return largest > Cancellation.most(given.element()) * affine.size()
        ? Optional.of(
            "cancellation bound exceeded: `%s` would be up to %.3g where results are about %.3g"
                .formatted(value.name(), largest, affine.size()))
        : Optional.empty();
  }

  Rebuilt rebuilt() {
    double[] elements = elements();
    return new Rebuilt.Stored(
        FoldedOperator.foldedName(value.name()),
        Constant.derived(given.element(), dims(), elements::clone));
  }

  /// It, if it can be stored.
  Search search() {
    Preconditions checked = storable();
    return checked.hold()
        ? new Search.Found(
            rebuilt(), List.of(), List.of("constant `%s`".formatted(value.name())), checked)
        : Search.Obstacle.reached(checked.obstacle().get());
  }
}
