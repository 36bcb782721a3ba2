package dev.crease.samples.benchmarks;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.util.Map;
import java.util.Random;
import java.util.Set;
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

/// One convolution with bias and Relu on one thread, scalar and vector, in the shapes of common
/// networks. Run it with `mvn -q -pl samples/benchmarks -am -DskipTests package`, then
/// `org.openjdk.jmh.Main ConvolutionBenchmark` on the module's class path.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class ConvolutionBenchmark {
  /// Input channels, output channels, height and width, kernel, groups.
  @Param({"64x64x56x3x1", "64x256x56x1x1", "512x512x7x3x1", "96x96x28x3x96", "3x64x224x7x1"})
  public String shape = "";

  /// Outputs of a tile along each axis, 0 for direct convolution, or what the compiler chooses.
  @Param("chosen")
  public String tile = "";

  @Param public KernelChoice kernels = KernelChoice.AUTO;

  private Session session;
  private Map<String, Tensor> inputs;
  private Map<String, Tensor> outputs;

  private static final String CONVOLUTION = "Relu(Conv(x, w, b, pads = same, group = %s))";
  private static final String TILED =
      "crease.FusedConv(x, w, b, pads = [1, 1, 1, 1], activation = \"Relu\", tile = %s)";

  @Setup(Level.Trial)
  public void open() {
    String[] numbers = shape.split("x");
    int channels = Integer.parseInt(numbers[0]);
    int size = Integer.parseInt(numbers[2]);
    String text =
        """
        model Convolution(x: f32[1, %1$s, %3$s, %3$s]) -> (y: f32[1, %2$s, %3$s, %3$s]) {
          w: f32[%2$s, %1$s / %6$s, %4$s, %4$s] = he_normal(seed = 1)
          b: f32[%2$s] = normal(seed = 2)
          y = %5$s
        }
        """
            .formatted(
                numbers[0],
                numbers[1],
                numbers[2],
                numbers[3],
                tile.matches("[24]") ? TILED.formatted(tile) : CONVOLUTION.formatted(numbers[4]),
                numbers[4]);
    Options options = Options.defaults();
    var compilation =
        Compiler.compilation(
            TextReader.read(text, "convolution"),
            tile.equals("0") ? options.without(Set.of("choose-winograd")) : options);
    session =
        compilation
            .plan()
            .newSession(
                SessionOptions.defaults().withWarmUp(false).withThreads(1).withKernels(kernels));
    Random random = new Random(3);
    float[] x = new float[channels * size * size];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    inputs = Map.of("x", Tensor.of(x, 1, channels, size, size));
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
