package dev.crease.compiler;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.frontend.onnx.OnnxImport;
import dev.crease.compiler.frontend.onnx.OnnxOptions;
import dev.crease.compiler.frontend.onnx.OnnxReader;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.runtime.Plan;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// Compiles models.
///
/// ```
/// Plan plan = Compiler.compile(Path.of("resnet50.onnx"), Options.defaults());
/// ```
///
/// Every method throws [InvalidModelException] if the file breaks a rule,
/// [UnsupportedModelException] with everything in it that cannot be read yet, and
/// [CompilerBugException] if a check of the compiler's own fails; what has no instruction yet is
/// told when a plan is asked for.
public final class Compiler {
  private Compiler() {}

  /// The plan of a model file, ready to run: `.onnx` or `.crease` by its extension.
  public static Plan compile(Path file, Options options) {
    return compilation(file, options).plan();
  }

  /// As [#compile], with everything that was found out on the way.
  public static Compilation compilation(Path file, Options options) {
    Source read = source(file, options);
    return compilation(read.model(), read.unlocked(), options);
  }

  /// Compiles a model that is already a graph.
  public static Compilation compilation(Model model, Options options) {
    return compilation(model, List.of(), options);
  }

  private static Compilation compilation(Model model, List<String> unlocked, Options options) {
    return new Compilation(model, optimize(model, options), unlocked, options);
  }

  /// What the passes do to a model file, without a plan of it.
  public static PassReport report(Path file, Options options) {
    return optimize(read(file, options), options);
  }

  /// The model in a file, as [#compile] reads it.
  public static Model read(Path file) {
    return read(file, Options.defaults());
  }

  /// As [#read(Path)], with [Options#initializersAreConstant].
  public static Model read(Path file, Options options) {
    return source(file, options).model();
  }

  /// A model as read, and [Compilation#unlocked].
  private record Source(Model model, List<String> unlocked) {}

  private static Source source(Path file, Options options) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".onnx")) {
      OnnxImport onnx = OnnxReader.read(file, new OnnxOptions(options.initializersAreConstant()));
      return new Source(onnx.model(), onnx.unlocked());
    }
    if (name.endsWith(".crease")) {
      return new Source(readText(file), List.of());
    }
    throw new InvalidModelException(
        file + " is not a model by its name; a model's ends in .onnx or .crease");
  }

  private static Model readText(Path file) {
    try {
      return TextReader.read(file);
    } catch (NoSuchFileException e) {
      throw new InvalidModelException(file + " does not exist", e);
    } catch (IOException e) {
      throw new InvalidModelException(file + " cannot be read: " + e, e);
    }
  }

  private static PassReport optimize(Model model, Options options) {
    PassOptions passes = options.optimize() ? options.passes() : options.passes().stoppingAfter(0);
    return new PassRunner(Pipeline.inference(options.folds()), passes).run(model.graph());
  }
}
