package dev.crease.compiler.frontend.onnx;

import static dev.crease.compiler.frontend.onnx.OnnxBuilders.model;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.node;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.read;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.symbolic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.grammar.onnx.ValueInfoProto;
import dev.crease.runtime.Session;
import dev.crease.runtime.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A `GatherND` whose indices name an unknown number of axes.
class NamedAxesTest {
  private static final Tensor X = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
  private static final Tensor AT = Tensor.of(new long[] {1, 0}, 2, 1);

  private static Model gather(ValueInfoProto output) {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("around")
            .addInput(symbolic("x", DataType.FLOAT, "N", "M"))
            .addInput(symbolic("i", DataType.INT64, "K", "L"))
            .addNode(node("GatherND", "x i", "y"))
            .addOutput(output);
    return read(model(8, 16, graph));
  }

  @Test
  void theDeclaredRankTellsHowMany() {
    Model model = gather(symbolic("y", DataType.FLOAT, "K", "M"));
    Map<String, DoubleTensor> expected =
        Interpreter.run(model.graph(), Map.of("x", DoubleTensor.of(X), "i", DoubleTensor.of(AT)));
    assertThat(expected.get("y").data()).containsExactly(4, 5, 6, 1, 2, 3);
    try (Session session = Compiler.compilation(model, Options.defaults()).plan().newSession()) {
      assertThat(session.run(Map.of("x", X, "i", AT)).get("y"))
          .isEqualTo(expected.get("y").toTensor());
    }
  }

  @Test
  void withoutADeclaredRankItIsUnsupported() {
    assertThatThrownBy(() -> gather(ValueInfoProto.newBuilder().setName("y").build()))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("unless the rank of its result is declared");
  }
}
