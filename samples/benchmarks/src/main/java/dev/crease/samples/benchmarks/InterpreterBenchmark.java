package dev.crease.samples.benchmarks;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.verify.Interpreter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// How many multiply-adds the double interpreter does in a nanosecond, on one thread: the column
/// `multiplyAdds`. Run it with `mvn -q -pl samples/benchmarks -am -DskipTests package`, then
/// `org.openjdk.jmh.Main InterpreterBenchmark` on the module's class path.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class InterpreterBenchmark {
  @Param public Product product = Product.DENSE;

  private Graph graph;
  private Map<String, DoubleTensor> inputs;

  /// A linear operator: the types of its operands and result, how it is called, how many products
  /// each element of the result sums.
  public enum Product {
    DENSE("[1, 64, 56, 56]", "[64, 64, 3, 3]", "[1, 64, 56, 56]", "Conv(x, w, pads = same)", 576),
    DENSE_1D("[1, 64, 3000]", "[64, 64, 3]", "[1, 64, 3000]", "Conv(x, w, pads = [1, 1])", 192),
    DENSE_3D("[1, 16, 16, 28, 28]", "[16, 16, 3, 3, 3]", "[1, 16, 16, 28, 28]", SAME_3D, 432),
    FEW_PIXELS("[1, 512, 7, 7]", "[512, 512, 3, 3]", "[1, 512, 7, 7]", SAME, 4608),
    ONE_PIXEL("[1, 960, 1, 1]", "[240, 960, 1, 1]", "[1, 240, 1, 1]", "Conv(x, w)", 960),
    MANY_PICTURES("[64, 64, 3, 3]", "[64, 64, 3, 3]", "[64, 64, 1, 1]", "Conv(x, w)", 576),
    ONE_MAP("[1, 64, 112, 112]", "[1, 64, 3, 3]", "[1, 1, 112, 112]", SAME, 576),
    POINTWISE("[1, 96, 56, 56]", "[24, 96, 1, 1]", "[1, 24, 56, 56]", "Conv(x, w)", 96),
    GROUPED("[1, 128, 56, 56]", "[128, 4, 3, 3]", "[1, 128, 56, 56]", GROUPS_OF_4, 36),
    DEPTHWISE("[1, 96, 56, 56]", "[96, 1, 3, 3]", "[1, 96, 56, 56]", GROUPS_OF_1, 9),
    DEPTHWISE_STRIDED("[1, 96, 112, 112]", "[96, 1, 3, 3]", "[1, 96, 56, 56]", STRIDED, 9),
    DEPTHWISE_SMALL("[1, 960, 7, 7]", "[960, 1, 5, 5]", "[1, 960, 7, 7]", GROUPS_OF_1_SMALL, 25),
    DEPTHWISE_WHOLE("[1, 512, 7, 7]", "[512, 1, 7, 7]", "[1, 512, 1, 1]", GLOBAL, 49),
    MATMUL("[256, 256]", "[256, 256]", "[256, 256]", "MatMul(x, w)", 256),
    MATMUL_BATCHED("[12, 128, 64]", "[12, 64, 128]", "[12, 128, 128]", "MatMul(x, w)", 64),
    MATMUL_SHALLOW("[12, 128, 8]", "[12, 8, 128]", "[12, 128, 128]", "MatMul(x, w)", 8),
    MATMUL_NARROW("[1024, 1024]", "[1024, 10]", "[1024, 10]", "MatMul(x, w)", 1024),
    MATMUL_NARROW_SHALLOW("[4096, 8]", "[8, 4]", "[4096, 4]", "MatMul(x, w)", 8),
    MATMUL_SMALL("[4096, 4, 4]", "[4096, 4, 4]", "[4096, 4, 4]", "MatMul(x, w)", 4),
    ROW_NARROW("[1, 1024]", "[1024, 10]", "[1, 10]", "MatMul(x, w)", 1024),
    MATRIX_VECTOR("[1024, 1024]", "[1024]", "[1024]", "MatMul(x, w)", 1024),
    VECTOR_MATRIX("[1024]", "[1024, 1024]", "[1024]", "MatMul(x, w)", 1024),
    OUTER("[1024, 1]", "[1, 1024]", "[1024, 1024]", "MatMul(x, w)", 1),
    GEMM("[64, 1024]", "[1000, 1024]", "[64, 1000]", "Gemm(x, w, transB = 1)", 1024),
    GEMM_ROW("[1, 2048]", "[1000, 2048]", "[1, 1000]", "Gemm(x, w, transB = 1)", 2048),
    GEMM_NARROW("[1024, 1024]", "[10, 1024]", "[1024, 10]", "Gemm(x, w, transB = 1)", 1024);

    private final String text;
    private final long depth;

    Product(String x, String w, String y, String call, long depth) {
      this.text =
          "model Product(x: f32%s, w: f32%s) -> (y: f32%s) { y = %s }".formatted(x, w, y, call);
      this.depth = depth;
    }
  }

  private static final String SAME = "Conv(x, w, pads = same)";
  private static final String SAME_3D = "Conv(x, w, pads = [1, 1, 1, 1, 1, 1])";
  private static final String GROUPS_OF_4 = "Conv(x, w, pads = same, group = 32)";
  private static final String GROUPS_OF_1 = "Conv(x, w, pads = same, group = 96)";
  private static final String GROUPS_OF_1_SMALL = "Conv(x, w, pads = same, group = 960)";
  private static final String GLOBAL = "Conv(x, w, group = 512)";
  private static final String STRIDED = "Conv(x, w, pads = same, strides = [2, 2], group = 96)";

  /// What one run does.
  @AuxCounters
  @State(Scope.Thread)
  public static class Work {
    public long multiplyAdds;
  }

  @Setup
  public void generate() {
    graph = TextReader.read(product.text, "product").graph();
    Random random = new Random(3);
    inputs = new LinkedHashMap<>();
    for (Value input : graph.inputs()) {
      long[] dims = input.type().knownDims().orElseThrow();
      int[] shape = Arrays.stream(dims).mapToInt(Math::toIntExact).toArray();
      DoubleTensor tensor = DoubleTensor.zeros(input.type().element(), shape);
      Arrays.setAll(tensor.data(), _ -> random.nextGaussian());
      inputs.put(input.name(), tensor);
    }
  }

  @Benchmark
  public DoubleTensor run(Work work) {
    DoubleTensor y = Objects.requireNonNull(Interpreter.run(graph, inputs).get("y"));
    work.multiplyAdds += y.data().length * product.depth;
    return y;
  }
}
