package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Runs of a lowered graph in every way a session can run it.
final class ProgramRun {
  private static final List<KernelChoice> KERNELS = List.of(KernelChoice.SCALAR, KernelChoice.AUTO);

  private ProgramRun() {}

  /// Outputs by name, one map for each kind of kernels. Asserts that the number of threads does not
  /// change a bit.
  static List<Map<String, Tensor>> runAll(Program program, Map<String, DoubleTensor> inputs) {
    Map<String, Tensor> tensors = new HashMap<>();
    inputs.forEach((name, value) -> tensors.put(name, value.toTensor()));
    Plan plan = Plan.of(program);
    List<Map<String, Tensor>> results = new ArrayList<>();
    for (KernelChoice kernels : KERNELS) {
      Map<String, Tensor> outputs = run(plan, kernels, 1, tensors);
      assertThat(run(plan, kernels, 2, tensors)).isEqualTo(outputs);
      results.add(outputs);
    }
    return results;
  }

  static Map<String, Tensor> run(
      Plan plan, KernelChoice kernels, int threads, Map<String, Tensor> inputs) {
    SessionOptions options = SessionOptions.defaults().withKernels(kernels).withThreads(threads);
    try (Session session = plan.newSession(options)) {
      return session.run(inputs);
    }
  }

  /// Asserts that every run of the graph, with any lanes, agrees with the interpreter within the
  /// tolerance for whole nets.
  static void assertLikeInterpreter(Graph graph, Map<String, DoubleTensor> inputs) {
    Map<String, DoubleTensor> expected = Interpreter.run(graph, inputs);
    for (int lanes : new int[] {4, 16}) {
      Program program = Lowerer.lower(graph, lanes, Map.of());
      for (Map<String, Tensor> actual : runAll(program, inputs)) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, value) -> assertClose(actual.get(name), value, name));
      }
    }
  }

  /// The tolerance for whole nets: `2e-5 max |y| + 1e-6`.
  static void assertClose(Tensor actual, DoubleTensor expected, String name) {
    double most = 0;
    for (double y : expected.data()) {
      most = Math.max(most, Math.abs(y));
    }
    double[] bound = new double[expected.data().length];
    java.util.Arrays.fill(bound, expected.type().isFloating() ? 2e-5 * most + 1e-6 : 0);
    assertWithin(actual, expected, bound, name);
  }

  /// Asserts type, shape, and every element to within its bound; NaN is like NaN.
  static void assertWithin(Tensor actual, DoubleTensor expected, double[] bound, String name) {
    assertThat(actual.type()).as(name).isEqualTo(expected.type());
    assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
    double[] values = Constant.of(actual).doubles();
    for (int i = 0; i < values.length; i++) {
      double y = expected.data()[i];
      boolean same = Double.compare(values[i], y) == 0 || values[i] == y;
      assertThat(same || Double.isFinite(y) && Math.abs(values[i] - y) <= bound[i])
          .as("%s[%d] is %s, expected %s within %s", name, i, values[i], y, bound[i])
          .isTrue();
    }
  }

  /// Normally distributed inputs of the graph; `size` gives the dimensions that are symbols.
  static Map<String, DoubleTensor> randomInputs(Graph graph, int size) {
    Random random = new Random(7);
    Map<String, DoubleTensor> inputs = new LinkedHashMap<>();
    for (Value input : graph.inputs()) {
      int[] shape =
          input.type().dims().stream().mapToInt(dim -> (int) dim.known().orElse(size)).toArray();
      DoubleTensor tensor = DoubleTensor.zeros(input.type().element(), shape);
      for (int i = 0; i < tensor.data().length; i++) {
        tensor.data()[i] = (float) random.nextGaussian();
      }
      inputs.put(input.name(), tensor);
    }
    return inputs;
  }
}
