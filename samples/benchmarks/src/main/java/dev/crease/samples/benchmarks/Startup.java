package dev.crease.samples.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Tensor;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The command `startup`: from the start of a process to its first result, of an application that
/// `crease package` made and of ONNX Runtime.
@Command(
    name = "startup",
    header = "Times processes from their start to their first result, in turn.",
    description = {
      "%nOf each model: what `crease package` makes of it, ONNX Runtime as it is set up by default,"
          + " which unpacks its native library each time, and ONNX Runtime with that unpacked"
          + " beforehand. All get the same inputs from files. Times are in milliseconds; a ratio"
          + " below 1 is Crease's lead over the default.",
      "%nExamples:",
      "  startup squeezenet/model.onnx resnet50/model.onnx --rounds 21",
      "  startup squeezenet/model.onnx --package=--jlink%n"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:done", "1:a process failed", "2:usage"})
public final class Startup implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", arity = "1..*", description = "ONNX models.")
  private List<Path> models = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "11",
      description = "Timed processes of each kind. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--dim", paramLabel = "NAME=N", description = "The size of a symbolic dimension.")
  private Map<String, Integer> dims = Map.of();

  @Option(
      names = "--package",
      paramLabel = "OPTION",
      description = "An option for `crease package`.")
  private List<String> packageOptions = List.of();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help message and exit.")
  private boolean help;

  @Spec private CommandSpec spec;

  /// A kind of process, and what it took.
  private record Contestant(List<String> command, List<Double> times) {
    Contestant(List<String> command) {
      this(command, new ArrayList<>());
    }

    double median() {
      return times.stream().sorted().toList().get(times.size() / 2);
    }

    double fastest() {
      return times.stream().min(Comparator.naturalOrder()).orElseThrow();
    }
  }

  public static void main(String... arguments) {
    Locale.setDefault(Locale.ROOT);
    System.exit(new CommandLine(new Startup()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    if (rounds < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds " + rounds + ": give 1 or more");
    }
    System.out.printf(
        "%-24s %17s %17s %17s %15s%n",
        "", "crease", "onnxrt", "onnxrt unpacked", "ratio to onnxrt");
    System.out.printf(
        "%-24s %8s %8s %8s %8s %8s %8s %7s %7s%n",
        "process to first result",
        "median",
        "fastest",
        "median",
        "fastest",
        "median",
        "fastest",
        "median",
        "fastest");
    for (Path model : models) {
      Path folder = Files.createTempDirectory("startup");
      try {
        time(model.toAbsolutePath(), folder);
      } finally {
        delete(folder);
      }
    }
    return 0;
  }

  private void time(Path model, Path folder) throws IOException {
    Path app = folder.resolve("app");
    List<String> words = new ArrayList<>(List.of("package", model.toString(), "--name=run"));
    words.addAll(List.of("-o", app.toString()));
    dims.forEach((name, size) -> words.add("--dim=" + name + "=" + size));
    words.addAll(packageOptions);
    firstLine(java(System.getProperty("java.class.path"), "dev.crease.compiler.cli.Crease", words));
    Map<String, Tensor> inputs = inputs(app.resolve("model.plan"));
    Map<String, Path> files = write(inputs, folder);
    List<Contestant> contestants =
        List.of(
            new Contestant(application(app, files)),
            new Contestant(onnxRuntime(model, inputs, files, List.of())),
            new Contestant(
                onnxRuntime(
                    model,
                    inputs,
                    files,
                    List.of("-Donnxruntime.native.path=" + unpackedLibrary(folder)))));
    for (int round = -1; round < rounds; round++) {
      for (Contestant contestant : contestants) {
        double milliseconds = firstLine(contestant.command());
        // The first of each kind reads its files from the disk.
        if (round >= 0) {
          contestant.times().add(milliseconds);
        }
      }
    }
    print(model, contestants);
  }

  private static void print(Path model, List<Contestant> contestants) {
    Path named = model.endsWith("model.onnx") ? model.getParent() : model;
    String name = String.valueOf(named).replaceFirst(".*/", "").replaceFirst("\\.onnx$", "");
    System.out.printf("%-24s", name);
    for (Contestant contestant : contestants) {
      System.out.printf(" %8.0f %8.0f", contestant.median(), contestant.fastest());
    }
    System.out.printf(
        " %7.2f %7.2f%n",
        contestants.get(0).median() / contestants.get(1).median(),
        contestants.get(0).fastest() / contestants.get(1).fastest());
  }

  private Map<String, Tensor> inputs(Path plan) throws IOException {
    Map<String, Tensor> inputs = Inputs.random(Plan.load(plan).inputs(), dims, 1);
    for (Tensor tensor : inputs.values()) {
      if (tensor.type() != ElementType.FLOAT32) {
        throw new ParameterException(spec.commandLine(), "an input is no float32: " + tensor);
      }
    }
    return inputs;
  }

  private static Map<String, Path> write(Map<String, Tensor> inputs, Path folder)
      throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
      ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * input.getValue().elements());
      bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(input.getValue().floats());
      Path file = folder.resolve("input" + files.size());
      files.put(input.getKey(), Files.write(file, bytes.array()));
    }
    return files;
  }

  private List<String> application(Path app, Map<String, Path> files) {
    List<String> command = new ArrayList<>(List.of(app.resolve("bin").resolve("run").toString()));
    files.forEach((name, file) -> command.add("--input=" + name + "=" + file));
    dims.forEach((name, size) -> command.add("--dim=" + name + "=" + size));
    return command;
  }

  private static List<String> onnxRuntime(
      Path model, Map<String, Tensor> inputs, Map<String, Path> files, List<String> options) {
    List<String> words = new ArrayList<>(List.of(model.toString()));
    files.forEach(
        (name, file) -> {
          String shape =
              Arrays.stream(Objects.requireNonNull(inputs.get(name)).shape())
                  .mapToObj(Integer::toString)
                  .collect(Collectors.joining(","));
          words.addAll(List.of(name, shape, file.toString()));
        });
    String path = place(OrtEnvironment.class) + File.pathSeparator + place(Startup.class);
    List<String> command = java(path, OnnxRuntimeStart.class.getName(), words);
    command.addAll(1, options);
    command.add(1, "--enable-native-access=ALL-UNNAMED");
    return command;
  }

  /// A jar or a folder of classes.
  private static Path place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class is at no place that has a name", e);
    }
  }

  private static List<String> java(String path, String main, List<String> words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (main.startsWith("dev.crease.compiler")) {
      command.add("--add-modules=jdk.incubator.vector");
    }
    command.addAll(List.of("-cp", path, main));
    command.addAll(words);
    return command;
  }

  /// The folder of ONNX Runtime's native libraries, as its jar holds them for this machine.
  private static Path unpackedLibrary(Path folder) throws IOException {
    Path libraries = Files.createDirectories(folder.resolve("libraries"));
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String os = system.contains("mac") ? "osx" : system.contains("win") ? "win" : "linux";
    String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x64";
    for (String name : List.of("onnxruntime", "onnxruntime4j_jni")) {
      String file = System.mapLibraryName(name);
      try (var in =
          OrtEnvironment.class.getResourceAsStream(
              "/ai/onnxruntime/native/" + os + "-" + machine + "/" + file)) {
        Files.write(libraries.resolve(file), in.readAllBytes());
      }
    }
    return libraries;
  }

  /// Runs a process and returns the milliseconds from its start to its first line.
  private double firstLine(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    File errors = File.createTempFile("startup", ".err");
    long start = System.nanoTime();
    Process process = builder.redirectError(errors).start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      double milliseconds = (System.nanoTime() - start) / 1e6;
      out.lines().forEach(_ -> {});
      int code = process.onExit().join().exitValue();
      if (line == null || code != 0) {
        throw new IOException(
            "code %d of %s%n%s".formatted(code, command, Files.readString(errors.toPath())));
      }
      return milliseconds;
    } finally {
      Files.delete(errors.toPath());
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
