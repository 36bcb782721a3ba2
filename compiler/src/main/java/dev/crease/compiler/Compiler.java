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
import dev.crease.compiler.plan.Lowerer;
import dev.crease.compiler.provenance.Provenance;
import dev.crease.runtime.Plan;
import dev.crease.runtime.plan.Program;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Compiles models.
///
/// ```
/// Plan plan = Compiler.compile(Path.of("resnet50.onnx"), Options.defaults());
/// ```
///
/// Every method throws [InvalidModelException] if the file breaks a rule,
/// [UnsupportedModelException] with everything that cannot be compiled yet, and
/// [CompilerBugException] if a check of the compiler's own fails.
public final class Compiler {
  private Compiler() {}

  /// The plan of a model file, ready to run: `.onnx` or `.crease` by its extension.
  public static Plan compile(Path file, Options options) {
    return compilation(file, options).plan();
  }

  /// As [#compile], with everything that was found out on the way.
  public static Compilation compilation(Path file, Options options) {
    Source read = read(file, options);
    return compilation(read.model(), read.unlocked(), options);
  }

  /// Compiles a model that is already a graph.
  public static Compilation compilation(Model model, Options options) {
    return compilation(model, List.of(), options);
  }

  private static Compilation compilation(Model model, List<String> unlocked, Options options) {
    PassReport report = optimize(model, options);
    Model optimized = model.with(report.graph());
    Program program =
        Lowerer.lower(
            optimized.graph(), options.target().lanes(), metadata(model, report, options));
    return new Compilation(model, optimized, report, unlocked, program, options);
  }

  /// What the passes do to a model file, without a plan of it.
  public static PassReport report(Path file, Options options) {
    return optimize(read(file, options).model(), options);
  }

  /// The model in a file, as [#compile] reads it.
  public static Model read(Path file) {
    return read(file, Options.defaults()).model();
  }

  /// A model as read, and [Compilation#unlocked].
  private record Source(Model model, List<String> unlocked) {}

  private static Source read(Path file, Options options) {
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

  private static Map<String, String> metadata(Model model, PassReport report, Options options) {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("model", model.graph().name());
    metadata.put("compiler", "crease " + Version.current());
    metadata.put("options", options.describe());
    metadata.put("rewrites", Integer.toString(report.rewrites().size()));
    int normalizations = report.normalizations().size();
    int left = report.normalizationsLeft().size();
    metadata.put("normalizations", (normalizations - left) + " of " + normalizations + " removed");
    if (!model.producer().isEmpty()) {
      metadata.put("producer", model.producer());
    }
    model.metadata().forEach((key, value) -> metadata.put("model." + key, value));
    metadata.remove("model." + Provenance.METADATA);
    return metadata;
  }
}
