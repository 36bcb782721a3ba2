package dev.crease.compiler.folding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.compiler.verify.Locally;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What the passes do to each case, and that it is right.
class FoldingCasesTest {
  private static final int LEAST_CASES = 400;
  private static final int LEAST_CASES_OF_A_PATTERN = 8;

  static List<FoldingCase> cases() {
    return FoldingCases.all();
  }

  @Test
  void everyPatternHasCases() {
    List<FoldingCase> cases = cases();
    assertThat(cases).hasSizeGreaterThanOrEqualTo(LEAST_CASES);
    assertThat(cases).extracting(FoldingCase::toString).doesNotHaveDuplicates();
    Map<Pattern, Long> counts =
        cases.stream().collect(Collectors.groupingBy(FoldingCase::pattern, Collectors.counting()));
    assertThat(counts.keySet()).containsExactlyInAnyOrder(Pattern.values());
    assertThat(counts.values()).allMatch(count -> count >= LEAST_CASES_OF_A_PATTERN);
  }

  @Test
  void everyExpectationHasACase() {
    assertThat(cases()).extracting(FoldingCase::expected).contains(Expected.values());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isFoldedAsExpected(FoldingCase which) {
    FoldingRun run = FoldingRun.of(which);
    Expected expected = which.expected();
    PassReport passes = run.passes();
    if (expected.fires()) {
      assertThat(passes.rewrites())
          .as("%s", passes.declines())
          .anyMatch(rewrite -> rewrite.pass().equals(expected.rule()));
    } else {
      assertThat(passes.declines())
          .anyMatch(
              decline ->
                  decline.pass().equals(expected.rule())
                      && decline.reason().contains(expected.reason()));
    }
    assertThat(run.normalizationsLeft())
        .as("%s, %s", passes.rewrites(), passes.declines())
        .isEqualTo(expected.left());
    assertThat(run.local().log()).isEmpty();
    assertThat(run.local().agrees()).as("%s", run.local()).isTrue();
    assertThat(run.local().rewrites()).hasSameSizeAs(passes.rewrites());
    assertThat(run.largestShare()).isLessThanOrEqualTo(1);
  }

  static List<FoldingCase> runnable() {
    return cases().stream().filter(FoldingCase::isRunnable).toList();
  }

  /// The tolerance for whole nets: `2e-5 max |y| + 1e-6`.
  @ParameterizedTest
  @MethodSource("runnable")
  void plansComputeWhatTheModelMeans(FoldingCase which) {
    Map<String, DoubleTensor> inputs = Locally.inputs(which.graph(), 12);
    Map<String, DoubleTensor> expected = Interpreter.run(which.graph(), inputs);
    for (Options options : List.of(Options.defaults(), Options.defaults().unoptimized())) {
      Compilation compilation = Compiler.compilation(which.model(), options);
      Plan plan = compilation.plan();
      for (KernelChoice kernels : List.of(KernelChoice.SCALAR, KernelChoice.VECTOR)) {
        Map<String, Tensor> actual = run(plan, kernels, inputs);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, y) -> assertClose(actual.get(name), y, kernels + " " + name));
      }
    }
  }

  private static Map<String, Tensor> run(
      Plan plan, KernelChoice kernels, Map<String, DoubleTensor> inputs) {
    Map<String, Tensor> tensors = new HashMap<>();
    inputs.forEach((name, tensor) -> tensors.put(name, tensor.toTensor()));
    SessionOptions options = SessionOptions.defaults().withThreads(1).withKernels(kernels);
    try (Session session = plan.newSession(options)) {
      return session.run(tensors);
    }
  }

  /// An element that is not a number, or overflows float32, must be so on both sides.
  private static void assertClose(Tensor actual, DoubleTensor expected, String what) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    double[] values = Elements.toDoubles(actual.type(), actual.array());
    double[] rounded = DoubleTensor.of(expected.toTensor()).data();
    double most = Arrays.stream(rounded).map(Math::abs).filter(Double::isFinite).max().orElse(0);
    double bound = 2e-5 * most + 1e-6;
    for (int i = 0; i < values.length; i++) {
      boolean same = Double.compare(values[i], rounded[i]) == 0 || values[i] == rounded[i];
      assertThat(same || Math.abs(values[i] - rounded[i]) <= bound)
          .as("%s[%d] is %s, expected %s +- %s", what, i, values[i], rounded[i], bound)
          .isTrue();
    }
  }
}
