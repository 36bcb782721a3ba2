package dev.crease.compiler.folding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.Options;
import dev.crease.compiler.frontend.onnx.OnnxBuilders;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.compiler.verify.Locally;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What folds elsewhere did to normalizations in training mode or without statistics, each test
/// named after the symptom, with where it was reported. docs/verification.md tells what prevents it
/// here.
class KnownTrainingBugsTest {
  private final Net net = Net.float32(6);

  /// Statistics that are far from those of any batch.
  private Graph trained(int results) {
    Attributes training = Attributes.NONE.with("training_mode", 1);
    Value y = net.op("Conv", net.picture(4, 2), net.whole(4, 4, 1, 1), net.whole(4));
    Value large = net.constant("large", new double[] {1000, 2000, 3000, 4000});
    List<Value> all =
        net.several(
            "BatchNormalization", training, results, y, net.whole(4), net.whole(4), large, large);
    return net.graph(all.getFirst());
  }

  /// microsoft/onnxscript#2969: running statistics that nobody reads go, and the mode with them.
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void trainingModeIsClearedWithUnusedResults(int results) {
    Graph graph = trained(results);
    PassReport report = new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph);
    assertThat(report.normalizationsLeft())
        .singleElement()
        .asString()
        .contains("training_mode = 1: it normalizes by the statistics of the batch");
    Node node = report.graph().nodes().getLast();
    assertThat(node.op())
        .isInstanceOfSatisfying(
            BatchNormalization.class, norm -> assertThat(norm.trainingMode()).isTrue());
    Map<String, DoubleTensor> inputs = Locally.inputs(graph, 1);
    String y = graph.outputs().getFirst().name();
    assertThat(Interpreter.run(report.graph(), inputs).get(y).data())
        .containsExactly(Interpreter.run(graph, inputs).get(y).data());
  }

  /// microsoft/onnxruntime PR 2903: what no rule folds, the layout takes for an inference operator.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTrainingNormalizationBecomesAnInferenceKernel(boolean optimized) {
    Options options = optimized ? Options.defaults() : Options.defaults().unoptimized();
    Graph graph = trained(1);
    Map<String, DoubleTensor> inputs = Locally.inputs(graph, 1);
    String y = graph.outputs().getFirst().name();
    double[] expected = Interpreter.run(graph, inputs).get(y).data();
    Map<String, Tensor> given = new HashMap<>();
    inputs.forEach((name, input) -> given.put(name, input.toTensor()));
    Plan plan = Compiler.compilation(Model.of(graph), options).plan();
    try (Session session = plan.newSession()) {
      float[] got = session.run(given).get(y).floats();
      assertThat(got).hasSameSizeAs(expected);
      for (int i = 0; i < got.length; i++) {
        assertThat((double) got[i]).isCloseTo(expected[i], within(1e-4));
      }
    }
  }

  /// pytorch/pytorch PR 71259: the statistics are not constants.
  @Test
  void aNormalizationWithoutRunningStatisticsCrashesTheFold() {
    Value conv = net.op("Conv", net.picture(4, 2), net.whole(4, 4, 1, 1), net.whole(4));
    Value variance = net.constant("variance", new double[] {3, 15, 3, 15});
    Value mean = net.op("Relu", net.input(4));
    Attributes epsilon = Attributes.NONE.with("epsilon", 1f);
    Value y =
        net.op("BatchNormalization", epsilon, conv, net.whole(4), net.whole(4), mean, variance);
    Compiled.of(net.graph(y)).assertLeft("`relu` is computed by Relu `relu`");
  }

  /// The same as a file: a normalization must have them.
  @Test
  void aFileWithoutRunningStatisticsCrashesTheReader() {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("g")
            .addInput(OnnxBuilders.value("x", DataType.FLOAT, 1, 2, 3))
            .addInitializer(OnnxBuilders.floats("s", 1, 2))
            .addNode(OnnxBuilders.node("BatchNormalization", "x s s _ _", "y"))
            .addOutput(OnnxBuilders.value("y", DataType.FLOAT, 1, 2, 3));
    assertThatThrownBy(() -> OnnxBuilders.read(OnnxBuilders.model(8, 15, graph)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("BatchNormalization `y`")
        .hasMessageContaining("input_mean");
  }
}
