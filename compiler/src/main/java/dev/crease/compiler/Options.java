package dev.crease.compiler;

import dev.crease.compiler.pass.FoldOptions;
import dev.crease.compiler.pass.PassOptions;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/// How to compile.
///
/// @param optimize whether rewrites are made at all
/// @param passes which of them run, and where graphs are dumped
/// @param folds how far folds go
/// @param initializersAreConstant take initializers that are also listed as inputs for constants,
///   although callers of a model of IR version 4 or later may override them
/// @param target the machine that weights are packed for
public record Options(
    boolean optimize,
    PassOptions passes,
    FoldOptions folds,
    boolean initializersAreConstant,
    Target target) {
  /// Everything on, initializers as the model's specification says, for the machine that compiles.
  public static Options defaults() {
    return new Options(true, PassOptions.defaults(), FoldOptions.defaults(), false, Target.AUTO);
  }

  /// The model as it is: no rewrite is made.
  public Options unoptimized() {
    return new Options(false, passes, folds, initializersAreConstant, target);
  }

  public Options with(PassOptions newPasses) {
    return new Options(optimize, newPasses, folds, initializersAreConstant, target);
  }

  public Options with(FoldOptions newFolds) {
    return new Options(optimize, passes, newFolds, initializersAreConstant, target);
  }

  /// Leaves out the passes of these names.
  public Options without(Set<String> disabledPasses) {
    return with(passes.without(disabledPasses));
  }

  /// Leaves out the rewrites of these numbers, counted from 1 as the report does.
  public Options withoutRewrites(Set<Integer> rewrites) {
    return with(passes.withoutRewrites(rewrites));
  }

  /// Stops optimizing after the rewrite of this number.
  public Options stoppingAfter(int rewrite) {
    return with(passes.stoppingAfter(rewrite));
  }

  /// Writes the graph after every pass that changed it into `folder`.
  public Options dumpingTo(Path folder) {
    return with(passes.dumpingTo(folder));
  }

  /// Writes no graph.
  public Options withoutDumps() {
    return with(passes.withoutDumps());
  }

  public Options withInitializersConstant(boolean constant) {
    return new Options(optimize, passes, folds, constant, target);
  }

  public Options withTarget(Target newTarget) {
    return new Options(optimize, passes, folds, initializersAreConstant, newTarget);
  }

  /// All that decides what the plan is, as text for its metadata.
  public String describe() {
    StringBuilder text = new StringBuilder(optimize ? "optimized" : "unoptimized");
    if (initializersAreConstant) {
      text.append(", initializers are constant");
    }
    if (folds.exact()) {
      text.append(", exact");
    }
    if (folds.times().isPresent()) {
      text.append(", tuned");
    }
    if (folds.cloneLimit() > 0) {
      text.append(", copies of at most ").append(folds.cloneLimit()).append(" multiplications");
    }
    if (!passes.disabledPasses().isEmpty()) {
      text.append(", without ").append(String.join(" ", new TreeSet<>(passes.disabledPasses())));
    }
    if (!passes.disabledRewrites().isEmpty()) {
      text.append(", without rewrites ").append(new TreeSet<>(passes.disabledRewrites()));
    }
    if (passes.lastRewrite() != Integer.MAX_VALUE) {
      text.append(", stopped after rewrite ").append(passes.lastRewrite());
    }
    return text.toString();
  }
}
