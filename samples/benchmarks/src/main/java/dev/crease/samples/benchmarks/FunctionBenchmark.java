package dev.crease.samples.benchmarks;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.util.Map;
import java.util.Random;
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

/// One function of many elements on one thread. In several forks, since the virtual machine may
/// inline in one process what it calls in another; `-prof gc` shows whether vectors are allocated.
/// Run as [ConvolutionBenchmark].
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 4, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class FunctionBenchmark {
  @Param({"Sigmoid", "Tanh", "Elu", "Erf", "Exp"})
  public String function = "";

  @Param({"24", "4096"})
  public int elements;

  private Session session;
  private Map<String, Tensor> inputs;
  private Map<String, Tensor> outputs;

  @Setup(Level.Trial)
  public void open() {
    String text = "model Function(x: f32[%1$d]) -> (y: f32[%1$d]) { y = %2$s(x) }";
    var model = TextReader.read(text.formatted(elements, function), "function");
    var compilation = Compiler.compilation(model, Options.defaults());
    session =
        compilation.plan().newSession(SessionOptions.defaults().withWarmUp(false).withThreads(1));
    Random random = new Random(3);
    float[] x = new float[elements];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    inputs = Map.of("x", Tensor.of(x, elements));
    outputs = session.run(inputs);
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
