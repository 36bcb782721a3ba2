package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Machine;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Cast between numbers and their texts.
class NumberTextsTest {
  private static Tensor cast(Tensor x, String to) {
    String text =
        "model m(x: %s[N]) -> (y: %s[N]) { y = Cast(x, to = %s) }".formatted(x.type(), to, to);
    Plan plan =
        Plan.of(Lowerer.lower(TextReader.read(text, "test").graph(), Machine.lanes(), Map.of()));
    return ProgramRun.run(plan, KernelChoice.AUTO, 1, Map.of("x", x)).get("y");
  }

  private static Tensor texts(String... texts) {
    return Tensor.of(texts, texts.length);
  }

  @Test
  void realsToTexts() {
    float[] reals = {0, -0f, 1, 0.1f, -314.15927f, 1e-7f, 3e10f, Float.NaN, 1 / 0f, -1 / 0f};
    assertThat(cast(Tensor.of(reals, reals.length), "string").strings())
        .containsExactly(
            "0.0",
            "-0.0",
            "1.0",
            "0.1",
            "-314.15927",
            "0.0000001",
            "30000000000.0",
            "NaN",
            "INF",
            "-INF");
    assertThat(cast(Tensor.of(new double[] {0.1, 1e-3}, 2), "string").strings())
        .containsExactly("0.1", "0.001");
  }

  @Test
  void integersToTexts() {
    assertThat(cast(Tensor.of(new long[] {Long.MIN_VALUE, 0, 7}, 3), "string").strings())
        .containsExactly("-9223372036854775808", "0", "7");
    Tensor large = Tensor.of(ElementType.UINT64, new long[] {-1, 5}, 2);
    assertThat(cast(large, "string").strings()).containsExactly("18446744073709551615", "5");
  }

  @Test
  void textsToReals() {
    Tensor x = texts("3.14", "1000", "1e-5", "1E8", "+INF", "inf", "-Inf", "nan", ".5", "-0");
    assertThat(cast(x, "f32").floats())
        .containsExactly(3.14f, 1000, 1e-5f, 1e8f, 1 / 0f, 1 / 0f, -1 / 0f, Float.NaN, 0.5f, -0f);
    assertThat(cast(texts("0.1", "-2"), "f64").doubles()).containsExactly(0.1, -2);
  }

  @Test
  void textsToIntegers() {
    assertThat(cast(texts("100.5", "-7", "1e3", "-9223372036854775808"), "i64").longs())
        .containsExactly(100, -7, 1000, Long.MIN_VALUE);
    assertThat(cast(texts("1e-20000000", "-1e-999999999", "0e999999999", "-0.5"), "i64").longs())
        .containsExactly(0, 0, 0, 0);
    assertThat(cast(texts("18446744073709551615"), "u64").longs()).containsExactly(-1);
    assertThat(cast(texts("255", "0"), "u8").bytes()).containsExactly(255, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "Hello,f32",
    "0x10,f32",
    "1d,f64",
    "'',i32",
    "' 1',i32",
    "256,u8",
    "-1,u8",
    "128,i8",
    "1e99,i64",
    "1e999999999,i64",
    "NaN,i32"
  })
  void whatIsNoNumberEndsTheRun(String text, String to) {
    assertThatThrownBy(() -> cast(texts(text), to))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("the text \"%s\" is no number of type %s".formatted(text, to));
  }
}
