package dev.crease.compiler.plan;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.signal.Dft;
import dev.crease.compiler.op.tensor.Gather;
import dev.crease.compiler.op.tensor.Shape;
import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A Fourier transform along an axis that is the size of another input.
class ComputedAxisTest {
  @ParameterizedTest
  @CsvSource({
    "0, false, false",
    "1, false, false",
    "0, false, true",
    "1, false, true",
    "1, true, false"
  })
  void theAxisIsKnownWhenThePlanRuns(int axis, boolean inverse, boolean onesided) {
    GraphBuilder builder = new GraphBuilder("test");
    Dim n = Dim.symbol("N");
    TensorType type = new TensorType(ElementType.FLOAT32, List.of(n, Dim.of(6), Dim.ONE));
    Value x = builder.input("x", type);
    Value other =
        builder.input("other", new TensorType(ElementType.FLOAT32, List.of(Dim.symbol("A"))));
    Value zero = builder.constant("zero", Constant.scalar(0L));
    Value shape = builder.add(new Shape(Optional.empty(), 0), other);
    Value computed = builder.add(new Gather(0), shape, zero);
    builder.output(builder.add(new Dft(inverse, onesided), x, Value.ABSENT, computed));
    Graph graph = builder.build();
    ProgramRun.assertLikeInterpreter(
        graph, Map.of("x", noise(5, 6, 1), "other", DoubleTensor.zeros(ElementType.FLOAT32, axis)));
  }

  private static DoubleTensor noise(int... shape) {
    Random random = new Random(3);
    DoubleTensor tensor = DoubleTensor.zeros(ElementType.FLOAT32, shape);
    for (int i = 0; i < tensor.data().length; i++) {
      tensor.data()[i] = (float) random.nextGaussian();
    }
    return tensor;
  }
}
