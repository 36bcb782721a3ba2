package dev.crease.samples.benchmarks;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.pass.FoldOptions;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Every kind of kernel on one thread, each as a model of one operator: the texts in the folder
/// `kernels` beside this class. With `-prof dev.crease.samples.benchmarks.RooflineProfiler` each
/// time comes with that of its kernel alone and with what the machine can do at that moment. Run it
/// with `mvn -q -Dquick -pl samples/benchmarks -am -DskipTests package`, then `org.openjdk.jmh.Main
/// KernelBenchmark` on the module's class path.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 2, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class KernelBenchmark {
  /// A text in the folder `kernels`.
  @Param({
    "gemm-128",
    "gemm-256",
    "gemm-512",
    "gemm-1024",
    "gemm-2048",
    "gemm-odd",
    "product-512",
    "product-batched",
    "vector-matrix",
    "conv-1x1-56",
    "conv-1x1-28",
    "conv-1x1-14",
    "conv-1x1-7",
    "conv-1x1-stride-2",
    "conv-1x1-grouped",
    "conv-3x3-56",
    "conv-3x3-28",
    "conv-3x3-14",
    "conv-3x3-7",
    "conv-3x3-odd",
    "conv-3x3-stride-2",
    "conv-3x3-dilated",
    "conv-3x3-grouped",
    "conv-3x3-first",
    "conv-3x3-vgg-first",
    "conv-5x5-28",
    "conv-7x7-first",
    "conv-1-d",
    "conv-3-d",
    "conv-transpose-2x2",
    "conv-transpose-4x4",
    "depthwise-3x3-112",
    "depthwise-3x3-14",
    "depthwise-3x3-stride-2",
    "depthwise-5x5-28",
    "depthwise-5x5-stride-2",
    "max-pool",
    "average-pool",
    "global-pool",
    "add",
    "softmax",
    "layer-normalization",
    "gelu",
    "attention",
    "transpose",
    "to-channels-last",
    "resize",
    "lstm",
    "gru"
  })
  public String kernel = "";

  /// Convolutions and products as they are, without fewer multiplications.
  @Param("false")
  public boolean exact;

  private Session session;
  private Map<String, Tensor> inputs;
  private Map<String, Tensor> outputs;

  @Setup(Level.Trial)
  public void open() throws IOException {
    var model = TextReader.read(text(kernel), kernel);
    FoldOptions folds = new FoldOptions(exact, FoldOptions.defaults().cloneLimit());
    Plan plan = Compiler.compilation(model, Options.defaults().with(folds)).plan();
    SessionOptions options = SessionOptions.defaults().withWarmUp(false).withThreads(1);
    inputs = Inputs.random(plan.inputs(), Map.of(), 3);
    session = plan.newSession(options.withListener(KernelSteps.listen()));
    outputs = session.run(inputs);
  }

  static String text(String kernel) throws IOException {
    String name = "kernels/" + kernel + ".crease";
    try (InputStream in = KernelBenchmark.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("there is no " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @TearDown
  public void close() {
    session.close();
  }

  /// The output is written where the last one was.
  @Benchmark
  public Map<String, Tensor> run() {
    session.run(inputs, outputs);
    return outputs;
  }
}
