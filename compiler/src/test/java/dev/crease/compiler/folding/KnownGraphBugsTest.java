package dev.crease.compiler.folding;

import static dev.crease.compiler.frontend.onnx.OnnxBuilders.attribute;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.floats;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.model;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.node;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.raw;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.read;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.tensor;
import static dev.crease.compiler.frontend.onnx.OnnxBuilders.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.cli.CommandLineRun;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Value;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.NodeProto;
import dev.crease.grammar.onnx.TensorProto.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where folds elsewhere did not fire, or left a graph that is none, each test named after the
/// symptom, with where it was reported. docs/verification.md tells what prevents it here.
class KnownGraphBugsTest {
  private static final int OLDEST = 6;
  private static final int NEWEST = 28;

  @TempDir Path folder;

  static IntStream operatorSets() {
    return IntStream.rangeClosed(OLDEST, NEWEST);
  }

  /// `y = BatchNormalization(t)` with `t = Conv(x)`.
  private static GraphProto.Builder normalized(NodeProto.Builder norm) {
    return GraphProto.newBuilder()
        .setName("g")
        .addInput(value("x", DataType.FLOAT, 1, 2, 3, 3))
        .addInitializer(tensor("w", DataType.FLOAT, 2, 2, 1, 1).setRawData(raw(1, 2, 3, -1)))
        .addInitializer(floats("scale", 4, -6))
        .addInitializer(floats("bias", 10, 20))
        .addInitializer(floats("mean", 1, 2))
        .addInitializer(floats("variance", 3, 15))
        .addNode(node("Conv", "x w", "t").setName("conv"))
        .addNode(norm.setName("norm").addAttribute(attribute("epsilon", 1f)))
        .addOutput(value("y", DataType.FLOAT, 1, 2, 3, 3));
  }

  private static NodeProto.Builder norm() {
    return node("BatchNormalization", "t scale bias mean variance", "y");
  }

  /// microsoft/onnxruntime PR 11960: a rule lists the versions that it knows, and is not told of
  /// new ones.
  @ParameterizedTest
  @MethodSource("operatorSets")
  void aNewOperatorSetDisablesTheFold(int version) {
    NodeProto.Builder norm = norm();
    if (version < 7) {
      norm.addAttribute(attribute("is_test", 1));
    }
    Compiled.of(read(model(8, version, normalized(norm)))).assertFolded("Conv");
  }

  /// A version after those is refused, not read without its folds.
  @Test
  void theNewestOperatorSetIsAmongThem() {
    assertThatThrownBy(() -> read(model(8, NEWEST + 1, normalized(norm()))))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("supported are %d to %d".formatted(OLDEST, NEWEST));
  }

  private static final String FOLDED =
      """
      model Folded(x: f32[N, 2, 3, 3]) -> (y: f32[N, 2, 3, 3]) {
        w: f32[2, 2, 1, 1] = he_normal(seed = 1)
        s: f32[2] = [1, 2]
        c = Conv(x, w)
        y = BatchNormalization(c, s, s, s, s)
      }
      """;

  /// pytorch/pytorch#127513: results stay right, so only the clock would tell.
  @ParameterizedTest
  @ValueSource(strings = {"--assert-no-bn", "--baseline"})
  void aFoldStopsFiringWithoutAnyAlarm(String alarm) throws IOException {
    Path model = Files.writeString(folder.resolve("folded.crease"), FOLDED);
    Path baseline = folder.resolve("folds.json");
    CommandLineRun.of("explain", model, "--baseline", baseline, "--update-baseline");
    List<Object> check = alarm.equals("--baseline") ? List.of(alarm, baseline) : List.of(alarm);
    assertThat(explain(model, check, List.of()).exitCode()).isZero();
    CommandLineRun lost = explain(model, check, List.of("--disable-rule", "fold-batch-norm"));
    assertThat(lost.exitCode()).isEqualTo(1);
    assertThat(lost.out()).contains("FAILED " + alarm + ": BatchNormalization `y`");
  }

  private static CommandLineRun explain(Path model, List<Object> check, List<Object> more) {
    List<Object> words = new ArrayList<>(List.of("explain", model));
    words.addAll(check);
    words.addAll(more);
    return CommandLineRun.of(words.toArray());
  }

  /// microsoft/onnxruntime#28540: the node has another name than its result, which is folded into a
  /// convolution of another layout, and a later node reads what is called like neither.
  @Test
  void theGraphIsInvalidAfterAFactorAndALayout() {
    GraphProto.Builder graph =
        normalized(node("Relu", "product", "relu"))
            .clearOutput()
            .addInitializer(tensor("c", DataType.FLOAT, 2, 1, 1).setRawData(raw(3, -2)))
            .addOutput(value("product", DataType.FLOAT, 1, 2, 3, 3))
            .addOutput(value("relu", DataType.FLOAT, 1, 2, 3, 3));
    graph.removeNode(1);
    graph.getNodeBuilder(0).setName("node_28");
    graph.addNode(node("Mul", "t c", "product").setName("t"));
    graph.addNode(node("Relu", "product", "relu").setName("node_28"));
    Compiled compiled = Compiled.of(read(model(8, 17, graph)));
    assertThat(compiled.operators()).containsExactly("Conv", "Relu");
  }

  /// The same between transposes, over more channels than a block of the layout has.
  @Test
  void theGraphIsInvalidAfterAFactorBetweenTransposes() {
    Net net = Net.float32(3);
    Attributes toChannels = Attributes.NONE.with("perm", List.of(0L, 3L, 1L, 2L));
    Attributes toPixels = Attributes.NONE.with("perm", List.of(0L, 2L, 3L, 1L));
    Value x = net.op("Transpose", toChannels, net.batch(5, 4, 3));
    Value conv = net.op("Conv", x, net.whole(20, 3, 2, 2), net.whole(20));
    Value product = net.op("Transpose", toPixels, net.op("Mul", conv, net.whole(20, 1, 1)));
    Value sum = net.op("Add", product, net.op("Abs", product));
    Compiled compiled = Compiled.of(net.graph(product, sum));
    assertThat(compiled.operators()).doesNotContain("Mul").contains("Conv");
  }

  /// onnx/onnx#3460: callers know the output by its name.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theFoldRenamesTheOutput(boolean copied) {
    GraphProto.Builder graph = normalized(norm());
    if (copied) {
      graph.getNodeBuilder(1).setOutput(0, "inner");
      graph.addNode(node("Identity", "inner", "y"));
    }
    Compiled compiled = Compiled.of(read(model(8, 17, graph))).assertFolded("Conv");
    assertThat(compiled.optimized().outputs()).extracting(Value::name).containsExactly("y");
  }
}
