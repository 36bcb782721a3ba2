package dev.crease.compiler.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.frontend.onnx.OnnxOptions;
import dev.crease.compiler.frontend.onnx.OnnxReader;
import dev.crease.compiler.ir.Graph;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How many normalizations whole models keep. Each number follows from the model by hand: the
/// derivations stand in `docs/folding.md`.
@Tag("nets")
class FoldedModelsTest {
  private static final Path SHARED = Path.of("..", "..", "shared");

  @ParameterizedTest
  @CsvSource({
    // Every normalization follows a convolution.
    "onnx-suite/light/light_resnet50, false, 53, 0",
    "onnx-suite/light/light_inception_v2, false, 69, 0",
    "onnx-suite/light/light_shufflenet, false, 49, 0",
    "models/ppocr-cls-mbv3, false, 35, 0",
    // All weights may be overridden, unless they are said to be constant.
    "models/ultraface-slim320, false, 25, 25",
    "models/ultraface-slim320, true, 25, 0",
    "models/ultraface-rfb320, false, 35, 35",
    "models/ultraface-rfb320, true, 35, 0",
    // Before activation: one for the stem and one between the two convolutions of each of 58 layers
    // go back; the first of each layer, one per transition and the last go ahead as clamps.
    "onnx-suite/light/light_densenet121, false, 121, 0",
    // One behind a Relu goes ahead into a Gemm, the other one back into it.
    "models/burn-mnist-bn, false, 2, 0",
    // Each behind a transposed convolution.
    "models/gtcrn, false, 11, 0",
  })
  void normalizationsLeft(String model, boolean initializersAreConstant, int total, int left) {
    Path file = SHARED.resolve(model).resolve("model.onnx");
    assumeTrue(Files.isDirectory(SHARED), () -> "there is no " + SHARED + ", so no model is read");
    Graph graph = OnnxReader.read(file, new OnnxOptions(initializersAreConstant)).model().graph();
    PassReport report = new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph);
    assertThat(report.normalizations()).hasSize(total);
    assertThat(report.normalizationsLeft()).hasSize(left);
    long inTheGraph = report.graph().nodes().stream().filter(RewriteLog::isNormalization).count();
    assertThat(inTheGraph).isEqualTo(left);
  }

  @ParameterizedTest
  @CsvSource({
    "resnet_v2_50, 49, 0",
    "mobilenet_v2, 52, 0",
    "unet, 18, 0",
    "dcgan_generator, 4, 0",
    // Those on the identities of 17 blocks: behind a Relu, and in front of a sum.
    "repvgg_a0, 61, 0",
  })
  void normalizationsLeftOfSamples(String model, int total, int left) {
    Path file = Path.of("..", "samples", "models", model + ".crease");
    PassReport report =
        new PassRunner(Pipeline.inference(), PassOptions.defaults())
            .run(Compiler.read(file).graph());
    assertThat(report.normalizations()).hasSize(total);
    assertThat(report.normalizationsLeft()).hasSize(left);
  }
}
