package dev.crease.compiler.cli;

import com.google.gson.stream.JsonWriter;
import dev.crease.compiler.Compiler;
import dev.crease.compiler.ir.NearestName;
import dev.crease.compiler.lint.Finding;
import dev.crease.compiler.lint.Lint;
import dev.crease.compiler.lint.Severity;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `crease lint`: where the numbers of a model are likely to go wrong.
@Command(
    name = "lint",
    header = "Look for numerical risks in a model.",
    description = {
      "%nLooks at BatchNormalizations and weights: statistics that were never updated or cannot be"
          + " right, scales that lose digits, channels that carry nothing, weights that slow"
          + " kernels down. Each finding says where, what, why it matters and what to do;"
          + " docs/lint.md describes all rules. Exit code 1 if a finding is as severe as --fail-on"
          + " says.",
      "%nExamples:",
      "  crease lint model.onnx",
      "  crease lint model.onnx --fail-on warning --disable dead-channel",
      "  crease lint model.onnx --json findings.json%n"
    })
final class LintCommand implements Callable<Integer> {
  @Parameters(paramLabel = "MODEL", description = "The model (.onnx, .crease).")
  private Path model;

  @Option(
      names = "--fail-on",
      paramLabel = "SEVERITY",
      defaultValue = "error",
      description =
          "The least severity that fails the command: info, warning or error. Default:"
              + " ${DEFAULT-VALUE}.")
  private Severity failOn = Severity.ERROR;

  @Option(
      names = "--disable",
      paramLabel = "ID",
      split = ",",
      description = "Leave out a rule, named as findings name it.")
  private List<String> disabled = List.of();

  @Option(names = "--json", paramLabel = "FILE", description = "Write all findings into this file.")
  private @Nullable Path json;

  private final Terminal terminal;

  LintCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /// What findings have in common: their rule, and what is said of it.
  private record Heading(String rule, Severity severity, String why, String todo) {
    static Heading of(Finding finding) {
      return new Heading(finding.rule(), finding.severity(), finding.why(), finding.todo());
    }
  }

  @Override
  public Integer call() throws IOException {
    for (String id : disabled) {
      if (!Lint.ids().contains(id)) {
        throw new UsageException(
            "--disable %s: there is no such rule, only %s%s"
                .formatted(id, Lint.ids(), NearestName.suggestion(id, Lint.ids())));
      }
    }
    ModelFile.requireModel(model);
    if (json != null) {
      OutputFile.requirePlace(json, model);
    }
    List<Finding> findings = Lint.check(Compiler.read(model).graph(), Set.copyOf(disabled));
    if (json != null) {
      OutputFile.write(json, out -> writeJson(findings, out));
    }
    print(findings);
    boolean fails = findings.stream().anyMatch(f -> f.severity().compareTo(failOn) >= 0);
    return fails ? ExitCode.CHECK_FAILED : ExitCode.DONE;
  }

  private void print(List<Finding> findings) {
    Map<Heading, List<Finding>> groups =
        findings.stream()
            .collect(Collectors.groupingBy(Heading::of, LinkedHashMap::new, Collectors.toList()));
    groups.forEach(
        (heading, found) -> {
          terminal.out().printf("%s %s%n", name(heading.severity()), heading.rule());
          found.forEach(each -> terminal.out().println("  " + each.where() + ": " + each.what()));
          terminal.out().println("  why: " + heading.why());
          terminal.out().println("  do: " + heading.todo());
          terminal.out().println();
        });
    terminal
        .out()
        .printf(
            "%s: %s, %s, %d for information%n",
            model,
            Quantity.of(count(findings, Severity.ERROR), "error"),
            Quantity.of(count(findings, Severity.WARNING), "warning"),
            count(findings, Severity.INFO));
  }

  private static long count(List<Finding> findings, Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }

  private static String name(Severity severity) {
    return severity.name().toLowerCase(Locale.ROOT);
  }

  private void writeJson(List<Finding> findings, OutputStream file) throws IOException {
    try (JsonWriter out = new JsonWriter(new OutputStreamWriter(file, StandardCharsets.UTF_8))) {
      out.setIndent("  ");
      out.beginObject().name("model").value(model.toString()).name("findings").beginArray();
      for (Finding finding : findings) {
        out.beginObject();
        out.name("rule").value(finding.rule());
        out.name("severity").value(name(finding.severity()));
        out.name("where").value(finding.where());
        out.name("what").value(finding.what());
        out.name("why").value(finding.why());
        out.name("todo").value(finding.todo());
        out.endObject();
      }
      out.endArray().endObject();
    }
  }
}
