package dev.crease.compiler.frontend.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Constant;
import dev.crease.runtime.ElementType;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DrawnTest {
  @Test
  void elementsAreDrawnOnceAndOnlyIfTheyAreRead() {
    AtomicInteger draws = new AtomicInteger();
    Drawn drawn =
        new Drawn(
            ElementType.FLOAT16,
            new long[] {2, 3},
            i -> {
              draws.incrementAndGet();
              return i + 0x1p-20;
            });
    Constant constant =
        Constant.generated(ElementType.FLOAT16, new long[] {2, 3}, drawn::stretches);
    assertThat(draws).hasValue(0);
    assertThat(constant.isDerived()).isFalse();
    assertThat(constant.reshaped(6).isDerived()).isFalse();
    assertThat(constant.doubles()).containsExactly(0x1p-20, 1, 2, 3, 4, 5);
    assertThat(constant.count(x -> x > 2)).isEqualTo(3);
    assertThat(constant.reshaped(6).doubles()).hasSize(6).endsWith(5);
    assertThat(draws).hasValue(6);
  }
}
