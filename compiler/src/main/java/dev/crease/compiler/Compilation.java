package dev.crease.compiler;

import dev.crease.compiler.ir.Model;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.plan.Lowerer;
import dev.crease.compiler.provenance.Provenance;
import dev.crease.runtime.Plan;
import dev.crease.runtime.plan.PlanWriter;
import dev.crease.runtime.plan.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A compiled model, and how it came about. The model is lowered to a program when that is first
/// asked for: what the passes did can be told of any model, a program made of those whose operators
/// have instructions.
public final class Compilation {
  private final Model original;
  private final Model optimized;
  private final PassReport report;
  private final List<String> unlocked;
  private final Options options;
  private @Nullable Program program;

  Compilation(Model original, PassReport report, List<String> unlocked, Options options) {
    this.original = original;
    this.optimized = original.with(report.graph());
    this.report = report;
    this.unlocked = List.copyOf(unlocked);
    this.options = options;
  }

  /// The model as read.
  public Model original() {
    return original;
  }

  /// The same model after the passes; without dead nodes even if none ran.
  public Model optimized() {
    return optimized;
  }

  /// What the passes did, and what they declined.
  public PassReport report() {
    return report;
  }

  /// Names of inputs with an initializer that [Options#initializersAreConstant] made constants.
  public List<String> unlocked() {
    return unlocked;
  }

  public Options options() {
    return options;
  }

  /// What the plan file holds; its weights are computed when it is written or opened.
  ///
  /// @throws UnsupportedModelException with everything that has no instruction yet
  public synchronized Program program() {
    Program lowered = program;
    if (lowered == null) {
      lowered = Lowerer.lower(optimized.graph(), options.target().lanes(), metadata());
      program = lowered;
    }
    return lowered;
  }

  /// Opens the program in this process. Computes and packs all weights anew at each call.
  ///
  /// @throws UnsupportedModelException as [#program]
  public Plan plan() {
    return Plan.of(program());
  }

  /// Writes the plan file, one tensor of weights at a time.
  ///
  /// @throws UnsupportedModelException as [#program]
  public void write(Path path) throws IOException {
    PlanWriter.write(program(), path);
  }

  private Map<String, String> metadata() {
    Map<String, String> metadata = new TreeMap<>();
    metadata.put("model", original.graph().name());
    metadata.put("compiler", "crease " + Version.current());
    metadata.put("options", options.describe());
    metadata.put("rewrites", Integer.toString(report.rewrites().size()));
    int normalizations = report.normalizations().size();
    int left = report.normalizationsLeft().size();
    metadata.put("normalizations", (normalizations - left) + " of " + normalizations + " removed");
    if (!original.producer().isEmpty()) {
      metadata.put("producer", original.producer());
    }
    original.metadata().forEach((key, value) -> metadata.put("model." + key, value));
    metadata.remove("model." + Provenance.METADATA);
    return metadata;
  }
}
