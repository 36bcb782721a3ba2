package dev.crease.compiler.cli;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.frontend.onnx.TensorFile;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.TensorInfo;
import dev.crease.runtime.Value;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// One case in the format of ONNX's backend tests: a folder with `model.onnx` and folders
/// `test_data_set_*` of `input_*.pb` and `output_*.pb`, numbered as the model's inputs and outputs.
record ConformanceCase(Path folder) {
  enum Status {
    PASSED,
    FAILED,
    SKIPPED
  }

  /// @param reason why it failed or was skipped; empty if it passed
  /// @param difference the largest of all its outputs that are compared by size
  record Result(Path folder, Status status, String reason, double difference, long nanoseconds) {
    static long count(List<Result> results, Status status) {
      return results.stream().filter(result -> result.status() == status).count();
    }
  }

  static final String MODEL = "model.onnx";

  /// The cases below a folder, at any depth, by name. Symbolic links are followed, but for those
  /// that lead back to a folder they are in.
  static List<ConformanceCase> below(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new InputException(folder + " is not a folder; give folders that hold cases");
    }
    List<ConformanceCase> cases = new ArrayList<>();
    Files.walkFileTree(
        folder, Set.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new Finder(cases));
    cases.sort(Comparator.comparing(ConformanceCase::folder));
    return cases;
  }

  private static final class Finder extends SimpleFileVisitor<Path> {
    private final List<ConformanceCase> cases;

    Finder(List<ConformanceCase> cases) {
      this.cases = cases;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (file.endsWith(MODEL)) {
        cases.add(new ConformanceCase(Objects.requireNonNull(file.getParent())));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof FileSystemLoopException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }
  }

  /// Runs every data set. What the case throws is its failure; it does not stop the next case.
  Result run(CompileOptions options, Level level, int threads) {
    long start = System.nanoTime();
    Status status = Status.FAILED;
    String reason;
    double difference = 0;
    try {
      List<Path> sets = numbered(folder, "test_data_set_", "");
      if (sets.isEmpty()) {
        status = Status.SKIPPED;
        reason = "it has no test_data_set_*";
      } else {
        List<Comparison> comparisons = run(sets, options, level, threads);
        for (Comparison comparison : comparisons) {
          difference = Math.max(difference, comparison.difference());
        }
        status = Status.PASSED;
        reason = "";
      }
    } catch (UnsupportedModelException e) {
      status = Status.SKIPPED;
      reason = String.join("; ", e.findings());
    } catch (Disagreement e) {
      reason = String.valueOf(e.getMessage());
      difference = e.difference;
    } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      reason = FailureReport.of(e).paragraph();
    }
    return new Result(folder, status, reason, difference, System.nanoTime() - start);
  }

  private List<Comparison> run(List<Path> sets, CompileOptions options, Level level, int threads)
      throws IOException {
    List<Comparison> comparisons = new ArrayList<>();
    try (Engine engine = engine(options, level, threads)) {
      for (Path set : sets) {
        comparisons.addAll(runSet(engine, set));
      }
    }
    return comparisons;
  }

  private Engine engine(CompileOptions options, Level level, int threads) {
    Path model = folder.resolve(MODEL);
    SessionOptions session = SessionOptions.defaults().withWarmUp(false).withThreads(threads);
    return switch (level) {
      case INTERPRETER -> new Engine.Reference(Compiler.read(model).graph());
      case SCALAR ->
          Engine.of(options.compile(model).plan(), session.withKernels(KernelChoice.SCALAR));
      case VECTOR ->
          Engine.of(options.compile(model).plan(), session.withKernels(KernelChoice.VECTOR));
    };
  }

  private static List<Comparison> runSet(Engine engine, Path set) throws IOException {
    List<Path> inputFiles = numbered(set, "input_", ".pb");
    Map<String, Value> inputs = new LinkedHashMap<>();
    for (int i = 0; i < inputFiles.size(); i++) {
      if (i == engine.inputs().size()) {
        throw new InputException(
            "%s has %d inputs, the model %d".formatted(set, inputFiles.size(), i));
      }
      TensorInfo input = engine.inputs().get(i);
      inputs.put(input.name(), read(inputFiles.get(i), input));
    }
    Map<String, Value> outputs = engine.evaluate(inputs);
    List<Path> outputFiles = numbered(set, "output_", ".pb");
    if (outputFiles.size() != engine.outputs().size()) {
      throw new InputException(
          "%s has %d outputs, the model %d"
              .formatted(set, outputFiles.size(), engine.outputs().size()));
    }
    List<Comparison> comparisons = new ArrayList<>();
    for (int i = 0; i < outputFiles.size(); i++) {
      String name = engine.outputs().get(i).name();
      Value actual = Objects.requireNonNull(outputs.get(name));
      Value expected = read(outputFiles.get(i), engine.outputs().get(i));
      Comparison comparison = Comparison.of(expected, actual);
      if (!comparison.agrees()) {
        throw new Disagreement(
            "%s, output %s: %s".formatted(set.getFileName(), name, comparison),
            comparison.difference());
      }
      comparisons.add(comparison);
    }
    return comparisons;
  }

  /// What is no tensor has its own form; the element type of a tensor is the file's.
  private static Value read(Path file, TensorInfo info) {
    return TensorFile.read(file, info.holder(), info.type());
  }

  /// Entries of a folder named prefix, number, suffix; in the order of the numbers.
  private static List<Path> numbered(Path folder, String prefix, String suffix) throws IOException {
    Map<Integer, Path> byNumber = new TreeMap<>();
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        String name = entry.getFileName().toString();
        if (name.startsWith(prefix) && name.endsWith(suffix)) {
          String number = name.substring(prefix.length(), name.length() - suffix.length());
          if (number.matches("\\d{1,9}")) {
            byNumber.put(Integer.parseInt(number), entry);
          }
        }
      }
    }
    return List.copyOf(byNumber.values());
  }

  /// An output is not what the case expects.
  private static final class Disagreement extends RuntimeException {
    private static final long serialVersionUID = 1;

    final double difference;

    Disagreement(String message, double difference) {
      super(message);
      this.difference = difference;
    }
  }
}
