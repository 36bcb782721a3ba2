package dev.crease.samples.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import dev.crease.compiler.folding.FoldingCase;
import dev.crease.compiler.folding.FoldingCases;
import dev.crease.compiler.frontend.onnx.OnnxWriter;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.compiler.verify.Locally;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The cases of folding, exported as they are and optimized: ONNX Runtime, which optimizes nothing
/// here, computes the same of both, and what the double interpreter computes.
class FoldingCasesTest {
  private static final long SEED = 13;
  private static final int LEAST_COMPARED = 400;
  private static final double DOUBLE_TOLERANCE = 1e-12;
  private static final double FLOAT_TOLERANCE = 2e-5;

  /// How many cases were compared, and how many not for which reason.
  private static final Map<String, Integer> COUNTS = new TreeMap<>();

  private static final String COMPARED = "compared";

  @TempDir Path folder;

  static List<FoldingCase> cases() {
    return FoldingCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void bothExportsAreTheSame(FoldingCase which) throws IOException {
    String reason = notComparable(which);
    if (!reason.isEmpty()) {
      skip(reason);
    }
    Map<String, DoubleTensor> exact = Locally.inputs(which.graph(), SEED);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    exact.forEach((name, tensor) -> inputs.put(name, tensor.toTensor()));
    Map<String, Tensor> expected = new LinkedHashMap<>();
    Interpreter.run(which.graph(), exact)
        .forEach((name, tensor) -> expected.put(name, tensor.toTensor()));
    if (!expected.values().stream().allMatch(FoldingCasesTest::isFinite)) {
      skip("results that are not finite");
    }
    Map<String, Tensor> before = run("before", which.model(), inputs);
    Map<String, Tensor> after = run("after", optimized(which.model()), inputs);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    double share = hasFloat32(which) ? FLOAT_TOLERANCE : DOUBLE_TOLERANCE;
    assertThat(largest(before, expected, share))
        .as("as it is, and what it means")
        .isLessThanOrEqualTo(1);
    assertThat(largest(after, before, share)).as("optimized, and as it is").isLessThanOrEqualTo(1);
    COUNTS.merge(COMPARED, 1, Integer::sum);
  }

  @AfterAll
  static void mostWereCompared() {
    assertThat(COUNTS.getOrDefault(COMPARED, 0))
        .as("%s", COUNTS)
        .isGreaterThanOrEqualTo(LEAST_COMPARED);
    assertThat(COUNTS.values().stream().mapToInt(count -> count).sum())
        .as("%s", COUNTS)
        .isEqualTo(cases().size());
  }

  /// Empty if the outputs have a bound and ONNX Runtime can be asked for them.
  private static String notComparable(FoldingCase which) {
    boolean half =
        which.graph().allValues().anyMatch(value -> value.type().element() == ElementType.FLOAT16);
    if (half) {
      return "float16, for which ONNX Runtime has no kernels on a CPU";
    }
    return which.isRunnable() || !which.isFloat32()
        ? ""
        : "%s: nothing to compare".formatted(which.expected());
  }

  private static boolean hasFloat32(FoldingCase which) {
    return which
        .graph()
        .allValues()
        .anyMatch(value -> value.type().element() == ElementType.FLOAT32);
  }

  private static boolean isFinite(Tensor tensor) {
    return Arrays.stream(DoubleTensor.of(tensor).data()).allMatch(Double::isFinite);
  }

  private static Model optimized(Model model) {
    PassRunner runner = new PassRunner(Pipeline.inference(), PassOptions.defaults());
    return model.with(runner.run(model.graph()).graph());
  }

  private static void skip(String reason) {
    COUNTS.merge(reason, 1, Integer::sum);
    abort(reason);
  }

  private Map<String, Tensor> run(String name, Model model, Map<String, Tensor> inputs)
      throws IOException {
    Path file = folder.resolve(name + ".onnx");
    OnnxWriter.write(model, file);
    try (OnnxRuntime engine = new OnnxRuntime(file, OptLevel.NO_OPT, 1, inputs)) {
      return engine.outputs();
    } catch (OrtException e) {
      if (e.getCode() == OrtException.OrtErrorCode.ORT_NOT_IMPLEMENTED) {
        skip("ONNX Runtime has no kernel: " + kernel(e));
      }
      throw new AssertionError("ONNX Runtime cannot load it: " + e.getMessage(), e);
    }
  }

  /// `Conv(11)`, of what it says about a kernel that is missing.
  private static String kernel(OrtException e) {
    return String.valueOf(e.getMessage()).replaceAll("(?s).*implementation for (\\S+) .*", "$1");
  }

  /// In units of what two correct runtimes may differ by.
  private static double largest(
      Map<String, Tensor> actual, Map<String, Tensor> expected, double share) {
    double largest = 0;
    for (Map.Entry<String, Tensor> output : expected.entrySet()) {
      Tensor y = output.getValue();
      Tensor z = actual.get(output.getKey());
      assertThat(z.shape()).as(output.getKey()).isEqualTo(y.shape());
      largest =
          Math.max(
              largest,
              y.type() == ElementType.FLOAT64
                  ? ofDoubles(z.doubles(), y.doubles(), share)
                  : Difference.of(z, y));
    }
    return largest;
  }

  private static double ofDoubles(double[] actual, double[] expected, double share) {
    double most = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      most = Math.max(most, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    return difference / (share * Math.max(1, most));
  }
}
