package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.pass.NormalizationRecord;
import dev.crease.compiler.pass.PassReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `crease explain`: what optimizing did, what it did not, and why.
@Command(
    name = "explain",
    header = "Tell every rewrite of a model, and every decline with its reason.",
    description = {
      "%nExamples:",
      "  crease explain model.onnx",
      "  crease explain model.onnx --initializers-are-constant",
      "  crease explain model.onnx --timings",
      "  crease explain model.onnx --assert-no-bn        exit code 1 if one is left",
      "  crease explain model.onnx --baseline folds.json --update-baseline",
      "  crease explain model.onnx --baseline folds.json exit code 1 if a fold is lost%n"
    })
final class ExplainCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "The model (.onnx, .crease).")
  private Path model;

  @Option(names = "--timings", description = "Tell also what each pass cost.")
  private boolean timings;

  @Mixin private FoldChecks checks;
  @Mixin private CompileOptions options;

  private final Terminal terminal;

  ExplainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    ModelFile.requireModel(model);
    checks.require(model);
    Compilation compilation = options.compile(model);
    PassReport report = compilation.report();
    PrintWriter out = terminal.out();
    section(out, "Rewrites", report.rewrites());
    section(out, "Declined", report.otherDeclines());
    section(out, "BatchNormalization", report.normalizations());
    section(out, "Bias", report.biases());
    if (timings) {
      section(
          out,
          "Passes",
          report.timings().stream()
              .map(
                  timing ->
                      "%s: %s in %s, %s"
                          .formatted(
                              timing.pass(),
                              Quantity.of(timing.rewrites(), "rewrite"),
                              Quantity.of(timing.sweeps(), "sweep"),
                              Quantity.nanoseconds(timing.time().toNanos())))
              .toList());
    }
    out.println(summary(compilation));
    Overridables.unlocked(model, compilation).ifPresent(out::println);
    return checks.hold(model, compilation, out) ? ExitCode.DONE : ExitCode.CHECK_FAILED;
  }

  private static void section(PrintWriter out, String title, List<?> entries) {
    if (!entries.isEmpty()) {
      out.println(title);
      entries.forEach(entry -> out.println("  " + entry));
      out.println();
    }
  }

  /// As in `91 nodes -> 40; BatchNormalization left: 0 of 35`.
  static String summary(Compilation compilation) {
    PassReport report = compilation.report();
    List<NormalizationRecord> normalizations = report.normalizations();
    return "%s -> %d; BatchNormalization left: %d of %d"
        .formatted(
            Quantity.of(compilation.original().graph().allNodes().count(), "node"),
            report.graph().allNodes().count(),
            report.normalizationsLeft().size(),
            normalizations.size());
  }
}
