package dev.crease.samples.benchmarks;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import com.google.gson.FieldNamingPolicy;
import com.google.gson.GsonBuilder;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.ir.NearestName;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.grammar.onnx.ModelProto;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// The command `compare`: Crease against ONNX Runtime, or against itself without some passes, model
/// by model.
@Command(
    name = "compare",
    header =
        "Times Crease against ONNX Runtime, or with and without passes, in turn in one process.",
    description = {
      "%nBoth get the same inputs: those of test_data_set_0 beside the model, or else random ones."
          + " Both may optimize all they can. A ratio below 1 is Crease's lead.",
      "%nColumns: the fastest run of each side in milliseconds; their ratio; the tenth and"
          + " ninetieth percentile of the ratios of medians over the rounds; the time from file to"
          + " first result of each side in milliseconds; bytes that Crease allocates per run; the"
          + " largest difference of the outputs, 1 being the bound 2e-5 max|y| + 1e-6. Figures of a"
          + " second or two are those of a virtual machine that is still compiling.",
      "%nExamples:",
      "  compare resnet50/model.onnx squeezenet/model.onnx --json scores.json",
      "  compare ultraface.onnx --freeze --threads 2",
      "  compare classifier.onnx --dim N=1 --dim H=48 --dim W=192",
      "  compare unet.crease --without folds --dim N=1 --dim H=224 --dim W=224%n"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:the outputs differ, or a model cannot be run", "2:usage"})
public final class Compare implements Callable<Integer> {
  private static final Set<String> FOLDS =
      Set.of(
          "fold-parts",
          "fold-batch-norm",
          "fold-channel-affine",
          "merge-affine",
          "merge-branches",
          "fold-forward");

  @Parameters(
      paramLabel = "MODEL",
      arity = "1..*",
      description =
          "ONNX models, or folders that hold a model.onnx; with --without also models in Crease's"
              + " language.")
  private List<Path> models = List.of();

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads of each side. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description =
          "How long to time each model, after half as long to warm up. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--freeze",
      description =
          "Take weights that are listed as inputs for constants: ONNX Runtime gets a copy of the"
              + " model that does not list them, Crease compiles with that option.")
  private boolean freeze;

  @Option(
      names = "--random-weights",
      paramLabel = "SEED",
      description = "Replace weights by random ones, in the copies of both sides.")
  private Long randomWeights;

  @Option(
      names = "--without",
      paramLabel = "PASS[,PASS...]",
      split = ",",
      description =
          "Time against what Crease makes of the model without these passes, instead of ONNX"
              + " Runtime; `folds` stands for all that let normalizations go.")
  private List<String> without = List.of();

  @Option(
      names = "--dim",
      paramLabel = "NAME=N",
      description =
          "The size of a symbolic dimension. The inputs are then random, whatever lies beside the"
              + " model.")
  private Map<String, Integer> dims = Map.of();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @Spec private CommandSpec spec;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Write a list with one object for each model: model, threads, crease_ms, onnxruntime_ms,"
              + " ratio, medians, spread, load times, bytes per run, difference.")
  private Path json;

  public static void main(String... arguments) {
    Locale.setDefault(Locale.ROOT);
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Compare())
        .setParameterExceptionHandler((failure, _) -> usage(failure))
        .setExecutionExceptionHandler((failure, line, _) -> report(failure, line));
  }

  private static int usage(ParameterException failure) {
    CommandLine line = failure.getCommandLine();
    line.getErr().println("compare: " + failure.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(failure, line.getErr())) {
      line.getErr().println("See `compare --help`.");
    }
    return line.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int report(Exception failure, CommandLine line) {
    line.getErr().println("compare: " + failure.getMessage());
    return line.getCommandSpec().exitCodeOnExecutionException();
  }

  @Override
  public Integer call() throws IOException, OrtException {
    if (threads < 1 || threads > 1024 || seconds < 1) {
      throw new ParameterException(
          spec.commandLine(), "--threads is 1 to 1024, --seconds 1 or more");
    }
    List<Path> files = models.stream().map(this::file).toList();
    if (json != null
        && (Files.isDirectory(json) || !isFolder(json.toAbsolutePath().resolveSibling(".")))) {
      throw new ParameterException(
          spec.commandLine(), "cannot write " + json + ": name a file in a folder that takes it");
    }
    requireFittingOptions(files);
    List<Score> scores = new ArrayList<>();
    System.out.printf(
        "%-24s %9s %9s %6s %12s  %8s %8s %7s %6s%n",
        "fastest, milliseconds",
        "crease",
        without.isEmpty() ? "onnxrt" : "without",
        "ratio",
        "spread",
        "load",
        "load",
        "bytes",
        "differ");
    for (Path file : files) {
      Score score = compare(file);
      scores.add(score);
      print(score);
    }
    System.out.printf("geometric mean of the ratios: %.3f%n", Score.geometricMeanOfRatios(scores));
    if (json != null) {
      write(scores);
    }
    return scores.stream().allMatch(score -> score.difference() <= 1) ? 0 : 1;
  }

  /// The model at a path, which may be the folder that holds it.
  private Path file(Path path) {
    Path model = path.resolve("model.onnx");
    if (Files.isDirectory(path)) {
      if (!Files.isRegularFile(model)) {
        throw new ParameterException(
            spec.commandLine(), "the folder %s holds no model.onnx".formatted(path));
      }
      return model;
    }
    if (!Files.isRegularFile(path)) {
      throw new ParameterException(spec.commandLine(), "there is no file " + path);
    }
    return path;
  }

  private void requireFittingOptions(List<Path> files) {
    if (without.isEmpty()) {
      for (Path file : files) {
        if (!file.toString().endsWith(".onnx")) {
          throw new ParameterException(
              spec.commandLine(), "ONNX Runtime reads .onnx only, not " + file);
        }
      }
      return;
    }
    if (json != null || randomWeights != null) {
      throw new ParameterException(
          spec.commandLine(), "--json and --random-weights are for matches with ONNX Runtime");
    }
    Set<String> unknown = new TreeSet<>(disabled());
    unknown.removeAll(Pipeline.inference().names());
    if (!unknown.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--without: no pass is named %s; there are folds, %s%s"
              .formatted(
                  String.join(", ", unknown),
                  String.join(", ", Pipeline.inference().names()),
                  NearestName.suggestion(unknown.iterator().next(), Pipeline.inference().names())));
    }
  }

  /// The passes of `--without`.
  private Set<String> disabled() {
    Set<String> passes = new TreeSet<>(without);
    if (passes.remove("folds")) {
      passes.addAll(FOLDS);
    }
    return passes;
  }

  private static boolean isFolder(Path path) {
    return Files.isDirectory(path) && Files.isWritable(path);
  }

  private Score compare(Path model) throws IOException, OrtException {
    Path folder = Files.createTempDirectory("compare");
    Path theirs = folder.resolve("model.onnx");
    Path compiled = folder.resolve("model.plan");
    Options options = Options.defaults().withInitializersConstant(freeze);
    try {
      Path given = without.isEmpty() && changed(model, theirs) ? theirs : model;
      long start = System.nanoTime();
      Compiler.compilation(given, options).write(compiled);
      double compileMs = millisecondsSince(start);
      if (!without.isEmpty()) {
        Compiler.compilation(model, options.without(disabled())).write(theirs);
        given = theirs;
      }
      return compare(name(model), inputs(model, compiled), given, compiled, compileMs);
    } finally {
      Files.deleteIfExists(theirs);
      Files.deleteIfExists(compiled);
      Files.delete(folder);
    }
  }

  /// @param model what the other side opens
  private Score compare(
      String name, Map<String, Tensor> inputs, Path model, Path compiled, double compileMs)
      throws IOException, OrtException {
    long start = System.nanoTime();
    try (Engine crease = new CreaseEngine(Plan.load(compiled), threads, inputs)) {
      double creaseLoadMs = millisecondsSince(start);
      start = System.nanoTime();
      try (Engine other = other(model, inputs)) {
        other.run();
        double otherLoadMs = millisecondsSince(start);
        crease.warmUp();
        other.warmUp();
        Match match = new Match(crease, other);
        List<Match.Round> rounds =
            match.play(Duration.ofMillis(500L * seconds), Duration.ofSeconds(seconds));
        Times ours = Times.of(rounds.stream().map(Match.Round::first).toList());
        Times theirs = Times.of(rounds.stream().map(Match.Round::second).toList());
        double[] ratios = rounds.stream().mapToDouble(Match.Round::ratio).sorted().toArray();
        int tenth = ratios.length / 10;
        return new Score(
            name,
            threads,
            ours.fastestMs(),
            theirs.fastestMs(),
            ours.fastestMs() / theirs.fastestMs(),
            ours.medianMs(),
            theirs.medianMs(),
            ours.medianMs() / theirs.medianMs(),
            ratios[tenth],
            ratios[ratios.length - 1 - tenth],
            ours.runs(),
            theirs.runs(),
            compileMs,
            creaseLoadMs,
            otherLoadMs,
            Match.allocatedBytes(crease),
            Match.allocatedBytes(other),
            Difference.of(crease.outputs(), other.outputs()));
      }
    }
  }

  /// @param file a model, or a plan without some passes
  private Engine other(Path file, Map<String, Tensor> inputs) throws OrtException, IOException {
    return without.isEmpty()
        ? new OnnxRuntime(file, OptLevel.ALL_OPT, threads, inputs)
        : new CreaseEngine(Plan.load(file), threads, inputs);
  }

  /// Whether a copy of the model, changed as the options ask, had to be written.
  private boolean changed(Path model, Path copy) throws IOException {
    if (!freeze && randomWeights == null) {
      return false;
    }
    ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(model));
    if (randomWeights != null) {
      proto = RandomWeights.into(proto, randomWeights);
    }
    if (freeze) {
      proto = Frozen.copyOf(proto);
    }
    Files.write(copy, proto.toByteArray());
    return true;
  }

  private Map<String, Tensor> inputs(Path model, Path compiled) throws IOException {
    List<TensorInfo> declared = Plan.load(compiled).inputs();
    Set<String> symbols = Inputs.symbols(declared);
    for (String dim : dims.keySet()) {
      if (!symbols.contains(dim)) {
        throw new ParameterException(
            spec.commandLine(),
            "--dim %s: no input of %s has such a dimension, only %s%s"
                .formatted(dim, model, symbols, NearestName.suggestion(dim, symbols)));
      }
    }
    Path dataSet = model.resolveSibling("test_data_set_0");
    return dims.isEmpty() && Files.isDirectory(dataSet)
        ? Inputs.of(dataSet, declared)
        : Inputs.random(declared, dims, 1);
  }

  private static void print(Score score) {
    System.out.printf(
        "%-24s %9.3f %9.3f %6.3f %5.2f..%5.2f  %8.1f %8.1f %7d %6.2f%n",
        score.model(),
        score.creaseMs(),
        score.onnxruntimeMs(),
        score.ratio(),
        score.ratioLow(),
        score.ratioHigh(),
        score.creaseLoadMs(),
        score.onnxruntimeLoadMs(),
        score.creaseBytesPerRun(),
        score.difference());
  }

  private void write(List<Score> scores) throws IOException {
    String text =
        new GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .setPrettyPrinting()
            .create()
            .toJson(scores);
    Path target = json.toAbsolutePath();
    Path temporary = Files.createTempFile(target.getParent(), ".compare-", ".part");
    Files.writeString(temporary, text + "\n");
    Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
  }

  /// The folder of a `model.onnx`, else the file without its ending.
  private static String name(Path model) {
    Path named = model.endsWith("model.onnx") ? model.toAbsolutePath().getParent() : model;
    return String.valueOf(named).replaceFirst(".*/", "").replaceFirst("\\.(onnx|crease)$", "");
  }

  private static double millisecondsSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
