package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.MatMul;
import java.util.Optional;

/// `(x A + a) B + b` as `x (A B) + (a B + b)`. Factors `alpha` and `beta` go into the constants.
record ComposedProduct(LinearOperator first, LinearOperator second) implements Composition {
  @Override
  public Optional<String> obstacle() {
    if (second.node().op() instanceof Gemm gemm && gemm.transA()) {
      return Optional.of(
          "%s reads the transpose of what %s computes".formatted(second.label(), first.label()));
    }
    if (first.biasDims().length > 1) {
      return Optional.of("%s adds something else to each row".formatted(first.label()));
    }
    long one = first.weights().elements();
    long other = second.weights().elements();
    long both = (long) first.inputs() * second.outputs();
    return both >= one + other
        ? Optional.of(
            "one product would take %d multiplications for each row, both take %d"
                .formatted(both, one + other))
        : Optional.empty();
  }

  @Override
  public Op operator() {
    if (first.node().op() instanceof Gemm gemm) {
      return new Gemm(1, 1, gemm.transA(), false);
    }
    return second.node().op() instanceof MatMul matMul ? matMul : new Gemm(1, 1, false, false);
  }

  @Override
  public long[] weightDims() {
    return new long[] {first.inputs(), second.outputs()};
  }

  @Override
  public int channelOf(int weight) {
    return weight % second.outputs();
  }

  /// The weights as they are multiplied with from the right.
  private static Matrix factor(LinearOperator linear) {
    double[] weights = linear.weights().doubles();
    return linear.node().op() instanceof Gemm gemm && gemm.transB()
        ? Matrix.of(weights, linear.inputs()).transposed()
        : Matrix.of(weights, linear.outputs());
  }

  @Override
  public double[] weights() {
    return scaledProduct(factor(first), first.gain() * second.gain());
  }

  @Override
  public double[] bias() {
    double[] moved = scaledProduct(Matrix.of(first.addend(), first.outputs()), second.gain());
    double[] bias = second.addend();
    for (int i = 0; i < bias.length; i++) {
      bias[i] += moved[i % moved.length];
    }
    return bias;
  }

  private double[] scaledProduct(Matrix left, double factor) {
    double[] product = new double[left.rows() * second.outputs()];
    Matrix.of(product, second.outputs()).addProduct(left, factor(second));
    for (int i = 0; i < product.length; i++) {
      product[i] *= factor;
    }
    return product;
  }
}
