package dev.crease.compiler.frontend.onnx;

import static dev.crease.compiler.frontend.onnx.OnnxBuilders.attribute;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.model;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.node;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.read;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.symbolic;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.grammar.onnx.AttributeProto;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.Session;
import dev.crease.runtime.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Scan of operator set 8: running sums of each item of a batch of two, three pairs each.
class BatchedScanTest {
  private static final Tensor X =
      Tensor.of(new float[] {1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60}, 2, 3, 2);
  private static final Tensor FIRST = Tensor.of(new float[] {100, 200, 0, 0}, 2, 2);

  /// @param lengths the name of the operand, empty for none
  /// @param batch the size, or a name; so are `steps`
  private static Model sums(String lengths, Object batch, Object steps, long... directions) {
    GraphProto body =
        GraphProto.newBuilder()
            .setName("body")
            .addInput(value("sum", DataType.FLOAT, 2))
            .addInput(value("next", DataType.FLOAT, 2))
            .addNode(node("Add", "sum next", "total"))
            .addNode(node("Identity", "total", "row"))
            .addOutput(value("total", DataType.FLOAT, 2))
            .addOutput(value("row", DataType.FLOAT, 2))
            .build();
    NodeProto.Builder scan =
        NodeProto.newBuilder()
            .setOpType("Scan")
            .addAllInput(List.of(lengths, "first", "x"))
            .addAllOutput(List.of("last", "y"))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("body")
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(body))
            .addAttribute(attribute("num_scan_inputs", 1));
    for (long direction : directions) {
      scan.addAttribute(attribute("directions", List.of(direction)));
    }
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("scan")
            .addInput(symbolic("lengths", DataType.INT64, batch))
            .addInput(symbolic("first", DataType.FLOAT, batch, 2))
            .addInput(symbolic("x", DataType.FLOAT, batch, steps, 2))
            .addNode(scan)
            .addOutput(symbolic("last", DataType.FLOAT, batch, 2))
            .addOutput(symbolic("y", DataType.FLOAT, batch, steps, 2));
    return read(model(3, 8, graph));
  }

  private static Map<String, Tensor> inputs(long... lengths) {
    return Map.of("lengths", Tensor.of(lengths, 2), "first", FIRST, "x", X);
  }

  private static Map<String, DoubleTensor> interpret(Model model, Map<String, Tensor> inputs) {
    Map<String, DoubleTensor> given = new HashMap<>();
    inputs.forEach((name, tensor) -> given.put(name, DoubleTensor.of(tensor)));
    return Interpreter.run(model.graph(), given);
  }

  private static Map<String, Tensor> run(Model model, Map<String, Tensor> inputs) {
    try (Session session = Compiler.compilation(model, Options.defaults()).plan().newSession()) {
      return session.run(inputs);
    }
  }

  private static void check(Model model, long[] lengths, float[] last, float[] y) {
    Map<String, Tensor> expected =
        Map.of("last", Tensor.of(last, 2, 2), "y", Tensor.of(y, 2, 3, 2));
    byte[] written = OnnxWriter.toBytes(model);
    Model again = OnnxReader.read("again", written, OnnxOptions.DEFAULT).model();
    for (Model each : List.of(model, again)) {
      assertThat(run(each, inputs(lengths))).isEqualTo(expected);
      interpret(each, inputs(lengths))
          .forEach((name, tensor) -> assertThat(tensor.toTensor()).isEqualTo(expected.get(name)));
    }
  }

  @Test
  void withoutLengthsAllStepsCount() {
    float[] last = {106, 260, 15, 150};
    float[] forward = {101, 210, 103, 230, 106, 260, 4, 40, 9, 90, 15, 150};
    check(sums("", 2, 3), new long[2], last, forward);
    float[] backward = {103, 230, 105, 250, 106, 260, 6, 60, 11, 110, 15, 150};
    check(sums("", "B", "T", 1), new long[2], last, backward);
  }

  /// Zeros stand behind the rows of a shorter sequence, and its state is what its last step left.
  @Test
  void aSequenceEndsAtItsLength() {
    float[] last = {103, 230, 15, 150};
    float[] y = {101, 210, 103, 230, 0, 0, 4, 40, 9, 90, 15, 150};
    check(sums("lengths", 2, 3), new long[] {2, 3}, last, y);
    check(sums("lengths", "B", "T", 0), new long[] {2, 3}, last, y);
  }

  @Test
  void anEmptySequenceLeavesTheStateAsItIs() {
    float[] y = {0, 0, 0, 0, 0, 0, 4, 40, 0, 0, 0, 0};
    check(sums("lengths", "B", "T"), new long[] {0, 1}, new float[] {100, 200, 4, 40}, y);
  }

  /// From the last entry that counts to the first.
  @Test
  void backwardsASequenceBeginsAtItsLength() {
    float[] y = {102, 220, 103, 230, 0, 0, 6, 60, 11, 110, 15, 150};
    check(sums("lengths", 2, 3, 1), new long[] {2, 3}, new float[] {103, 230, 15, 150}, y);
  }

  @Test
  void theTypesOfResultsAreKnown() {
    assertThat(sums("lengths", "B", "T").graph().outputs())
        .extracting(Value::toString)
        .containsExactly("last: f32[B, 2]", "y: f32[B, T, 2]");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 4})
  void lengthsThatAreNoneAreRefused(long length) {
    Model model = sums("lengths", 2, 3);
    assertThatThrownBy(() -> interpret(model, inputs(2, length)))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("Reshape");
    assertThatThrownBy(() -> run(model, inputs(2, length)))
        .isInstanceOf(InvalidDataException.class);
  }
}
