package dev.crease.compiler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.pass.FoldOptions;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompilerTest {
  private static final String NET =
      """
      model Net(x: f32[N, 2, 4, 4]) -> (y: f32[N, 3, 4, 4]) {
        w: f32[3, 2, 1, 1] = normal(seed = 1)
        s: f32[3] = [1, 2, 3]
        z: f32[3] = zeros
        o: f32[3] = ones
        y = Relu(BatchNormalization(Conv(x, w), s, z, z, o, epsilon = 0))
      }
      """;

  @TempDir Path folder;

  private static Model net() {
    return TextReader.read(NET, "net");
  }

  @Test
  void fromFileToResult() throws IOException {
    Path file = Files.writeString(folder.resolve("net.crease"), NET);
    Plan plan = Compiler.compile(file, Options.defaults());
    assertThat(plan.metadata())
        .containsEntry("model", "Net")
        .containsEntry("options", "optimized")
        .containsEntry("normalizations", "1 of 1 removed");
    Map<String, Tensor> inputs = Map.of("x", Tensor.of(new float[64], 2, 2, 4, 4));
    try (Session session = plan.newSession()) {
      assertThat(session.run(inputs).get("y")).isEqualTo(Tensor.of(new float[96], 2, 3, 4, 4));
    }
  }

  @Test
  void everyOptionOfTheOptimizerCounts() {
    assertThat(rewrites(Options.defaults())).isEqualTo(2);
    assertThat(rewrites(Options.defaults().unoptimized())).isZero();
    assertThat(rewrites(Options.defaults().stoppingAfter(1))).isEqualTo(1);
    assertThat(rewrites(Options.defaults().without(Set.of("fold-batch-norm")))).isZero();
    assertThat(rewrites(Options.defaults().withoutRewrites(Set.of(2)))).isEqualTo(1);
    assertThat(Pipeline.inference().names()).contains("fold-batch-norm");
  }

  @Test
  void howFarFoldsGoIsToldInThePlan() {
    Options options = Options.defaults().with(new FoldOptions(true, 2.5));
    assertThat(Compiler.compilation(net(), options).plan().metadata())
        .containsEntry("options", "optimized, exact, copies of at most 2.5 multiplications");
    assertThat(options.withTarget(Target.AVX2).unoptimized().folds())
        .isEqualTo(new FoldOptions(true, 2.5));
  }

  private static int rewrites(Options options) {
    return Compiler.compilation(net(), options).report().rewrites().size();
  }

  @Test
  void dumpsShowTheGraphAfterEachPass() throws IOException {
    Path dumps = folder.resolve("dumps");
    Compiler.compilation(net(), Options.defaults().dumpingTo(dumps));
    try (var files = Files.list(dumps)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .anyMatch(name -> name.contains("fold-batch-norm"));
    }
  }

  @Test
  void targetsDecideTheLanes() {
    for (Target target : Target.values()) {
      Options options = Options.defaults().withTarget(target);
      assertThat(Compiler.compilation(net(), options).program().lanes()).isEqualTo(target.lanes());
    }
  }

  @Test
  void everythingUnsupportedIsReportedAtOnce() {
    Model model =
        TextReader.read(
            """
            model Odd(x: bool[3], v: f32[2 * M]) -> (y: string[3], w: string[3], u: f32[2 * M]) {
              y = Cast(x, to = string)
              w = Cast(Not(x), to = string)
              u = Relu(v)
            }
            """,
            "odd");
    assertThatThrownBy(() -> Compiler.compilation(model, Options.defaults()).program())
        .isInstanceOfSatisfying(
            UnsupportedModelException.class,
            e -> {
              assertThat(e.findings()).hasSize(3);
              assertThat(e.findings().get(0)).contains("input `v`", "2 * M");
              assertThat(e.findings().get(1)).contains("Cast `y`", "bool[3]", "operator set");
              assertThat(e.findings().get(2)).contains("Cast `w`");
            });
  }

  @Test
  void filesThatAreNoModels() {
    assertThatThrownBy(() -> Compiler.read(folder.resolve("net.txt")))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(".onnx or .crease");
    for (String name : new String[] {"none.onnx", "none.crease"}) {
      assertThatThrownBy(() -> Compiler.read(folder.resolve(name)))
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining(name + " does not exist");
    }
  }
}
