package dev.crease.compiler.cli;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.frontend.onnx.OnnxWriter;
import dev.crease.compiler.frontend.onnx.TensorFile;
import dev.crease.compiler.ir.Model;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Makes the committed conformance cases anew: each `NAME.crease` in the folder given becomes
/// `NAME/model.onnx` and two data sets, with inputs from a seed and outputs by the double
/// interpreter. The comparison of samples/benchmarks judges them by ONNX Runtime.
final class ConformanceRecipe {
  private ConformanceRecipe() {}

  public static void main(String... arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    List<Path> texts;
    try (Stream<Path> entries = Files.list(folder)) {
      texts = entries.filter(ModelFile::isText).sorted().toList();
    }
    for (Path text : texts) {
      write(Compiler.read(text), Files.createDirectories(ModelFile.withEnding(text, "")));
    }
  }

  private static void write(Model model, Path folder) throws IOException {
    OnnxWriter.write(model, folder.resolve(ConformanceCase.MODEL));
    Engine.Reference reference = new Engine.Reference(model.graph());
    for (int set = 0; set < 2; set++) {
      InputOptions inputs = new InputOptions();
      inputs.seed = 100 + set;
      inputs.dimensions.given = dims(reference.inputs(), set);
      Map<String, Tensor> given = inputs.tensors(reference.inputs());
      Path data = Files.createDirectories(folder.resolve("test_data_set_" + set));
      write(given, data, "input_");
      write(reference.run(given), data, "output_");
    }
  }

  /// Other sizes in each set, for the symbols that there are.
  private static List<String> dims(List<TensorInfo> inputs, int set) {
    Map<String, Integer> sizes =
        set == 0 ? Map.of("N", 1, "H", 7, "W", 10) : Map.of("N", 3, "H", 8, "W", 5);
    List<String> symbols = inputs.stream().flatMap(input -> input.dimensions().stream()).toList();
    return sizes.entrySet().stream()
        .filter(entry -> symbols.contains(entry.getKey()))
        .map(Map.Entry::toString)
        .toList();
  }

  private static void write(Map<String, Tensor> tensors, Path folder, String prefix)
      throws IOException {
    int number = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Path file = folder.resolve(prefix + number++ + ".pb");
      TensorFile.write(file, entry.getKey(), entry.getValue());
    }
  }
}
