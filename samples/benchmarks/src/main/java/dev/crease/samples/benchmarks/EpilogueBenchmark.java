package dev.crease.samples.benchmarks;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.plan.Lowerer;
import dev.crease.runtime.Machine;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Channelwise;
import dev.crease.runtime.plan.Instruction.Conv;
import dev.crease.runtime.plan.Instruction.DepthwiseConv;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.Slot;
import java.util.ArrayList;
import java.util.List;
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

/// A convolution, a Relu and a normalization that nothing linear takes, on one thread: in the
/// convolution's epilogue, and in a sweep of its own. It pays where the result is larger than the
/// cache. Run it as [ConvolutionBenchmark] says.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EpilogueBenchmark {
  /// Channels, height and width, kernel, groups.
  @Param({"64x56x1x1", "64x56x3x64", "64x224x1x1", "64x224x3x64"})
  public String shape = "";

  @Param({"true", "false"})
  public boolean fused;

  private Session session;
  private Map<String, Tensor> inputs;
  private Map<String, Tensor> outputs;

  @Setup(Level.Trial)
  public void open() {
    String[] numbers = shape.split("x");
    int channels = Integer.parseInt(numbers[0]);
    int size = Integer.parseInt(numbers[1]);
    String text =
        """
        model Epilogue(x: f32[1, %1$s, %2$s, %2$s]) -> (y: f32[1, %1$s, 1, 1]) {
          w: f32[%1$s, %1$s / %4$s, %3$s, %3$s] = he_normal(seed = 1)
          s: f32[%1$s] = normal(seed = 2)
          t: f32[%1$s] = normal(seed = 3)
          v: f32[%1$s] = uniform(low = 0.5, high = 2, seed = 4)
          r = Relu(Conv(x, w, pads = same, group = %4$s))
          y = GlobalMaxPool(BatchNormalization(r, s, t, t, v))
        }
        """
            .formatted((Object[]) numbers);
    Graph graph = TextReader.read(text, "epilogue").graph();
    Program program = Lowerer.lower(graph, Machine.lanes(), Map.of());
    Plan plan = Plan.of(fused ? program : apart(program));
    session = plan.newSession(SessionOptions.defaults().withWarmUp(false).withThreads(1));
    Random random = new Random(5);
    float[] x = new float[channels * size * size];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    inputs = Map.of("x", Tensor.of(x, 1, channels, size, size));
    outputs = session.run(inputs);
  }

  /// The program with a sweep of its own for what comes after a convolution's Relu.
  private static Program apart(Program program) {
    List<Slot> slots = new ArrayList<>(program.slots());
    List<Instruction> instructions = new ArrayList<>();
    for (Instruction each : program.main().instructions()) {
      int t = slots.size();
      switch (each) {
        case Conv(int x, int w, int b, int r, int y, var window, int g, var form, var postOps) -> {
          slots.add(slots.get(y));
          instructions.add(new Conv(x, w, b, r, t, window, g, form, postOps.subList(0, 1)));
          instructions.add(sweep(t, y, postOps));
        }
        case DepthwiseConv(int x, int w, int b, int r, int y, var window, var postOps) -> {
          slots.add(slots.get(y));
          instructions.add(new DepthwiseConv(x, w, b, r, t, window, postOps.subList(0, 1)));
          instructions.add(sweep(t, y, postOps));
        }
        default -> instructions.add(each);
      }
    }
    return new Program(
        program.lanes(),
        program.symbols(),
        slots,
        program.weights(),
        new Block(instructions),
        program.inputs(),
        program.outputs(),
        program.metadata());
  }

  private static Channelwise sweep(int x, int y, List<PostOp> postOps) {
    return new Channelwise(x, y, postOps.subList(1, postOps.size()));
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
