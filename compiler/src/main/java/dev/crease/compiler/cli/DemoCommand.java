package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.pass.PassReport;
import dev.crease.runtime.Plan;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.TensorInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `crease demo`: a trained model through every room.
///
/// The model is PaddleOCR's text direction classifier: f32 `(N, 3, 48, 192)`, channels blue, green,
/// red, values `(v / 255 - 0.5) / 0.5`; out come the probabilities of 0 and 180 degrees.
@Command(
    name = "demo",
    header = "See all of it on a trained model.",
    description = {
      "%nCompiles PaddleOCR's text direction classifier, tells what was folded, verifies the plan"
          + " against the reference semantics, runs it on pictures of text lines, and times it"
          + " before and after optimization. Exit code 1 if a check fails.%n"
    })
final class DemoCommand implements Callable<Integer> {
  private static final Pattern PICTURE = Pattern.compile("(.+)-(0|180)\\.png");
  private static final double CERTAIN = 0.97;
  private static final int WARMUP = 30;
  private static final int ITERATIONS = 50;

  @Option(
      names = "--samples",
      paramLabel = "DIR",
      defaultValue = "${env:CREASE_HOME:-.}/samples/demo",
      description = "Where target/models and pictures are. Default: samples/demo of the project.")
  private Path samples;

  private final Terminal terminal;
  private final PrintWriter out;

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
    this.out = terminal.out();
  }

  /// A text line and how it is turned.
  private record Sample(String name, int degrees, Picture picture) {}

  @Override
  public Integer call() throws IOException {
    Path model = onlyModel();
    List<Sample> pictures = pictures();
    CompileOptions options = new CompileOptions();
    out.println("Model     " + model);
    long start = System.nanoTime();
    Compilation compilation = options.compile(model);
    out.printf(
        "Compiled  %s, in %s%n",
        ExplainCommand.summary(compilation), Quantity.nanoseconds(System.nanoTime() - start));
    rewrites(compilation.report());
    Plan plan = compilation.plan();
    boolean good;
    try (Engine engine = Engine.of(plan, SessionOptions.defaults().withWarmUp(false))) {
      TensorInfo input = plan.inputs().getFirst();
      good = verify(compilation, engine, input, pictures);
      good &= classify(engine, input, pictures);
      time(options.compileUnoptimized(model).plan(), engine, tensor(input, pictures.getFirst()));
    }
    return good ? ExitCode.DONE : ExitCode.CHECK_FAILED;
  }

  private Path onlyModel() throws IOException {
    Path folder = samples.resolve("target/models");
    List<Path> models = files(folder, ".onnx");
    if (models.size() != 1) {
      throw new InputException(
          "%s should hold one model, and holds %d; run `mvn package -DskipTests` in the project, or"
                  .formatted(folder, models.size())
              + " give --samples");
    }
    return models.getFirst();
  }

  private List<Sample> pictures() throws IOException {
    List<Sample> pictures = new ArrayList<>();
    for (Path file : files(samples.resolve("pictures"), ".png")) {
      Matcher name = PICTURE.matcher(file.getFileName().toString());
      if (name.matches()) {
        pictures.add(
            new Sample(name.group(1), Integer.parseInt(name.group(2)), Picture.read(file)));
      }
    }
    if (pictures.isEmpty()) {
      throw new InputException(samples.resolve("pictures") + " holds no pictures NAME-DEGREES.png");
    }
    return pictures;
  }

  private static List<Path> files(Path folder, String ending) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(entry -> entry.toString().endsWith(ending)).sorted().toList();
    }
  }

  private void rewrites(PassReport report) {
    for (PassReport.Timing timing : report.timings()) {
      if (timing.rewrites() > 0) {
        out.printf("          %4d x %s%n", timing.rewrites(), timing.pass());
      }
    }
    out.println("Folded");
    report.normalizations().forEach(record -> out.println("          " + record));
  }

  private boolean verify(
      Compilation compilation, Engine engine, TensorInfo input, List<Sample> pictures) {
    Verification verification = new Verification(compilation.original().graph(), Optional.empty());
    try (Progress progress = new Progress(terminal, "verify", pictures.size())) {
      for (Sample sample : pictures) {
        String run = sample.name() + " at " + sample.degrees();
        verification.judge(engine, tensor(input, sample), run);
        progress.step(run);
      }
    }
    String label = "Verified ";
    for (String line : verification.lines()) {
      out.println(label + " " + line);
      label = " ".repeat(label.length());
    }
    return verification.agrees();
  }

  private boolean classify(Engine engine, TensorInfo input, List<Sample> pictures) {
    boolean good = true;
    String label = "Pictures ";
    for (Sample sample : pictures) {
      float[] probability = engine.run(tensor(input, sample)).values().iterator().next().floats();
      int degrees = probability[0] > probability[1] ? 0 : 180;
      double certainty = Math.max(probability[0], probability[1]);
      boolean right = degrees == sample.degrees() && certainty > CERTAIN;
      out.printf(
          "%s %-10s turned by %3d degrees: said %3d, probability %.6f%s%n",
          label, sample.name(), sample.degrees(), degrees, certainty, right ? "" : "  WRONG");
      label = " ".repeat(label.length());
      good &= right;
    }
    return good;
  }

  private void time(Plan unoptimized, Engine optimized, Map<String, Tensor> inputs) {
    SessionOptions options = SessionOptions.defaults().withWarmUp(false);
    try (Engine before = Engine.of(unoptimized, options);
        Progress progress = new Progress(terminal, "time", (long) WARMUP + ITERATIONS)) {
      List<Timing> timings =
          Timing.of(List.of(before, optimized), inputs, WARMUP, ITERATIONS, progress);
      out.println("Time      as read:   " + timings.get(0));
      out.println("          optimized: " + timings.get(1));
      out.printf(
          "          %.2f times as fast at best, on %d threads%n",
          (double) timings.get(0).fastest() / timings.get(1).fastest(), options.threads());
    }
  }

  private static Map<String, Tensor> tensor(TensorInfo input, Sample sample) {
    PictureOptions values = new PictureOptions();
    values.channels = PictureOptions.ChannelOrder.BGR;
    values.mean = new double[] {127.5};
    values.scale = new double[] {1 / 127.5};
    return Map.of(input.name(), sample.picture().resized(48, 192).tensor(values));
  }
}
