package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.compiler.pass.fold.Branch.Taps;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One convolution for two branches, over the smallest grid with the taps of both.
///
/// Each tap of a branch reads `position * stride + distance`, so it is found in the grid by its
/// distance. Padding follows: `begin = -first`, and as many results come out as of `base` if `end`
/// grows with the last tap.
record MergedConvolution(Branch.Convolved base, Branch other) {
  TapGrid grid() {
    return base.grid().with(other.taps(base).grid());
  }

  /// That the two should not stay.
  Preconditions worthwhile() {
    return Preconditions.of("one convolution takes no more multiplications than both", cost())
        .and(StoredRange.of(element()).fact("merged weights and bias"), this::defect);
  }

  private Optional<String> cost() {
    long before = base.taps(base).products() + other.taps(base).products();
    long after = Math.multiplyExact(base.channels(), grid().taps());
    return after > before
        ? Optional.of(
            "one convolution with %s would take %d multiplications for each element of the result, not %d"
                .formatted(other.node().label(), after, before))
        : Optional.empty();
  }

  private Optional<String> defect() {
    StoredRange range = StoredRange.of(element());
    TapGrid grid = grid();
    int row = Math.toIntExact(grid.taps() * base.channels());
    return range
        .defect("a merged weight", () -> spread(List.of(own()), grid), this::weights, i -> i / row)
        .or(() -> range.defect("the merged bias", own()::bias, this::bias, i -> i));
  }

  private ElementType element() {
    return base.linear().element();
  }

  private Taps own() {
    return base.taps(base);
  }

  private double[] weights() {
    return spread(List.of(own(), other.taps(base)), grid());
  }

  private double[] spread(List<Taps> branches, TapGrid grid) {
    long rows = Math.multiplyExact(base.linear().outputs(), base.channels());
    double[] sums = new double[Math.toIntExact(Math.multiplyExact(rows, grid.taps()))];
    for (Taps branch : branches) {
      branch.grid().addTo(sums, grid, branch.weights().get());
    }
    return sums;
  }

  private double[] bias() {
    double[] bias = own().bias().clone();
    double[] added = other.taps(base).bias();
    for (int i = 0; i < bias.length; i++) {
      bias[i] += added[i];
    }
    return bias;
  }

  Rebuilt rebuilt() {
    Conv conv = new Conv(grid().window(base.conv().window(), base.grid()), base.conv().group());
    return new Rebuilt.Computed(base.node(), conv, this::operands);
  }

  private List<Value> operands(Rewriter out) {
    long[] dims = grid().weightDims(base.linear().outputs(), base.channels());
    Value w =
        out.constant(
            FoldedOperator.foldedName(base.linear().weightsValue().name()),
            Constant.derived(element(), dims, this::weights));
    return List.of(base.x(), w, biasValue(out));
  }

  private Value biasValue(Rewriter out) {
    double[] bias = bias();
    if (Arrays.stream(bias).allMatch(b -> b == 0)) {
      return Value.ABSENT;
    }
    long[] dims = {bias.length};
    return out.constant(
        FoldedOperator.foldedName(biasName()), Constant.derived(element(), dims, bias::clone));
  }

  /// That of a bias that is there.
  private String biasName() {
    if (base.linear().hasBias()) {
      return base.linear().biasValue().name();
    }
    return switch (other) {
      case Branch.Convolved conv -> conv.linear().biasValue().name();
      case Branch.Scaled scaled -> scaled.affine().orElseThrow().shiftName().name();
    };
  }
}
