package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Winograd;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConvolutionTimerTest {
  private static final Conv PADDED =
      new Conv(
          new WindowAttributes(
              AutoPad.NOTSET, List.of(), List.of(), List.of(1L, 1L, 1L, 1L), List.of()),
          1);

  @Test
  void everyFormHasATimeThatIsKept() {
    ConvolutionTimer timer = new ConvolutionTimer();
    TensorType w = TensorType.of(ElementType.FLOAT32, 16, 3, 3, 3);
    TensorType x = TensorType.of(ElementType.FLOAT32, 1, 3, 8, 56);
    Map<Optional<Winograd>, Double> times = timer.of(PADDED, x, w);
    assertThat(times)
        .containsOnlyKeys(Optional.empty(), Optional.of(Winograd.F2), Optional.of(Winograd.F4));
    assertThat(times.values()).allSatisfy(seconds -> assertThat(seconds).isBetween(1e-7, 1.0));
    Dim batch = Dim.symbol("N");
    TensorType same =
        new TensorType(ElementType.FLOAT32, List.of(batch, Dim.of(3), Dim.of(8), Dim.symbol("W")));
    assertThat(timer.of(PADDED, same, w)).as("middling sizes").isSameAs(times);
    TensorType anyChannels =
        new TensorType(
            ElementType.FLOAT32, List.of(batch, Dim.symbol("C"), Dim.of(8), Dim.symbol("W")));
    assertThat(timer.of(PADDED, anyChannels, w)).as("channels of the weights").isSameAs(times);
  }
}
