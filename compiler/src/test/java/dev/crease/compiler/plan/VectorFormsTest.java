package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.op.OperatorSamples;
import dev.crease.compiler.op.Operators;
import dev.crease.compiler.op.Sample;
import dev.crease.runtime.Machine;
import dev.crease.runtime.plan.Loops;
import dev.crease.runtime.plan.Program;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Which operators have loops on vectors: a session on vector kernels runs all others as one on
/// scalar kernels does.
class VectorFormsTest {
  /// Operators whose elements are computed one after another, even in float32.
  private static final Set<String> ON_PLAIN_LOOPS =
      Set.of(
          """
          Acos Acosh AffineGrid And ArgMax ArgMin Asin Asinh Atan Atanh Bernoulli BitShift
          BitwiseAnd BitwiseNot BitwiseOr BitwiseXor BlackmanWindow Cast CastLike Ceil Col2Im
          Compress Cos Cosh CumProd CumSum DFT DeformConv Det Dropout Equal Floor GlobalLpPool
          Greater GreaterOrEqual GridSample HammingWindow HannWindow Hardmax ImageDecoder IsNaN Less
          LessOrEqual LinearAttention Log LpPool MaxRoiPool MelWeightMatrix Mod Multinomial
          NonMaxSuppression NonZero Not OneHot Or RandomNormal RandomNormalLike
          RandomUniform RandomUniformLike Range RoiAlign Round STFT ScatterElements ScatterND
          Sign Sin Sinh Softplus Tan TopK Unique Where Xor
          """
              .split("\\s+"));

  @Test
  void listOfOperatorsOnPlainLoopsIsExactlyRight() {
    Set<String> plain = new TreeSet<>();
    for (String operator : Operators.names()) {
      Set<Loops> loops =
          OperatorSamples.ALL.stream()
              .filter(sample -> sample.op().schema().qualifiedName().equals(operator))
              .flatMap(sample -> loops(sample).stream())
              .collect(Collectors.toSet());
      assertThat(loops).as(operator).isNotEmpty();
      if (loops.contains(Loops.PLAIN) && !loops.contains(Loops.VECTOR)) {
        plain.add(operator);
      }
    }
    assertThat(plain).isEqualTo(new TreeSet<>(ON_PLAIN_LOOPS));
  }

  private static Set<Loops> loops(Sample sample) {
    try {
      Program program = Lowerer.lower(sample.graph(false), Machine.lanes(), Map.of());
      return program
          .main()
          .allInstructions()
          .map(instruction -> Loops.of(instruction, program.slots()))
          .collect(Collectors.toSet());
    } catch (UnsupportedModelException e) {
      assertThat(e.findings()).isNotEmpty();
      return Set.of();
    }
  }
}
