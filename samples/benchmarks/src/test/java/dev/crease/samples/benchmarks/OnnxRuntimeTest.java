package dev.crease.samples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.frontend.onnx.TensorFile;
import dev.crease.grammar.onnx.ModelProto;
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
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nets with seeded random weights and statistics, compiled with and without optimization, against
/// ONNX Runtime without optimization: `|difference| <= 2e-5 max|y| + 1e-6`.
class OnnxRuntimeTest {
  @TempDir Path folder;

  /// Sizes are of the symbolic dimensions of the inputs.
  @ParameterizedTest(name = "{0}, seed {1}")
  @CsvSource({
    "onnx-suite/light/light_squeezenet, 1, ''",
    "onnx-suite/light/light_resnet50, 2, ''",
    "models/mnist-8, 3, ''",
    "models/ppocr-cls-mbv3, 4, 'p2o.DynamicDimension.0=2 p2o.DynamicDimension.1=48"
        + " p2o.DynamicDimension.2=192'",
    "models/ultraface-slim320, 5, ''",
    "models/ultraface-rfb320, 6, ''",
    "models/burn-mnist-bn, 7, ''",
    "models/gtcrn, 8, ''",
    "models/super-resolution-10, 9, 'batch_size=2'",
    "onnx-suite/light/light_bvlc_alexnet, 10, ''",
    "onnx-suite/light/light_densenet121, 11, ''",
    "onnx-suite/light/light_inception_v1, 12, ''",
    "onnx-suite/light/light_inception_v2, 13, ''",
    "onnx-suite/light/light_shufflenet, 14, ''",
    "onnx-suite/light/light_vgg19, 15, ''",
    "onnx-suite/light/light_zfnet512, 16, ''",
  })
  void agreesWithOnnxRuntime(String net, long seed, String sizes) throws IOException, OrtException {
    Path source = shared().resolve(net).resolve("model.onnx");
    assumeTrue(Files.isDirectory(shared()), () -> "there is no " + shared() + ", so it is skipped");
    ModelProto random = RandomWeights.into(ModelProto.parseFrom(Files.readAllBytes(source)), seed);
    Path model = Files.write(folder.resolve("model.onnx"), random.toByteArray());

    Compilation optimized = Compiler.compilation(model, Options.defaults());
    Compilation asRead = Compiler.compilation(model, Options.defaults().unoptimized());
    Map<String, Tensor> inputs = Inputs.random(optimized.plan().inputs(), dims(sizes), seed);
    Map<String, Tensor> expected;
    try (OnnxRuntime reference = new OnnxRuntime(model, OptLevel.NO_OPT, 1, inputs)) {
      expected = reference.outputs();
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
        Map<String, Tensor> inputs = Inputs.of(set, declared);
        try (OnnxRuntime reference = new OnnxRuntime(model, OptLevel.NO_OPT, 1, inputs)) {
          int number = 0;
          for (Tensor expected : reference.outputs().values()) {
            Tensor committed = TensorFile.read(set.resolve("output_" + number++ + ".pb"));
            assertThat(Difference.of(committed, expected)).as("%s", set).isLessThanOrEqualTo(1);
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

  /// Tests run in the module's folder; the material lies beside the project.
  private static Path shared() {
    return Path.of("").toAbsolutePath().resolve("../../../shared").normalize();
  }

  private static Map<String, Integer> dims(String sizes) {
    return Arrays.stream(sizes.split(" "))
        .filter(size -> !size.isEmpty())
        .map(size -> size.split("="))
        .collect(Collectors.toMap(size -> size[0], size -> Integer.valueOf(size[1])));
  }

  private static void assertAgrees(
      String how, Plan plan, Map<String, Tensor> inputs, Map<String, Tensor> expected) {
    for (KernelChoice kernels : List.of(KernelChoice.SCALAR, KernelChoice.VECTOR)) {
      try (Session session =
          plan.newSession(
              SessionOptions.defaults().withWarmUp(false).withThreads(2).withKernels(kernels))) {
        Map<String, Tensor> actual = session.run(inputs);
        assertThat(actual.keySet()).containsExactlyElementsOf(expected.keySet());
        assertThat(Difference.of(actual, expected))
            .as("the plan %s on %s kernels", how, kernels)
            .isLessThanOrEqualTo(1);
      }
    }
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
}
