package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.pass.Preconditions;
import dev.crease.compiler.pass.Rewriter;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/// A linear operator with new weights and a new bias.
///
/// A missing bias is created, one that comes out exactly 0 is dropped. The constants are formulas
/// in double, so a chain of folds is rounded once.
///
/// @param data what it reads
/// @param weights what makes the new ones; empty if they stay as they are
/// @param bias the new one, in the shape [LinearOperator#biasDims]
/// @param biasName where the name of a bias comes from
/// @param padding what taps in the padding read, for each channel of the data; empty if zeros
record FoldedOperator(
    LinearOperator linear,
    Rebuilt data,
    Optional<Scaling> weights,
    double[] bias,
    String biasName,
    Optional<double[]> padding) {
  private static final String SUFFIX = ".folded";

  /// That the constants can be stored.
  Preconditions storable() {
    return Preconditions.of(
        StoredRange.of(linear.element())
            .fact(
                padding.isPresent()
                    ? "folded weights, bias and padding"
                    : "folded weights and bias"),
        defect());
  }

  private Optional<String> defect() {
    StoredRange range = StoredRange.of(linear.element());
    int channels = linear.outputs();
    Optional<String> ofWeights = weights.flatMap(scaling -> scaling.defect(linear, range));
    return ofWeights
        .or(() -> range.defect("the folded bias", linear::addend, () -> bias, i -> i % channels))
        .or(
            () ->
                padding.flatMap(
                    values -> range.defect("the padding", () -> values, () -> values, i -> i)));
  }

  private boolean adds() {
    return Arrays.stream(bias).anyMatch(b -> b != 0);
  }

  /// What becomes of the bias.
  String effect() {
    if (linear.hasBias()) {
      return adds() ? "bias absorbed" : "bias removed";
    }
    return adds() ? "bias created" : "no bias";
  }

  Rebuilt rebuilt() {
    return rebuilt((op, operands) -> new Rebuilt.Computed(linear.node(), op, operands));
  }

  /// What computes it beside the operator as it was.
  Rebuilt copy() {
    return rebuilt((op, operands) -> new Rebuilt.Copied(linear.node(), op, operands));
  }

  private Rebuilt rebuilt(BiFunction<Op, Function<Rewriter, List<Value>>, Rebuilt> node) {
    Rebuilt product = node.apply(operator(), this::operands);
    return adds() && !linear.takesBias()
        ? node.apply(
            new Arithmetic(Arithmetic.Function.ADD),
            out -> List.of(product.emit(out), biasConstant(out)))
        : product;
  }

  private Op operator() {
    return switch (linear.node().op()) {
      case Gemm gemm -> new Gemm(gemm.alpha(), 1, gemm.transA(), gemm.transB());
      case MatMul _ when linear.takesBias() -> new Gemm(1, 1, false, false);
      case Conv conv when padding.isPresent() -> new FusedConv(conv, Activation.NONE);
      default -> linear.node().op();
    };
  }

  private List<Value> operands(Rewriter out) {
    Value x = data.emit(out);
    Value w = weights.isPresent() ? weightsConstant(out) : linear.weightsValue();
    List<Value> operands = new ArrayList<>(linear.data() == 0 ? List.of(x, w) : List.of(w, x));
    if (linear.takesBias()) {
      operands.add(adds() ? biasConstant(out) : Value.ABSENT);
    }
    List<Value> given = linear.node().inputs();
    operands.addAll(given.subList(Math.min(given.size(), operands.size()), given.size()));
    if (padding.isPresent()) {
      while (operands.size() <= FusedConv.PADDING) {
        operands.add(Value.ABSENT);
      }
      operands.set(FusedConv.PADDING, paddingConstant(out));
    }
    return operands;
  }

  private Value weightsConstant(Rewriter out) {
    return out.constant(foldedName(linear.weightsValue().name()), weights.orElseThrow().of(linear));
  }

  private Value biasConstant(Rewriter out) {
    String stem = linear.hasBias() ? linear.biasValue().name() : biasName;
    return out.constant(foldedName(stem), vector(bias, linear.biasDims()));
  }

  private Value paddingConstant(Rewriter out) {
    double[] values = padding.orElseThrow();
    return out.constant(biasName + ".padding", vector(values, values.length));
  }

  private Constant vector(double[] values, long... dims) {
    ElementType element = linear.element();
    return Constant.derived(element, dims, values::clone);
  }

  /// `w.folded`, also for what was folded before.
  static String foldedName(String name) {
    int at = name.indexOf(SUFFIX);
    return (at > 0 ? name.substring(0, at) : name) + SUFFIX;
  }
}
