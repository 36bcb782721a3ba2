package dev.crease.samples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The trained models of an OCR program on pictures of three sizes, one plan for all, against ONNX
/// Runtime: `|difference| <= 2e-5 max|y| + 1e-6`. No normalization is left in any.
class OcrModelsTest {
  /// Sizes are batch, height and width, joined by `x`.
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ch_PP-OCRv3_det_infer, 49, 1x64x96 1x320x480 2x96x160",
    "ch_PP-OCRv4_det_infer, 3, 1x64x96 1x320x480 2x96x160",
    "ch_PP-OCRv3_rec_infer, 32, 1x48x320 3x48x96 1x48x641",
    "ch_PP-OCRv4_rec_infer, 6, 1x48x320 3x48x96 1x48x641",
    "ch_ppocr_mobile_v2.0_cls_infer, 35, 1x48x192 4x48x192 1x48x96",
  })
  void agreesWithOnnxRuntime(String name, int normalizations, String sizes)
      throws IOException, OrtException {
    Path model = Path.of("target", "models", name + ".onnx");
    Compilation compiled = Compiler.compilation(model, Options.defaults());
    assertThat(compiled.report().normalizations()).hasSize(normalizations);
    assertThat(compiled.report().normalizationsLeft()).isEmpty();
    SessionOptions options = SessionOptions.defaults().withWarmUp(false).withThreads(2);
    try (Session session = compiled.plan().newSession(options)) {
      for (String size : sizes.split(" ")) {
        Map<String, Tensor> inputs = inputs(compiled, size);
        Map<String, Tensor> expected;
        try (OnnxRuntime reference = new OnnxRuntime(model, OptLevel.NO_OPT, 1, inputs)) {
          expected = reference.outputs();
        }
        Map<String, Tensor> actual = session.run(inputs);
        assertThat(Difference.of(actual, expected)).as("%s", size).isLessThanOrEqualTo(1);
      }
    }
  }

  private static Map<String, Tensor> inputs(Compilation compiled, String size) {
    List<String> dimensions = compiled.plan().inputs().getFirst().dimensions();
    String[] numbers = size.split("x");
    Map<String, Integer> dims = new LinkedHashMap<>();
    dims.put(dimensions.get(0), Integer.valueOf(numbers[0]));
    dims.put(dimensions.get(2), Integer.valueOf(numbers[1]));
    dims.put(dimensions.get(3), Integer.valueOf(numbers[2]));
    return Inputs.random(compiled.plan().inputs(), dims, size.hashCode());
  }
}
