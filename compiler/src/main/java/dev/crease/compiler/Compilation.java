package dev.crease.compiler;

import dev.crease.compiler.ir.Model;
import dev.crease.compiler.pass.PassReport;
import dev.crease.runtime.Plan;
import dev.crease.runtime.plan.PlanWriter;
import dev.crease.runtime.plan.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A compiled model, and how it came about.
///
/// @param original the model as read
/// @param optimized the same model after the passes; without dead nodes even if none ran
/// @param report what the passes did, and what they declined
/// @param unlocked names of inputs with an initializer that [Options#initializersAreConstant] made
///   constants
/// @param program what the plan file holds; its weights are computed when it is written or opened
public record Compilation(
    Model original,
    Model optimized,
    PassReport report,
    List<String> unlocked,
    Program program,
    Options options) {
  public Compilation {
    unlocked = List.copyOf(unlocked);
  }

  /// Opens the program in this process. Computes and packs all weights anew at each call.
  public Plan plan() {
    return Plan.of(program);
  }

  /// Writes the plan file, one tensor of weights at a time.
  public void write(Path path) throws IOException {
    PlanWriter.write(program, path);
  }
}
