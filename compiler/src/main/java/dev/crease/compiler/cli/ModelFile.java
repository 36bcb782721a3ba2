package dev.crease.compiler.cli;

import dev.crease.runtime.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/// Models and plans are told apart by the endings of their files.
final class ModelFile {
  private ModelFile() {}

  static boolean isPlan(Path path) {
    return hasEnding(path, ".plan");
  }

  static boolean isOnnx(Path path) {
    return hasEnding(path, ".onnx");
  }

  static boolean isText(Path path) {
    return hasEnding(path, ".crease");
  }

  private static boolean hasEnding(Path path, String ending) {
    return path.toString().toLowerCase(Locale.ROOT).endsWith(ending);
  }

  /// @throws InputException if the file is missing or its ending is not a model's
  static void requireModel(Path path) {
    if (path.toString().isEmpty()) {
      InputFile.require(path);
    }
    if (isPlan(path)) {
      throw new InputException(path + " is a plan; give the model that it was compiled from");
    }
    if (!isOnnx(path) && !isText(path)) {
      throw new InputException(
          path + ": its ending tells nothing; a model ends in .onnx or .crease, a plan in .plan");
    }
    InputFile.require(path);
  }

  /// Loads a plan, or compiles a model.
  static Plan plan(Path path, CompileOptions options) throws IOException {
    if (!isPlan(path)) {
      return options.compile(path).plan();
    }
    options.refuseAllBut(Set.of(), path + " is a plan, compiled already");
    return load(path);
  }

  static Plan load(Path plan) throws IOException {
    InputFile.require(plan);
    return Plan.load(plan);
  }

  /// The same name with another ending: `a/b.onnx` to `a/b.plan`.
  static Path withEnding(Path path, String ending) {
    String name = path.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return path.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + ending);
  }
}
