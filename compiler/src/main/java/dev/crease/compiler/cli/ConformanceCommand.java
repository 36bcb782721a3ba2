package dev.crease.compiler.cli;

import com.google.gson.stream.JsonWriter;
import dev.crease.compiler.cli.ConformanceCase.Result;
import dev.crease.compiler.cli.ConformanceCase.Status;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `crease conformance`: ONNX's backend tests.
@Command(
    name = "conformance",
    header = "Run cases in the format of ONNX's backend tests.",
    description = {
      "%nA case is a folder with model.onnx and test_data_set_*/{input,output}_*.pb; every case"
          + " below the given folders is run. Floating-point outputs must agree within 2e-5 max|y|"
          + " + 1e-6, all others exactly. A case whose model cannot be compiled yet is skipped."
          + " Prints each failure, then one line of totals; exit code 1 if a case failed.",
      "%nExamples:",
      "  crease conformance onnx-suite",
      "  crease conformance onnx-suite/node --level interpreter --verbose",
      "  crease conformance onnx-suite --level scalar --threads 2 --json results.json",
      "  crease conformance onnx-suite --threads 2 --report conformance.md%n"
    })
final class ConformanceCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", arity = "1..*", description = "Folders with cases at any depth.")
  private List<Path> folders;

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      defaultValue = "vector",
      description =
          "What runs: interpreter (the reference semantics, in double), scalar, or vector (the"
              + " compiled plan on these kernels). Default: ${DEFAULT-VALUE}.")
  private Level level = Level.VECTOR;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that work on a run. Default: ${DEFAULT-VALUE}.")
  private int threads;

  @Option(names = "--json", paramLabel = "FILE", description = "Write all results into this file.")
  private @Nullable Path json;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Run the interpreter, too, and write both results into this file, as a page of Markdown:"
              + " totals, what fails and is skipped and why, a table of operators and operator"
              + " sets.")
  private @Nullable Path report;

  @Option(names = "--verbose", description = "Print cases that passed or were skipped, too.")
  private boolean verbose;

  @Mixin private CompileOptions options;

  @Spec private CommandSpec command;

  private final Terminal terminal;

  ConformanceCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    SessionFlags.requireThreads(threads);
    if (level == Level.INTERPRETER) {
      String why = "the interpreter runs models as they are, in one thread";
      options.refuseAllBut(Set.of(), why);
      if (threads > 1) {
        GivenOptions.refuse(command, Set.of("--threads"), why);
      }
    }
    if (report != null && level != Level.VECTOR) {
      throw new UsageException(
          "--report is of the levels vector and interpreter; leave --level out");
    }
    for (Path file : Stream.of(json, report).filter(Objects::nonNull).toList()) {
      OutputFile.requirePlace(file);
    }
    List<ConformanceCase> cases = cases();
    List<Result> results = new ArrayList<>();
    List<ConformanceReport.Entry> entries = new ArrayList<>();
    try (Progress progress = new Progress(terminal, "conformance", cases.size())) {
      for (ConformanceCase next : cases) {
        Result result = next.run(options, level, threads);
        results.add(result);
        if (report != null) {
          Result interpreted = next.run(options, Level.INTERPRETER, 1);
          CaseContents contents = CaseContents.of(next, options);
          entries.add(new ConformanceReport.Entry(contents, result, interpreted));
        }
        progress.step(String.valueOf(next.folder().getFileName()));
        print(result);
      }
    }
    if (json != null) {
      OutputFile.write(json, out -> writeJson(results, out));
    }
    if (report != null) {
      OutputFile.write(report, new ConformanceReport(entries)::write);
    }
    long failed = Result.count(results, Status.FAILED);
    terminal
        .out()
        .printf(
            "%d passed, %d failed, %d skipped%n",
            Result.count(results, Status.PASSED), failed, Result.count(results, Status.SKIPPED));
    return failed == 0 ? ExitCode.DONE : ExitCode.CHECK_FAILED;
  }

  private List<ConformanceCase> cases() throws IOException {
    List<ConformanceCase> cases = new ArrayList<>();
    for (Path folder : folders) {
      List<ConformanceCase> below = ConformanceCase.below(folder);
      if (below.isEmpty()) {
        throw new InputException(
            folder
                + ": there is no case below this folder; a case is a folder with model.onnx and"
                + " test_data_set_*");
      }
      cases.addAll(below);
    }
    return cases;
  }

  private void print(Result result) {
    if (result.status() != Status.FAILED && !verbose) {
      return;
    }
    String reason = result.reason().isEmpty() ? "" : ": " + result.reason();
    terminal.out().println(result.status() + " " + result.folder() + reason);
  }

  private void writeJson(List<Result> results, OutputStream file) throws IOException {
    try (JsonWriter out = new JsonWriter(new OutputStreamWriter(file, StandardCharsets.UTF_8))) {
      out.setIndent("  ");
      out.beginObject();
      out.name("level").value(level.name().toLowerCase(Locale.ROOT));
      out.name("threads").value(threads);
      for (Status status : Status.values()) {
        out.name(status.name().toLowerCase(Locale.ROOT)).value(Result.count(results, status));
      }
      out.name("cases").beginArray();
      for (Result result : results) {
        writeJson(result, out);
      }
      out.endArray();
      out.endObject();
    }
  }

  private static void writeJson(Result result, JsonWriter out) throws IOException {
    out.beginObject();
    out.name("folder").value(result.folder().toString());
    out.name("status").value(result.status().name().toLowerCase(Locale.ROOT));
    if (!result.reason().isEmpty()) {
      out.name("reason").value(result.reason());
    }
    if (Double.isFinite(result.difference())) {
      out.name("difference").value(result.difference());
    }
    out.name("milliseconds").value(result.nanoseconds() / 1e6);
    out.endObject();
  }
}
