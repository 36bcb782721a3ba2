package dev.crease.compiler.folding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.pass.NormalizationRecord;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.compiler.verify.Locally;
import dev.crease.compiler.verify.certificate.Certificate;
import dev.crease.compiler.verify.certificate.Finding;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A model of small integers, and of scales that are multiples of a half, compiled whole and run.
///
/// Folded or not, every product and sum of it is a multiple of a power of two and far below `2^24`
/// units, so float32 rounds nothing: results must be those of the double interpreter, every fold
/// must be proved without any deviation, and a wrong number is wrong by a half at least.
record Compiled(Compilation compilation) {
  private static final long SEED = 20_260_101;

  /// For dimensions that are symbols.
  private static final int SIZE = 3;

  private static final int LARGEST_INPUT = 3;

  /// Compiles a text model, with every check.
  static Compiled of(String text) {
    return of(TextReader.read(text, "test"));
  }

  static Compiled of(Graph graph) {
    return of(Model.of(graph));
  }

  /// Compiles a model, proves its rewrites and runs its plans.
  static Compiled of(Model model) {
    Compiled compiled = new Compiled(Compiler.compilation(model, Options.defaults()));
    compiled.assertProved();
    compiled.assertComputed();
    return compiled;
  }

  private void assertProved() {
    Graph original = compilation.original().graph();
    var local = Locally.verify(original, report().rewrites(), optimized(), SEED, Certificate::of);
    assertThat(local.agrees()).as("%s", local).isTrue();
    assertThat(local.rewrites()).hasSameSizeAs(report().rewrites());
    local.rewrites().stream()
        .filter(finding -> FoldingRun.FOLDS.contains(finding.rewrite().pass()))
        .forEach(
            finding ->
                assertThat(finding.certificate())
                    .as("%s", finding)
                    .isInstanceOfSatisfying(
                        Finding.Proved.class, proved -> assertThat(proved.deviation()).isZero()));
  }

  private void assertComputed() {
    Model model = compilation.original();
    Map<String, DoubleTensor> inputs = inputs(model.graph());
    Map<String, DoubleTensor> expected = Interpreter.run(model.graph(), inputs);
    assertEqual(Interpreter.run(optimized(), inputs), expected);
    Compilation plain = Compiler.compilation(model, Options.defaults().unoptimized());
    for (KernelChoice kernels : List.of(KernelChoice.SCALAR, KernelChoice.VECTOR)) {
      assertEqual(run(plain, kernels, inputs), expected);
      assertEqual(run(compilation, kernels, inputs), expected);
    }
  }

  private static Map<String, DoubleTensor> inputs(Graph graph) {
    Random random = new Random(SEED);
    Map<String, DoubleTensor> inputs = new LinkedHashMap<>();
    for (Value input : graph.inputs()) {
      TensorType type = input.type();
      int[] shape = type.dims().stream().mapToInt(Compiled::size).toArray();
      DoubleTensor tensor = DoubleTensor.zeros(type.element(), shape);
      for (int i = 0; i < tensor.data().length; i++) {
        tensor.data()[i] = random.nextInt(-LARGEST_INPUT, LARGEST_INPUT + 1);
      }
      inputs.put(input.name(), tensor);
    }
    return inputs;
  }

  private static int size(Dim dim) {
    return Math.toIntExact(dim.known().orElse(SIZE));
  }

  private static Map<String, DoubleTensor> run(
      Compilation compilation, KernelChoice kernels, Map<String, DoubleTensor> inputs) {
    Map<String, Tensor> tensors = new HashMap<>();
    inputs.forEach((name, tensor) -> tensors.put(name, tensor.toTensor()));
    SessionOptions options = SessionOptions.defaults().withThreads(1).withKernels(kernels);
    Map<String, DoubleTensor> results = new LinkedHashMap<>();
    try (Session session = compilation.plan().newSession(options)) {
      session.run(tensors).forEach((name, y) -> results.put(name, DoubleTensor.of(y)));
    }
    return results;
  }

  private static void assertEqual(
      Map<String, DoubleTensor> actual, Map<String, DoubleTensor> expected) {
    assertThat(actual.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    expected.forEach(
        (name, y) -> {
          assertThat(actual.get(name).shape()).as(name).isEqualTo(y.shape());
          for (int i = 0; i < y.data().length; i++) {
            // A quotient is rounded to float32; 0 and -0 are equal.
            float rounded = (float) y.data()[i];
            float got = (float) actual.get(name).data()[i];
            boolean same = got == rounded || Float.isNaN(got) && Float.isNaN(rounded);
            assertThat(same).as("%s[%d] is %s, expected %s", name, i, got, rounded).isTrue();
          }
        });
  }

  PassReport report() {
    return compilation.report();
  }

  Graph optimized() {
    return compilation.optimized().graph();
  }

  List<String> operators() {
    return optimized().nodes().stream().map(node -> node.op().schema().name()).toList();
  }

  /// How often an operator is left.
  long count(String operator) {
    return operators().stream().filter(operator::equals).count();
  }

  /// What became of the only normalization of the model.
  String normalization() {
    return assertThat(report().normalizations()).singleElement().actual().toString();
  }

  /// Every normalization is gone, and these operators are left.
  Compiled assertFolded(String... operators) {
    assertThat(report().normalizations()).allMatch(NormalizationRecord::isGone);
    assertThat(operators()).containsExactly(operators);
    return this;
  }

  /// The only normalization is left, with this in the reason.
  void assertLeft(String reason) {
    assertThat(normalization()).contains(" is left: ").contains(reason);
    assertThat(count("BatchNormalization")).isEqualTo(1);
  }
}
