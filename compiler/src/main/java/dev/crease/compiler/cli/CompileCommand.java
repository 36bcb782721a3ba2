package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `crease compile`: a model file to a plan file.
@Command(
    name = "compile",
    header = "Compile a model to a plan.",
    description = {
      "%nReads a model, optimizes it, and writes the plan that the runtime loads.",
      "%nExamples:",
      "  crease compile model.onnx                       writes model.plan beside it",
      "  crease compile model.onnx -o app.plan --target avx2",
      "  crease compile model.onnx --initializers-are-constant",
      "  crease compile model.onnx --assert-no-bn        no plan if one is left",
      "  crease compile model.onnx --stop-after 12 --dump graphs%n"
    })
final class CompileCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "An ONNX file (.onnx) or Crease text (.crease).")
  private Path model;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The plan to write. Default: beside the model, with the ending .plan.")
  private @Nullable Path output;

  @Mixin private FoldChecks checks;
  @Mixin private CompileOptions options;

  /// Normalizations that are left, one line each.
  private static final int MOST_TOLD = 5;

  private final Terminal terminal;

  CompileCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    ModelFile.requireModel(model);
    Path plan = output == null ? ModelFile.withEnding(model, ".plan") : output;
    if (ModelFile.isOnnx(plan) || ModelFile.isText(plan)) {
      throw new UsageException(
          "--output %s: that ending is a model's; a plan ends in .plan".formatted(plan));
    }
    OutputFile.requirePlace(plan, model);
    if (!ModelFile.isPlan(plan)) {
      throw new UsageException("--output %s: a plan ends in .plan".formatted(plan));
    }
    checks.require(model);
    Compilation compilation = options.compile(model);
    if (!checks.hold(model, compilation, terminal.out())) {
      terminal.out().printf("%s is not written%n", plan);
      return checks.conclude(false, model, compilation, terminal.out());
    }
    OutputFile.write(plan, () -> compilation.write(plan));
    terminal
        .out()
        .printf(
            "%s: %s -> %s, %s; %s: %s, %s, in %s%n",
            model,
            Quantity.of(compilation.original().graph().allNodes().count(), "node"),
            Quantity.of(compilation.report().graph().allNodes().count(), "node"),
            Quantity.of(compilation.report().rewrites().size(), "rewrite"),
            plan,
            Quantity.of(compilation.program().main().allInstructions().count(), "instruction"),
            Quantity.bytes(Files.size(plan)),
            Quantity.nanoseconds(System.nanoTime() - start));
    List<?> left = compilation.report().normalizationsLeft();
    left.stream().limit(MOST_TOLD).forEach(record -> terminal.out().println("  " + record));
    if (left.size() > MOST_TOLD) {
      terminal
          .out()
          .printf(
              "  and %d BatchNormalizations more; `crease explain` tells of each%n",
              left.size() - MOST_TOLD);
    }
    return checks.conclude(true, model, compilation, terminal.out());
  }
}
