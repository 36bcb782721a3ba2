package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.TensorType;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunOperandsTest {
  private static RunOperands of(DoubleTensor... tensors) {
    return new RunOperands(new EvaluationInputs(Arrays.asList(tensors), 3));
  }

  private static DoubleTensor vector(ElementType type, double... elements) {
    return new DoubleTensor(type, new int[] {elements.length}, elements);
  }

  @Test
  void dimensionsAreNumbers() {
    RunOperands operands = of(DoubleTensor.zeros(ElementType.FLOAT16, 2, 3), null);
    assertThat(operands.count()).isEqualTo(2);
    assertThat(operands.outputs()).isEqualTo(3);
    assertThat(operands.has(0)).isTrue();
    assertThat(operands.has(1)).isFalse();
    assertThat(operands.has(2)).isFalse();
    assertThat(operands.type(0)).isEqualTo(TensorType.of(ElementType.FLOAT16, 2, 3));
    assertThatThrownBy(() -> operands.type(1))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessage("operand 1 is left out");
    assertThat(operands.freshSymbol().isKnown()).isFalse();
  }

  @Test
  void everyOperandIsAConstant() {
    RunOperands operands = of(vector(ElementType.FLOAT32, 1, 2), null);
    assertThat(operands.constant(0).orElseThrow().doubles()).containsExactly(1, 2);
    assertThat(operands.constant(1)).isEmpty();
  }

  @Test
  void wholeNumbersOfShortVectorsAreKnown() {
    List<Dim> expected = List.of(Dim.of(1), Dim.of(0));
    assertThat(of(vector(ElementType.INT64, 1, 0)).elements(0)).contains(expected);
    assertThat(of(vector(ElementType.BOOL, 1, 0)).elements(0)).contains(expected);
    assertThat(of(vector(ElementType.FLOAT32, 1, 0)).elements(0)).isEmpty();
    assertThat(of(DoubleTensor.zeros(ElementType.INT64)).elements(0)).contains(List.of(Dim.of(0)));
    assertThat(of(DoubleTensor.zeros(ElementType.INT64, 1, 1)).elements(0)).isEmpty();
    assertThat(of(DoubleTensor.zeros(ElementType.INT64, 1024)).elements(0)).isPresent();
    assertThat(of(DoubleTensor.zeros(ElementType.INT64, 1025)).elements(0)).isEmpty();
    assertThat(of((DoubleTensor) null).elements(0)).isEmpty();
  }
}
