package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Residuals and activations in a convolution's epilogue: the order of operands, and whole residual
/// blocks. Near-misses are in the golden files of the passes.
class FuseConvolutionTest {
  private final Random random = new Random(3);
  private final GraphBuilder builder = new GraphBuilder("model");
  private final Value x =
      builder.input(
          "x",
          new TensorType(
              ElementType.FLOAT32,
              List.of(Dim.symbol("N"), Dim.of(4), Dim.symbol("H"), Dim.symbol("W"))));

  private Value conv(String name, Value input) {
    float[] weights = new float[16];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    Value w = builder.constant(name + "_w", Constant.of(Tensor.of(weights, 4, 4, 1, 1)));
    Conv op = new Conv(WindowAttributes.NONE, 1);
    return builder.add(name, op, List.of(input, w), List.of(name + "_y")).getFirst();
  }

  private Value add(Value a, Value b) {
    return builder.add(new Arithmetic(Arithmetic.Function.ADD), a, b);
  }

  private Graph run() {
    Graph graph = builder.build();
    Graph result = new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph).graph();
    Equivalence.assertSameMeaning(graph, result);
    return result;
  }

  @Test
  void aResidualBlockIsTwoConvolutions() {
    Value y = builder.add(new Relu(), conv("first", x));
    builder.output(builder.add(new Relu(), add(conv("second", y), x)));
    Graph graph = run();
    assertThat(graph.nodes()).hasSize(2).allMatch(node -> node.op() instanceof FusedConv);
    assertThat(graph.nodes().getLast().input(FusedConv.RESIDUAL)).isEqualTo(x);
  }

  @Test
  void theLaterOfTwoConvolutionsTakesTheOther() {
    Value shortcut = conv("shortcut", x);
    Value y = conv("last", builder.add(new Relu(), x));
    builder.output(builder.add(new Relu(), add(shortcut, y)));
    Graph graph = run();
    assertThat(graph.nodes().getLast().name()).isEqualTo("last");
    assertThat(graph.nodes().getLast().input(FusedConv.RESIDUAL).name()).isEqualTo("shortcut_y");
  }

  @Test
  void theEarlierOneIfTheLaterIsReadElsewhere() {
    Value shortcut = conv("shortcut", x);
    Value y = conv("last", builder.add(new Relu(), x));
    builder.output(add(shortcut, y));
    builder.output(y);
    Graph graph = run();
    assertThat(graph.nodes().getLast().name()).isEqualTo("shortcut");
  }

  @Test
  void aConvolutionAddedToItselfStays() {
    Value y = conv("conv", x);
    builder.output(add(y, y));
    assertThat(run().nodes().getLast().op()).isInstanceOf(Arithmetic.class);
  }
}
