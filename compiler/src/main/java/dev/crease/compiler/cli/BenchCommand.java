package dev.crease.compiler.cli;

import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `crease bench`: how long a run takes, before and after optimization.
@Command(
    name = "bench",
    header = "Time a model or a plan.",
    description = {
      "%nTimes whole runs on made-up or given inputs. A model is timed as it was read and as it is"
          + " optimized, in turn; a plan as it is.",
      "%nExamples:",
      "  crease bench model.onnx",
      "  crease bench model.plan --threads 1 --iterations 200",
      "  crease bench model.onnx --dim N=8 --kernels scalar%n"
    })
final class BenchCommand implements Callable<Integer> {
  /// The time of each is kept.
  private static final int MOST_ITERATIONS = 10_000_000;

  @Parameters(paramLabel = "MODEL", description = "A model (.onnx, .crease) or a plan (.plan).")
  private Path model;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "50",
      description = "Timed runs. Default: ${DEFAULT-VALUE}.")
  private int iterations;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "30",
      description = "Runs before those, for the just-in-time compiler. Default: ${DEFAULT-VALUE}.")
  private int warmup;

  @Mixin private InputOptions inputs;
  @Mixin private SessionFlags session;
  @Mixin private CompileOptions options;

  private final Terminal terminal;

  BenchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (iterations < 1 || iterations > MOST_ITERATIONS) {
      throw new UsageException("--iterations " + iterations + ": give 1 to " + MOST_ITERATIONS);
    }
    if (warmup < 0) {
      throw new UsageException("--warmup " + warmup + ": give 0 or more");
    }
    SessionOptions how = session.options();
    String kernels = how.kernels().name().toLowerCase(Locale.ROOT);
    terminal.out().printf("%s, kernels: %s%n", Quantity.of(how.threads(), "thread"), kernels);
    if (ModelFile.isPlan(model)) {
      try (Engine engine = Engine.of(ModelFile.plan(model, options), how)) {
        terminal.out().println(model + ": " + time(List.of(engine)).getFirst());
      }
      return ExitCode.DONE;
    }
    options.refuseLevel("a model is timed with and without rewrites");
    try (Engine before = Engine.of(options.compileUnoptimized(model).plan(), how);
        Engine after = Engine.of(options.compile(model).plan(), how)) {
      List<Timing> timings = time(List.of(before, after));
      terminal.out().println("as read:   " + timings.get(0));
      terminal.out().println("optimized: " + timings.get(1));
    }
    return ExitCode.DONE;
  }

  private List<Timing> time(List<Engine> engines) throws IOException {
    Map<String, Tensor> tensors = inputs.tensors(engines.getFirst().inputs());
    try (Progress progress = new Progress(terminal, "bench", (long) warmup + iterations)) {
      return Timing.of(engines, tensors, warmup, iterations, progress);
    }
  }
}
