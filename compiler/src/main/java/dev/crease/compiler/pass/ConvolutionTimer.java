package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.plan.Lowerer;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Machine;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Winograd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/// Times convolutions one by one, each through a plan of its own on one thread: the fastest of many
/// runs, in which the forms take turns. It remembers what it timed, so that a model that is
/// compiled again with the same timer becomes the same.
public final class ConvolutionTimer implements ConvolutionTimes {
  /// Each form's turns, and how long one is. The virtual machine compiles kernels in the first
  /// ones.
  private static final int TURNS = 8;

  private static final long TURN_NANOS = Duration.ofMillis(40).toNanos();
  private static final int LEAST_RUNS = 3;

  private final Map<Layer, Map<Optional<Winograd>, Double>> known = new HashMap<>();

  private record Layer(Conv conv, List<Integer> x, List<Integer> w) {}

  @Override
  public synchronized Map<Optional<Winograd>, Double> of(Conv conv, TensorType x, TensorType w) {
    List<Integer> picture =
        new ArrayList<>(List.of(1, Math.toIntExact(size(w.dim(1)) * conv.group())));
    x.dims().stream().skip(2).forEach(dim -> picture.add(size(dim)));
    List<Integer> kernel = w.dims().stream().map(ConvolutionTimer::size).toList();
    Layer layer = new Layer(conv, List.copyOf(picture), kernel);
    return known.computeIfAbsent(layer, ConvolutionTimer::time);
  }

  private static int size(Dim dim) {
    return Math.toIntExact(dim.known().orElse(MIDDLING));
  }

  private static Map<Optional<Winograd>, Double> time(Layer layer) {
    List<Optional<Winograd>> forms = new ArrayList<>(List.of(Optional.empty()));
    Arrays.stream(Winograd.values()).map(Optional::of).forEach(forms::add);
    Tensor x = random(layer.x());
    Map<Optional<Winograd>, Session> sessions = new HashMap<>();
    Map<Optional<Winograd>, Double> seconds = new HashMap<>();
    try {
      forms.forEach(form -> sessions.put(form, session(layer, form)));
      for (int turn = 0; turn < TURNS; turn++) {
        sessions.forEach((form, session) -> seconds.merge(form, fastest(session, x), Math::min));
      }
    } finally {
      sessions.values().forEach(Session::close);
    }
    return Map.copyOf(seconds);
  }

  private static Session session(Layer layer, Optional<Winograd> form) {
    SessionOptions options = SessionOptions.defaults().withThreads(1).withWarmUp(false);
    return Plan.of(Lowerer.lower(graph(layer, form), Machine.lanes(), Map.of()))
        .newSession(options);
  }

  private static Graph graph(Layer layer, Optional<Winograd> form) {
    GraphBuilder builder = new GraphBuilder("layer");
    long[] dims = layer.x().stream().mapToLong(size -> size).toArray();
    Value x = builder.input("x", TensorType.of(ElementType.FLOAT32, dims));
    Value w = builder.constant("w", Constant.of(random(layer.w())));
    builder.output(builder.add(new FusedConv(layer.conv(), Activation.NONE, form), x, w));
    return builder.build();
  }

  private static Tensor random(List<Integer> shape) {
    int count = shape.stream().reduce(1, Math::multiplyExact);
    float[] elements = new float[count];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < count; i++) {
      elements[i] = random.nextFloat() - 0.5f;
    }
    return Tensor.of(elements, shape.stream().mapToInt(size -> size).toArray());
  }

  /// Seconds of the fastest run in a turn.
  private static double fastest(Session session, Tensor x) {
    Map<String, Tensor> inputs = Map.of("x", x);
    Map<String, Tensor> outputs = session.run(inputs);
    double best = Double.POSITIVE_INFINITY;
    long begin = System.nanoTime();
    for (int run = 0; run < LEAST_RUNS || System.nanoTime() - begin < TURN_NANOS; run++) {
      long start = System.nanoTime();
      session.run(inputs, outputs);
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    return best;
  }
}
