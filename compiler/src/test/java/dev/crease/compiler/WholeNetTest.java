package dev.crease.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crease.compiler.frontend.onnx.TensorFile;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole nets from file to result: the plan, read back from its bytes, against the stored outputs
/// and against the interpreter on the original graph.
class WholeNetTest {
  private static final Path SHARED = Path.of("../../shared");

  /// @param normalizations BatchNormalizations in the model
  /// @param left those that compiling with defaults leaves
  /// @param leftConstant those left when initializers are constant
  record Net(String folder, int normalizations, int left, int leftConstant) {
    Path path() {
      return SHARED.resolve(folder);
    }

    @Override
    public String toString() {
      return folder;
    }
  }

  static List<Net> nets() {
    return List.of(
        new Net("models/mnist-8", 0, 0, 0),
        new Net("models/burn-mnist-bn", 2, 0, 0),
        new Net("models/gtcrn", 11, 0, 0),
        new Net("models/super-resolution-10", 0, 0, 0),
        new Net("models/ppocr-cls-mbv3", 35, 0, 0),
        new Net("models/ultraface-slim320", 25, 25, 0),
        new Net("models/ultraface-rfb320", 35, 35, 0),
        new Net("onnx-suite/light/light_squeezenet", 0, 0, 0),
        new Net("onnx-suite/light/light_resnet50", 53, 0, 0));
  }

  @ParameterizedTest
  @MethodSource("nets")
  void planGivesTheStoredOutputs(Net net) throws IOException {
    for (Options options : variants()) {
      Compilation compiled = compile(net, options);
      byte[] bytes = bytes(compiled);
      assertThat(bytes(compile(net, options))).as("the same plan again").isEqualTo(bytes);
      Plan plan = Plan.load(ByteBuffer.wrap(bytes));
      Map<String, Tensor> inputs = tensors(net, "input_", compiled.original().graph().inputs());
      Map<String, Tensor> stored = tensors(net, "output_", compiled.original().graph().outputs());
      Map<String, Tensor> outputs = run(plan, 1, inputs);
      assertThat(run(plan, 2, inputs)).as("with two threads").isEqualTo(outputs);
      stored.forEach(
          (name, tensor) -> assertClose(name, outputs.get(name), Constant.of(tensor).doubles()));
    }
  }

  @ParameterizedTest
  @MethodSource("nets")
  void planAgreesWithTheInterpreter(Net net) {
    Compilation compiled = compile(net, Options.defaults());
    Graph graph = compiled.original().graph();
    Map<String, Tensor> inputs = tensors(net, "input_", graph.inputs());
    Map<String, DoubleTensor> doubles = new LinkedHashMap<>();
    inputs.forEach((name, tensor) -> doubles.put(name, Constant.of(tensor).toDoubleTensor()));
    Map<String, Tensor> outputs = run(compiled.plan(), 2, inputs);
    Interpreter.run(graph, doubles)
        .forEach((name, value) -> assertClose(name, outputs.get(name), value.data()));
  }

  @ParameterizedTest
  @MethodSource("nets")
  void normalizationsAreGone(Net net) {
    Compilation compiled = compile(net, Options.defaults());
    assertThat(compiled.report().normalizations()).hasSize(net.normalizations());
    assertThat(compiled.report().normalizationsLeft()).hasSize(net.left());
    Options constant = Options.defaults().withInitializersConstant(true);
    assertThat(compile(net, constant).report().normalizationsLeft()).hasSize(net.leftConstant());
  }

  private static List<Options> variants() {
    return List.of(
        Options.defaults().withTarget(Target.AVX512),
        Options.defaults().withTarget(Target.NEON).withInitializersConstant(true));
  }

  private static Compilation compile(Net net, Options options) {
    Path model = net.path().resolve("model.onnx");
    assumeTrue(Files.isDirectory(SHARED), () -> "there is no " + SHARED + ", so no net is run");
    return Compiler.compilation(model, options);
  }

  private static byte[] bytes(Compilation compiled) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    dev.crease.runtime.plan.PlanWriter.write(compiled.program(), out);
    return out.toByteArray();
  }

  static Map<String, Tensor> run(Plan plan, int threads, Map<String, Tensor> inputs) {
    try (Session session =
        plan.newSession(SessionOptions.defaults().withWarmUp(false).withThreads(threads))) {
      return session.run(inputs);
    }
  }

  /// Files numbered as the values, as far as there are any.
  private static Map<String, Tensor> tensors(Net net, String prefix, List<Value> values) {
    List<Tensor> tensors = new ArrayList<>();
    Path folder = net.path().resolve("test_data_set_0");
    while (Files.exists(folder.resolve(prefix + tensors.size() + ".pb"))) {
      tensors.add(TensorFile.read(folder.resolve(prefix + tensors.size() + ".pb")));
    }
    assertThat(tensors).isNotEmpty();
    Map<String, Tensor> named = new LinkedHashMap<>();
    for (int i = 0; i < tensors.size(); i++) {
      named.put(values.get(i).name(), tensors.get(i));
    }
    return named;
  }

  /// Within `2e-5 max |y| + 1e-6`.
  static void assertClose(String name, Tensor actual, double[] expected) {
    double most = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    double[] values = Constant.of(actual).doubles();
    assertThat(values).as(name).hasSameSizeAs(expected);
    double bound = 2e-5 * most + 1e-6;
    assertThat(most).as("the largest element of " + name).isFinite();
    for (int i = 0; i < values.length; i++) {
      assertThat(Math.abs(values[i] - expected[i]))
          .as("the difference of %s[%d]", name, i)
          .isLessThanOrEqualTo(bound);
    }
  }
}
