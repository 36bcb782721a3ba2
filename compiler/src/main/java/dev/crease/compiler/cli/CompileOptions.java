package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.Target;
import dev.crease.compiler.ir.NearestName;
import dev.crease.compiler.pass.ConvolutionTimer;
import dev.crease.compiler.pass.FoldOptions;
import dev.crease.compiler.pass.NodeEvaluator;
import dev.crease.compiler.pass.Pipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// How a model is compiled.
final class CompileOptions {
  /// Those that say how a model is read.
  static final Set<String> READING = Set.of("--initializers-are-constant");

  /// Those that have an effect on a model that no rewrite is made of.
  private static final Set<String> WITHOUT_REWRITES =
      Set.of("-O", "--target", "--initializers-are-constant", "--dump");

  @Option(
      names = "--target",
      paramLabel = "MACHINE",
      defaultValue = "auto",
      description =
          "The machine to lay weights out for: avx512, avx2, neon, or auto for this one. The plan"
              + " runs on all. Default: ${DEFAULT-VALUE}.")
  Target target = Target.AUTO;

  @Option(
      names = "--initializers-are-constant",
      description =
          "Take initializers that the model also lists as inputs for constants, so that they can be"
              + " folded. Without it a caller may override them, as ONNX says.")
  boolean initializersAreConstant;

  @Option(
      names = "--exact",
      description =
          "Make only rewrites that change results by no more than the rounding of stored weights:"
              + " subnormal weights stay, and convolutions are computed product by product.")
  boolean exact;

  @Option(
      names = "--tune",
      description =
          "Time each convolution that can be computed in several ways on this machine, about a"
              + " second each, and take the fastest; without it a model of their cost decides."
              + " Plans may then differ from one compilation to the next.")
  boolean tune;

  /// One for all compilations of a command, which are to agree.
  private final ConvolutionTimer timer = new ConvolutionTimer();

  @Option(
      names = "--clone-limit",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Compute a convolution or product that is also read elsewhere a second time for a"
              + " normalization to go into, if an element of its result takes at most N"
              + " multiplications. Default: ${DEFAULT-VALUE}, never.")
  double cloneLimit;

  @Option(
      names = "-O",
      paramLabel = "LEVEL",
      defaultValue = "1",
      description = "0 leaves out every rewrite, 1 makes all. Default: ${DEFAULT-VALUE}.")
  int level = 1;

  @Option(
      names = "--disable-rule",
      paramLabel = "NAME",
      split = ",",
      description = "Leave out a pass, named as `crease explain` names it.")
  List<String> disabledRules = List.of();

  @Option(
      names = "--disable-rewrite",
      paramLabel = "N",
      split = ",",
      description = "Leave out rewrite number N, counted as `crease explain` does.")
  List<Integer> disabledRewrites = List.of();

  @Option(
      names = "--stop-after",
      paramLabel = "N",
      description = "Stop optimizing after rewrite number N.")
  @Nullable Integer stopAfter;

  @Option(
      names = "--dump",
      paramLabel = "DIR",
      description = "Write the graph, as text, into this folder after every pass that changes it.")
  @Nullable Path dumps;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /// @throws UsageException likewise if a rewrite to leave out was not there
  Compilation compile(Path model) {
    Compilation compilation = compile(model, options());
    int rewrites = compilation.report().numbered();
    for (int rewrite : disabledRewrites) {
      if (rewrite > rewrites) {
        throw new UsageException(
            "--disable-rewrite %d: there are only %s"
                .formatted(rewrite, Quantity.of(rewrites, "rewrite")));
      }
    }
    // Numbers go on past the last rewrite where the rest is only tried.
    if (stopAfter != null && stopAfter > rewrites) {
      throw new UsageException(
          "--stop-after %d: there are only %s"
              .formatted(stopAfter, Quantity.of(rewrites, "rewrite")));
    }
    return compilation;
  }

  /// Refuses all options but the `allowed` ones where nothing is compiled by them.
  ///
  /// @throws UsageException if one is given
  void refuseAllBut(Set<String> allowed, String reason) {
    GivenOptions.refuseAllBut(command, CompileOptions.class, allowed, reason);
  }

  /// Refuses `-O` where a model is compiled with and without rewrites whatever it says.
  ///
  /// @throws UsageException if it is given
  void refuseLevel(String reason) {
    GivenOptions.refuse(command, Set.of("-O"), reason);
  }

  /// Refuses `--tune` where rewrites are to be made again elsewhere.
  ///
  /// @throws UsageException if it is given
  void refuseTuning(String reason) {
    GivenOptions.refuse(command, Set.of("--tune"), reason);
  }

  /// Refuses what lays out a plan where none is made.
  ///
  /// @throws UsageException if it is given
  void refuseLayout(String reason) {
    GivenOptions.refuse(command, Set.of("--target"), reason);
  }

  /// Compiles without any rewrite.
  Compilation compileUnoptimized(Path model) {
    return compile(model, options().unoptimized());
  }

  private static Compilation compile(Path model, Options options) {
    ModelFile.requireModel(model);
    return Compiler.compilation(model, options);
  }

  private FoldOptions folds() {
    if (cloneLimit < 0) {
      throw new UsageException("--clone-limit " + cloneLimit + ": give 0 or more");
    }
    return new FoldOptions(exact, cloneLimit, tune ? Optional.of(timer) : Optional.empty());
  }

  /// @throws UsageException if an option's value is not possible
  /// @throws InputException if the folder for the dumps cannot be made
  Options options() {
    List<String> rules = Pipeline.inference(NodeEvaluator.NONE, folds()).names();
    for (String rule : disabledRules) {
      if (!rules.contains(rule)) {
        throw new UsageException(
            "--disable-rule %s: there is no such pass, only %s%s"
                .formatted(rule, rules, NearestName.suggestion(rule, rules)));
      }
    }
    if (level < 0 || level > 1) {
      throw new UsageException("-O" + level + ": give -O0 or -O1");
    }
    if (level == 0) {
      refuseAllBut(WITHOUT_REWRITES, "-O0 leaves out every rewrite");
    }
    for (int rewrite : disabledRewrites) {
      if (rewrite < 1) {
        throw new UsageException("--disable-rewrite " + rewrite + ": rewrites are counted from 1");
      }
    }
    if (dumps != null) {
      OutputFile.makeFolder(dumps);
    }
    Options options =
        Options.defaults()
            .with(folds())
            .withTarget(target)
            .withInitializersConstant(initializersAreConstant)
            .without(Set.copyOf(disabledRules))
            .withoutRewrites(Set.copyOf(disabledRewrites));
    if (level == 0) {
      options = options.unoptimized();
    }
    if (stopAfter != null) {
      if (stopAfter < 0) {
        throw new UsageException("--stop-after " + stopAfter + ": give 0 or more");
      }
      options = options.stoppingAfter(stopAfter);
    }
    return dumps == null ? options : options.dumpingTo(dumps);
  }
}
