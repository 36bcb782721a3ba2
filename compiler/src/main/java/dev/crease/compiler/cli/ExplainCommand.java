package dev.crease.compiler.cli;

import dev.crease.compiler.Compilation;
import dev.crease.compiler.LoggedRewrite;
import dev.crease.compiler.ir.ConstantHashes;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.pass.NormalizationRecord;
import dev.crease.compiler.pass.PassReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `crease explain`: what optimizing did, what it did not, and why.
@Command(
    name = "explain",
    header = "Tell every rewrite of a model, and every decline with its reason.",
    description = {
      "%nExamples:",
      "  crease explain model.onnx",
      "  crease explain model.onnx --initializers-are-constant",
      "  crease explain model.onnx --timings",
      "  crease explain model.onnx --rewrite 12          all about one rewrite",
      "  crease explain model.onnx --log rewrites.json   and of every one, for tools",
      "  crease explain model.onnx --assert-no-bn        exit code 1 if one is left",
      "  crease explain model.onnx --baseline folds.json --update-baseline",
      "  crease explain model.onnx --baseline folds.json exit code 1 if a fold is lost%n"
    })
final class ExplainCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "The model (.onnx, .crease).")
  private Path model;

  @Option(names = "--timings", description = "Tell also what each pass cost.")
  private boolean timings;

  @Option(
      names = "--rewrite",
      paramLabel = "N",
      split = ",",
      description =
          "Tell only rewrite number N, and all of it: the nodes that it matched, the preconditions"
              + " that were checked, the graph before and after, and each constant with the first"
              + " digits of its SHA-256.")
  private List<Integer> chosen = List.of();

  @Mixin private LogOption log;
  @Mixin private FoldChecks checks;
  @Mixin private CompileOptions options;

  @Spec private CommandSpec command;

  private final Terminal terminal;

  ExplainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    ModelFile.requireModel(model);
    options.refuseLayout("no plan is made");
    if (!chosen.isEmpty()) {
      GivenOptions.refuse(command, Set.of("--timings"), "--rewrite tells of rewrites alone");
    }
    checks.require(model);
    log.require(model, options);
    Compilation compilation = options.compile(model);
    PassReport report = compilation.report();
    PrintWriter out = terminal.out();
    if (chosen.isEmpty()) {
      tellAll(compilation, out);
    } else {
      details(report).forEach(out::println);
    }
    log.write(model, compilation, List.of());
    boolean hold = checks.hold(model, compilation, out);
    return checks.conclude(hold, model, compilation, out);
  }

  /// @throws UsageException if one that is chosen was not made
  private List<String> details(PassReport report) {
    ConstantHashes hashes = new ConstantHashes();
    List<String> lines = new ArrayList<>();
    for (int number : chosen) {
      Rewrite rewrite =
          report.rewrites().stream()
              .filter(each -> each.number() == number)
              .findFirst()
              .orElseThrow(
                  () ->
                      new UsageException(
                          "--rewrite %d: %s; %s made"
                              .formatted(
                                  number,
                                  options.disabledRewrites.contains(number)
                                      ? "--disable-rewrite leaves it out"
                                      : "there is none",
                                  made(report.rewrites()))));
      lines.addAll(new RewriteDetails(LoggedRewrite.of(rewrite, hashes)).lines());
    }
    return lines;
  }

  private static String made(List<Rewrite> rewrites) {
    return switch (rewrites.size()) {
      case 0 -> "none was";
      case 1 -> "number %d alone was".formatted(rewrites.getFirst().number());
      default ->
          "%d, numbered %d to %d, were"
              .formatted(
                  rewrites.size(), rewrites.getFirst().number(), rewrites.getLast().number());
    };
  }

  private void tellAll(Compilation compilation, PrintWriter out) {
    PassReport report = compilation.report();
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
