package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.op.OperatorSamples;
import dev.crease.compiler.op.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Operands moved by as much as their radii allow never move a result by more than its radius.
class ErrorRulesTest {
  private static final double OFF = 1e-3;

  /// Leaves room for the rounding of the moved operands.
  private static final double NEARLY_ALL = 1 - 1e-8;

  private static final int TRIES = 20;

  static Stream<Sample> samples() {
    return OperatorSamples.ALL.stream()
        .filter(sample -> !(sample.op() instanceof ControlFlow))
        .filter(sample -> ruleFor(sample, new Random(1)).isPresent());
  }

  private static List<@Nullable Approximation> approximations(Sample sample, Random random) {
    List<@Nullable Approximation> operands = new ArrayList<>();
    for (DoubleTensor tensor : sample.evaluationInputs().tensors()) {
      if (tensor == null || !tensor.type().isFloating()) {
        operands.add(tensor == null ? null : Approximation.exact(tensor));
        continue;
      }
      double[] radius = random.doubles(tensor.data().length, 0, OFF).toArray();
      operands.add(new Approximation(tensor, radius));
    }
    return operands;
  }

  private static DoubleTensor evaluate(Sample sample, List<@Nullable DoubleTensor> operands) {
    return sample.op().evaluate(new EvaluationInputs(operands, sample.outputs())).getFirst();
  }

  private static Optional<Approximation> ruleFor(Sample sample, Random random) {
    DoubleTensor y = evaluate(sample, sample.evaluationInputs().tensors());
    return ErrorRules.apply(
        new Application(sample.op(), approximations(sample, random), y, Rounding.DOUBLE));
  }

  private static @Nullable DoubleTensor moved(@Nullable Approximation x, Random random) {
    if (x == null || x.isExact()) {
      return x == null ? null : x.tensor();
    }
    double[] elements = x.data().clone();
    for (int i = 0; i < elements.length; i++) {
      elements[i] += (random.nextBoolean() ? NEARLY_ALL : -NEARLY_ALL) * x.radius(i);
    }
    return new DoubleTensor(x.tensor().type(), x.tensor().shape(), elements);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aRadiusHolds(Sample sample) {
    Random random = new Random(1);
    List<@Nullable Approximation> operands = approximations(sample, random);
    Approximation y = ruleFor(sample, new Random(1)).orElseThrow();
    for (int run = 0; run < TRIES; run++) {
      List<@Nullable DoubleTensor> moved = new ArrayList<>();
      operands.forEach(operand -> moved.add(moved(operand, random)));
      DoubleTensor z = evaluate(sample, moved);
      Difference difference =
          Difference.of(
              y, Approximation.exact(z), true, Double.POSITIVE_INFINITY, false, Optional.empty());
      assertThat(difference.agrees()).as("%s: %s", sample, difference).isTrue();
    }
  }

  @Test
  void operatorsOfNetsHaveRules() {
    List<String> names = samples().map(sample -> sample.op().schema().name()).distinct().toList();
    assertThat(names)
        .contains("Conv", "ConvTranspose", "Gemm", "MatMul", "Add", "Mul", "Div", "Sum")
        .contains("AveragePool", "MaxPool", "GlobalAveragePool", "Softmax", "Sigmoid", "Tanh")
        .contains(
            "Relu",
            "Clip",
            "HardSigmoid",
            "ChannelClamp",
            "Resize",
            "Concat",
            "Reshape",
            "Transpose",
            "Slice");
  }
}
