package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.onnx.OnnxOptions;
import dev.crease.compiler.frontend.onnx.OnnxReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.compiler.plan.RandomBranches;
import dev.crease.compiler.verify.GoldenModels;
import dev.crease.compiler.verify.replay.Replay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No rewrite of a pass is refuted, and every fold is proved.
@Tag("passes")
class CertifiedPassesTest {
  private static final Path SHARED = Path.of("..", "..", "shared");
  private static final int RANDOM_GRAPHS = 60;
  private static final Set<String> FOLDS =
      Set.of(
          "fold-parts", "fold-batch-norm", "fold-channel-affine", "fold-forward", "merge-affine");

  private static List<Rewrite> rewrites(Graph graph) {
    return new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph).rewrites();
  }

  private static boolean mustBeProved(Rewrite rewrite) {
    return FOLDS.contains(rewrite.pass())
        || (rewrite.pass().startsWith("fuse-") && weightsAreConstant(rewrite));
  }

  /// What weights given at run time make of a picture has no coefficients.
  private static boolean weightsAreConstant(Rewrite rewrite) {
    Graph before = rewrite.replacement().before();
    return before.nodes().stream()
        .filter(node -> node.op() instanceof Conv || node.op() instanceof FusedConv)
        .allMatch(node -> before.constant(node.input(1)).isPresent());
  }

  private static void check(Rewrite rewrite, TreeMap<String, Integer> counts, String where) {
    Finding finding = Certificate.of(rewrite.replacement());
    counts.merge(rewrite.pass() + " " + finding.getClass().getSimpleName(), 1, Integer::sum);
    assertThat(finding).as("%s in %s", rewrite, where).isNotInstanceOf(Finding.Refuted.class);
    if (mustBeProved(rewrite)) {
      assertThat(finding).as("%s in %s", rewrite, where).isInstanceOf(Finding.Proved.class);
      Finding.Proved proved = (Finding.Proved) finding;
      assertThat(proved.deviation()).isLessThan(0.5 + 0x1p-20);
      assertThat(proved.coefficients()).isPositive();
    }
  }

  @Test
  void goldenRewrites() throws IOException {
    TreeMap<String, Integer> counts = new TreeMap<>();
    for (Path file : GoldenModels.files().toList()) {
      if (GoldenCertificatesTest.isLeft(file)) {
        continue;
      }
      rewrites(GoldenModels.read(file)).forEach(rewrite -> check(rewrite, counts, file.toString()));
    }
    assertThat(counts).containsKeys("fold-batch-norm Proved", "fold-channel-affine Proved");
  }

  @Test
  void rewritesOfRandomGraphs() {
    TreeMap<String, Integer> counts = new TreeMap<>();
    for (long seed = 1; seed <= RANDOM_GRAPHS; seed++) {
      String where = "seed " + seed;
      rewrites(RandomBranches.graph(seed)).forEach(rewrite -> check(rewrite, counts, where));
    }
    assertThat(counts.get("fold-batch-norm Proved")).isGreaterThan(20);
  }

  @Tag("nets")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "onnx-suite/light/light_resnet50",
        "onnx-suite/light/light_shufflenet",
        "onnx-suite/light/light_densenet121",
        "models/ppocr-cls-mbv3",
        "models/burn-mnist-bn",
        "models/gtcrn"
      })
  void rewritesOfWholeModels(String model) {
    Path file = SHARED.resolve(model).resolve("model.onnx");
    Assumptions.assumeTrue(Files.exists(file), () -> "there is no " + file);
    Graph graph = OnnxReader.read(file, new OnnxOptions(true)).model().graph();
    PassReport report = new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph);
    assertThat(Replay.findings(graph, report.rewrites(), report.graph())).isEmpty();
    TreeMap<String, Integer> counts = new TreeMap<>();
    report.rewrites().forEach(rewrite -> check(rewrite, counts, model));
  }
}
