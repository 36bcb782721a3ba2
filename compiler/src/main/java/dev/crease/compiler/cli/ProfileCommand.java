package dev.crease.compiler.cli;

import dev.crease.runtime.Plan;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Value;
import dev.crease.runtime.roofline.Roofline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `crease profile`: how long each step of a run takes, and how long it must.
@Command(
    name = "profile",
    header = "Tell where the time of a run goes, step by step.",
    description = {
      "%nRuns a model, optimized, or a plan on made-up or given inputs. Tells for each step the"
          + " median of its times, its share of all steps, and its rates: operations on"
          + " floating-point numbers, and bytes read and written, in a second.",
      "%n'of roof' is the time that this machine's roofline allows, as a part of the time taken: no"
          + " work is done faster than its operations at the peak rate of multiply-adds, nor than"
          + " its bytes at the rate at which as many are read again and again. 'bound' says which"
          + " of the two takes longer. Both rates are measured on the same number of threads.",
      "%nA multiply-add is two operations, an elementary function of an element is one; those of"
          + " routines (Call) are mostly not counted. Winograd's forms need fewer than the direct"
          + " convolution, whose operations are counted for them, so they can be above the roof.",
      "%n'outside' is what a run takes beside its steps: inputs and outputs are copied, sections of"
          + " a plan that decides by data are put together, and steps are timed. Where other work"
          + " disturbs the machine, the median of whole runs is more than that and the steps.",
      "%nExamples:",
      "  crease profile model.onnx --top 10",
      "  crease profile model.plan --threads 1 --sort order",
      "  crease profile model.onnx --dim N=8 --json profile.json",
      "  crease profile model.onnx --jfr steps.jfr%n"
    })
final class ProfileCommand implements Callable<Integer> {
  private static final double MOST_SECONDS = 86_400;

  /// The times of each step in each are kept.
  private static final int MOST_RUNS = 10_000;

  /// Of the time for runs, the just-in-time compiler gets one part in so many before.
  private static final int WARM_UP = 3;

  /// Most seconds for the roofline.
  private static final double MEASURING = 1;

  @Parameters(paramLabel = "MODEL", description = "A model (.onnx, .crease) or a plan (.plan).")
  private Path model;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "3",
      description =
          "How long to time runs: one at least, and 10000 at most. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "30",
      description =
          "Runs before those, for the just-in-time compiler; they take a third of --seconds at"
              + " least. Default: ${DEFAULT-VALUE}.")
  private int warmup;

  @Option(
      names = "--sort",
      paramLabel = "KEY",
      defaultValue = "time",
      description =
          "The order of the steps: time, the longest first, or order, as they run. Default:"
              + " ${DEFAULT-VALUE}.")
  private ProfileTable.Sorting sorting = ProfileTable.Sorting.TIME;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Print only the first N steps. Default: all.")
  private @Nullable Integer top;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write all steps, in the order in which they run, into this file.")
  private @Nullable Path json;

  @Option(
      names = "--jfr",
      paramLabel = "FILE",
      description =
          "Write a recording of the JDK Flight Recorder into this file, with an event for each run"
              + " (dev.crease.Run) and each of its steps (dev.crease.Step).")
  private @Nullable Path jfr;

  @Mixin private InputOptions inputs;
  @Mixin private SessionFlags session;
  @Mixin private CompileOptions options;

  private final Terminal terminal;

  ProfileCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    requireOptions();
    SessionOptions how = session.options();
    Plan plan = ModelFile.plan(model, options);
    Profile profile = profile(plan, how);
    Duration measuring = Duration.ofNanos((long) Math.ceil(Math.min(seconds, MEASURING) * 1e9));
    Roofline roofline = Roofline.measure(how.threads(), measuring);
    if (json != null) {
      new ProfileFile(model, how, profile, roofline).write(json);
    }
    terminal
        .out()
        .printf(
            "%s: %s on %s, kernels: %s%n",
            model,
            Quantity.of(profile.runs(), "run"),
            Quantity.of(how.threads(), "thread"),
            how.kernels().name().toLowerCase(Locale.ROOT));
    int rows = top == null ? Integer.MAX_VALUE : top;
    new ProfileTable(profile, roofline).print(terminal.out(), sorting, rows);
    return ExitCode.DONE;
  }

  private void requireOptions() throws IOException {
    if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
      throw new UsageException(
          "--seconds %s: give more than 0 and at most %.0f".formatted(seconds, MOST_SECONDS));
    }
    if (warmup < 0) {
      throw new UsageException("--warmup " + warmup + ": give 0 or more");
    }
    if (top != null && top < 1) {
      throw new UsageException("--top " + top + ": give 1 or more");
    }
    if (json != null) {
      OutputFile.requirePlace(json, model);
    }
    if (jfr != null) {
      OutputFile.requirePlace(jfr, model);
    }
    if (json != null && jfr != null && json.toAbsolutePath().equals(jfr.toAbsolutePath())) {
      throw new UsageException("--json and --jfr both write " + json + "; name two files");
    }
  }

  private Profile profile(Plan plan, SessionOptions how) throws IOException {
    StepTimes times = new StepTimes();
    if (jfr == null) {
      try (Engine engine = Engine.of(plan, how.withListener(times))) {
        Map<String, Value> values = inputs.values(engine.inputs());
        warmUp(engine, values, times);
        return time(engine, values, times, () -> {}, () -> {});
      }
    }
    try (FlightRecording recording = new FlightRecording(times);
        Engine engine = Engine.of(plan, how.withListener(recording))) {
      Map<String, Value> values = inputs.values(engine.inputs());
      warmUp(engine, values, times);
      recording.start();
      Profile profile = time(engine, values, times, recording::beginRun, recording::endRun);
      recording.write(jfr);
      return profile;
    }
  }

  private void warmUp(Engine engine, Map<String, Value> values, StepTimes times) {
    long begin = System.nanoTime();
    try (Progress progress = new Progress(terminal, "profile", warmup)) {
      int done = 0;
      while (done < warmup || System.nanoTime() - begin < seconds * 1e9 / WARM_UP) {
        engine.evaluate(values);
        times.clear();
        progress.step("warming up");
        done++;
      }
    }
  }

  private Profile time(
      Engine engine, Map<String, Value> values, StepTimes times, Runnable before, Runnable after) {
    long begin = System.nanoTime();
    do {
      before.run();
      long start = System.nanoTime();
      engine.evaluate(values);
      times.endRun(System.nanoTime() - start);
      after.run();
    } while (System.nanoTime() - begin < seconds * 1e9 && times.runs() < MOST_RUNS);
    return times.profile();
  }
}
