package dev.crease.samples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtException;
import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.frontend.onnx.TensorFile;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nets with seeded random weights and statistics, compiled with and without optimization, against
/// ONNX Runtime without optimization: `|difference| <= 2e-5 max|y| + 1e-6`.
class OnnxRuntimeTest {
  private static final double RELATIVE = 2e-5;
  private static final double ABSOLUTE = 1e-6;

  @TempDir Path folder;

  /// Sizes bind the symbolic dimensions of the inputs, in order.
  @ParameterizedTest(name = "{0}, seed {1}")
  @CsvSource({
    "onnx-suite/light/light_squeezenet, 1, ''",
    "onnx-suite/light/light_resnet50, 2, ''",
    "models/mnist-8, 3, ''",
    "models/ppocr-cls-mbv3, 4, '2 48 192'",
    "models/ultraface-slim320, 5, ''",
    "models/ultraface-rfb320, 6, ''",
  })
  void agreesWithOnnxRuntime(String net, long seed, String sizes) throws IOException, OrtException {
    Path source = shared().resolve(net).resolve("model.onnx");
    assumeTrue(Files.exists(source), () -> "there is no " + source + ", so it is not compared");
    ModelProto random = RandomWeights.into(ModelProto.parseFrom(Files.readAllBytes(source)), seed);
    Path model = Files.write(folder.resolve("model.onnx"), random.toByteArray());

    Compilation optimized = Compiler.compilation(model, Options.defaults());
    Compilation asRead = Compiler.compilation(model, Options.defaults().unoptimized());
    Map<String, Tensor> inputs = inputs(optimized.plan(), seed, sizes);
    Map<String, Tensor> expected;
    try (OnnxRuntime reference = new OnnxRuntime(random.toByteArray(), false)) {
      expected = reference.run(inputs);
    }
    expected.forEach(
        (name, tensor) ->
            assertThat(spread(tensor.floats())).as("%s tells something", name).isGreaterThan(1e-4));
    assertAgrees("optimized", optimized.plan(), inputs, expected);
    assertAgrees("as read", asRead.plan(), inputs, expected);
    if (inputs.size() < optimized.plan().inputs().size()) {
      Options constant = Options.defaults().withInitializersConstant(true);
      Compilation folded = Compiler.compilation(model, constant);
      assertAgrees("with constant initializers", folded.plan(), inputs, expected);
    }
  }

  /// The outputs of the cases come from the double interpreter; here the other oracle judges them.
  @Test
  void committedCasesAreWhatOnnxRuntimeComputes() throws IOException, OrtException {
    Path cases = Path.of("../../compiler/src/test/resources/conformance");
    int sets = 0;
    try (Stream<Path> files = Files.walk(cases)) {
      for (Path set : (Iterable<Path>) files.filter(OnnxRuntimeTest::isDataSet)::iterator) {
        Path model = set.resolveSibling("model.onnx");
        List<TensorInfo> declared = Compiler.compile(model, Options.defaults()).inputs();
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (TensorInfo input : declared.stream().filter(info -> !info.optional()).toList()) {
          Path file = set.resolve("input_" + inputs.size() + ".pb");
          inputs.put(input.name(), TensorFile.read(file));
        }
        try (OnnxRuntime reference = new OnnxRuntime(Files.readAllBytes(model), false)) {
          int number = 0;
          for (Tensor expected : reference.run(inputs).values()) {
            Tensor committed = TensorFile.read(set.resolve("output_" + number++ + ".pb"));
            assertSame(committed, expected, set.toString());
          }
        }
        sets++;
      }
    }
    assertThat(sets).isGreaterThanOrEqualTo(12);
  }

  private static boolean isDataSet(Path path) {
    return path.getFileName().toString().startsWith("test_data_set_");
  }

  private static void assertSame(Tensor committed, Tensor expected, String what) {
    assertThat(committed.shape()).as(what).containsExactly(expected.shape());
    if (expected.type() == ElementType.FLOAT32) {
      float[] y = expected.floats();
      assertThat(difference(y, committed.floats()))
          .as(what)
          .isLessThanOrEqualTo(RELATIVE * largest(y) + ABSOLUTE);
    } else {
      assertThat(committed).as(what).isEqualTo(expected);
    }
  }

  /// Tests run in the module's folder; the material lies beside the project.
  private static Path shared() {
    return Path.of("").toAbsolutePath().resolve("../../../shared").normalize();
  }

  private static Map<String, Tensor> inputs(Plan plan, long seed, String sizes) {
    List<Integer> free =
        sizes.isBlank()
            ? List.of()
            : Arrays.stream(sizes.split(" ")).map(Integer::valueOf).toList();
    Map<String, Integer> bound = new LinkedHashMap<>();
    Random random = new Random(seed);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (TensorInfo input : required(plan)) {
      int[] shape = new int[input.dimensions().size()];
      int count = 1;
      for (int axis = 0; axis < shape.length; axis++) {
        String dimension = input.dimensions().get(axis);
        shape[axis] =
            dimension.matches("\\d+")
                ? Integer.parseInt(dimension)
                : bound.computeIfAbsent(dimension, _ -> free.get(bound.size()));
        count *= shape[axis];
      }
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = (float) random.nextGaussian();
      }
      inputs.put(input.name(), Tensor.of(values, shape));
    }
    return inputs;
  }

  /// Initializers that a caller may override keep their values.
  private static List<TensorInfo> required(Plan plan) {
    return plan.inputs().stream().filter(input -> !input.optional()).toList();
  }

  private static void assertAgrees(
      String how, Plan plan, Map<String, Tensor> inputs, Map<String, Tensor> expected) {
    for (KernelChoice kernels : List.of(KernelChoice.SCALAR, KernelChoice.VECTOR)) {
      try (Session session =
          plan.newSession(SessionOptions.defaults().withThreads(2).withKernels(kernels))) {
        Map<String, Tensor> actual = session.run(inputs);
        assertThat(actual.keySet()).containsExactlyElementsOf(expected.keySet());
        expected.forEach(
            (name, tensor) -> {
              float[] y = tensor.floats();
              double bound = RELATIVE * largest(y) + ABSOLUTE;
              assertThat(difference(y, actual.get(name).floats()))
                  .as("%s of the plan %s on %s kernels", name, how, kernels)
                  .isLessThanOrEqualTo(bound);
            });
      }
    }
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static double spread(float[] values) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return most - least;
  }

  /// The largest; not a number if an element is none.
  private static double difference(float[] expected, float[] actual) {
    assertThat(actual).hasSameSizeAs(expected);
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs((double) expected[i] - actual[i]));
    }
    return difference;
  }
}
