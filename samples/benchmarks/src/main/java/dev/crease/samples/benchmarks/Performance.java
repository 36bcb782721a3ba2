package dev.crease.samples.benchmarks;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The command `performance`: measures nets, trained models and kernels, and writes what it found
/// as a page of documentation.
@Command(
    name = "performance",
    header = "Measures Crease against ONNX Runtime and the machine, and writes a page of it.",
    description = {
      "%nNets get random weights; models are taken with frozen weights. Each is timed in turn with"
          + " ONNX Runtime in several processes. Kernels are timed by JMH beside what the machine"
          + " can do. Under a heading `## Attempts` the page keeps what is there.",
      "%nExample, with the folder of ONNX's repository that holds light_resnet50:",
      "  performance --nets onnx/backend/test/data/light mobilenet.onnx -o docs/performance.md%n"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:a process failed", "2:usage"})
public final class Performance implements Callable<Integer> {
  private static final Gson JSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .create();

  @Parameters(
      paramLabel = "MODEL",
      arity = "0..*",
      description = "Trained models, or folders that hold a model.onnx.")
  private List<Path> models = List.of();

  @Option(
      names = "--nets",
      paramLabel = "FOLDER",
      description = "Every model in it, as for MODEL, is a net that gets random weights.")
  private Path nets;

  @Option(
      names = "--processes",
      paramLabel = "N",
      defaultValue = "3",
      description = "Processes that time each model. Default: ${DEFAULT-VALUE}.")
  private int processes;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "3",
      description = "How long a process times a model. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1,2",
      split = ",",
      description = "Numbers of threads, one after the other. Default: ${DEFAULT-VALUE}.")
  private List<Integer> threads = List.of();

  @Option(
      names = "--kernels",
      paramLabel = "FORKS",
      defaultValue = "2",
      description = "Forks of each kernel's benchmark; 0 for none. Default: ${DEFAULT-VALUE}.")
  private int kernels;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The page, in Markdown.")
  private Path output;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @Spec private CommandSpec spec;

  public static void main(String... arguments) {
    Locale.setDefault(Locale.ROOT);
    System.exit(new CommandLine(new Performance()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException, RunnerException {
    Path folder = output.toAbsolutePath().resolveSibling(".").normalize();
    if (processes < 1 || seconds < 1 || kernels < 0 || !Files.isDirectory(folder)) {
      throw new ParameterException(
          spec.commandLine(),
          "--processes and --seconds are 1 or more, --kernels 0 or more, -o a file in a folder");
    }
    PerformancePage page = new PerformancePage();
    for (int count : threads) {
      if (nets != null) {
        page.add("Nets", count, compare(files(nets), count, "--random-weights=1"));
      }
      if (!models.isEmpty()) {
        page.add("Trained models", count, compare(models, count, "--freeze"));
      }
    }
    page.addKernels(kernels == 0 ? List.of() : timeKernels());
    write(page);
    return 0;
  }

  private static List<Path> files(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path each : all) {
        if (Files.isRegularFile(each.resolve("model.onnx")) || each.toString().endsWith(".onnx")) {
          files.add(each);
        }
      }
    }
    return files.stream().sorted().toList();
  }

  /// The scores of all processes.
  private List<Score> compare(List<Path> files, int count, String option)
      throws IOException, InterruptedException {
    List<Score> scores = new ArrayList<>();
    for (int process = 0; process < processes; process++) {
      Path json = Files.createTempFile("performance", ".json");
      try {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseParallelGC", "--add-modules=jdk.incubator.vector"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Compare.class.getName(), option, "--json", json.toString()));
        command.addAll(List.of("--seconds=" + seconds, "--threads=" + count));
        files.forEach(file -> command.add(file.toString()));
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
          throw new IOException("code %d of %s".formatted(code, command));
        }
        scores.addAll(List.of(JSON.fromJson(Files.readString(json), Score[].class)));
      } finally {
        Files.delete(json);
      }
    }
    return scores;
  }

  private Collection<RunResult> timeKernels() throws RunnerException {
    return new Runner(
            new OptionsBuilder()
                .include(KernelBenchmark.class.getName())
                .forks(kernels)
                .addProfiler(RooflineProfiler.class)
                .build())
        .run();
  }

  private void write(PerformancePage page) throws IOException {
    String kept = Files.exists(output) ? PerformancePage.kept(Files.readString(output)) : "";
    Path target = output.toAbsolutePath();
    Path folder = target.resolveSibling(".").normalize();
    Path temporary = Files.createTempFile(folder, ".performance-", ".part");
    Files.writeString(temporary, page.text() + kept);
    Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
  }
}
