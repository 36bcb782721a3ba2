package dev.crease.compiler.cli;

import dev.crease.compiler.cli.CaseContents.Form;
import dev.crease.compiler.cli.ConformanceCase.Result;
import dev.crease.compiler.cli.ConformanceCase.Status;
import dev.crease.compiler.frontend.onnx.OnnxOutline.Operator;
import dev.crease.runtime.plan.Loops;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The results of conformance cases as a page of Markdown.
final class ConformanceReport {
  /// A case, by the plan on vector kernels and by the interpreter.
  record Entry(CaseContents contents, Result vector, Result interpreter) {
    String name() {
      Path folder = vector.folder();
      return folder
          .subpath(Math.max(0, folder.getNameCount() - 2), folder.getNameCount())
          .toString()
          .replace('\\', '/');
    }

    List<Result> failed() {
      return with(Status.FAILED);
    }

    /// What a level needs that skips the case.
    Optional<String> missing() {
      return with(Status.SKIPPED).stream()
          .map(Result::reason)
          .findFirst()
          .map(reason -> contents.need().orElse(reason.replace(vector.folder() + "/", "")));
    }

    private List<Result> with(Status status) {
      return Stream.of(vector, interpreter).filter(result -> result.status() == status).toList();
    }
  }

  private static final String OPENING =
      """
      # Conformance

      `crease conformance DIR...` runs every case below its folders that has the format of ONNX's
      backend tests: a `model.onnx` beside `test_data_set_*` with tensors in and out. It judges three
      ways to a result (`--level`): the interpreter in double, a plan on scalar kernels, a plan on
      vector kernels; the last two on any number of threads. A result is right if no element is
      further off than `2e-5 max|y| + 1e-6` (integers, booleans and strings: exactly), which is
      tighter than the `1e-3 |y|` of ONNX's own runner. What is not supported is skipped and counted,
      `--verbose` says why.

      This page was written by `crease conformance DIR... --report FILE`.
      """;

  private final List<Entry> entries;
  private final ConformanceReasons reasons = ConformanceReasons.ofOnnx();

  ConformanceReport(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  void write(OutputStream file) {
    PrintWriter out = new PrintWriter(file, false, StandardCharsets.UTF_8);
    out.println(OPENING);
    totals(out);
    failures(out);
    skipped(out);
    operators(out);
    shared(out);
    out.flush();
  }

  private void totals(PrintWriter out) {
    out.println("## Totals\n");
    out.println("| cases | level | passed | failed | skipped |");
    out.println("|---|---|---|---|---|");
    totals(out, "all", _ -> true);
    totals(out, "in scope", entry -> entry.contents().isInScope());
    out.println(
        """

        In scope are cases whose inputs and outputs are float32, float64, integers or booleans, of
        operators of the default domain from operator set 7 on, but those on quantized numbers and
        on text.
        """);
  }

  private void totals(PrintWriter out, String title, Predicate<Entry> of) {
    List<Entry> chosen = entries.stream().filter(of).toList();
    totals(out, title, "vector", chosen.stream().map(Entry::vector).toList());
    totals(out, title, "interpreter", chosen.stream().map(Entry::interpreter).toList());
  }

  private static void totals(PrintWriter out, String title, String level, List<Result> results) {
    out.printf(
        "| %s, %d | %s | %d | %d | %d |%n",
        title,
        results.size(),
        level,
        Result.count(results, Status.PASSED),
        Result.count(results, Status.FAILED),
        Result.count(results, Status.SKIPPED));
  }

  private void failures(PrintWriter out) {
    out.println("## Cases that fail\n");
    out.println("| case | levels | result | why it should |");
    out.println("|---|---|---|---|");
    for (Entry entry : entries) {
      List<Result> failed = entry.failed();
      if (!failed.isEmpty()) {
        out.printf(
            "| `%s` | %s | %s | %s |%n",
            entry.name(),
            failed.size() == 2
                ? "both"
                : failed.contains(entry.vector()) ? "vector" : "interpreter",
            cell(failed.getFirst().reason()),
            cell(reasons.of(entry.vector().folder()).orElse("")));
      }
    }
    out.println();
  }

  private void skipped(PrintWriter out) {
    out.println("## Cases that are skipped\n");
    out.println("They need what is not supported.\n");
    out.println("| what | cases |");
    out.println("|---|---|");
    entries.stream()
        .flatMap(entry -> entry.missing().stream())
        .collect(Collectors.groupingBy(missing -> missing, TreeMap::new, Collectors.counting()))
        .forEach((missing, count) -> out.printf("| %s | %d |%n", cell(missing), count));
    out.println();
  }

  private void operators(PrintWriter out) {
    out.println(
        """
        ## Operators

        For each operator set that the cases import: how many of those with the operator pass at the
        level `vector`. The last column says how a plan computes it, by the cases of it alone: on
        vectors, on plain loops, or by moving elements.

        | operator | operator set: cases | computed |
        |---|---|---|\
        """);
    Map<String, Map<Integer, List<Entry>>> table = new TreeMap<>();
    for (Entry entry : entries) {
      for (Operator operator : entry.contents().operators()) {
        table
            .computeIfAbsent(operator.name(), _ -> new TreeMap<>())
            .computeIfAbsent(operator.version(), _ -> new ArrayList<>())
            .add(entry);
      }
    }
    Map<String, Form> forms = forms();
    table.forEach(
        (name, versions) ->
            out.printf(
                "| %s | %s | %s |%n",
                name,
                cases(versions),
                Optional.ofNullable(forms.get(name)).map(Form::text).orElse("")));
    out.println();
  }

  private static String cases(Map<Integer, List<Entry>> versions) {
    List<String> cells = new ArrayList<>();
    versions.forEach(
        (version, of) -> {
          long passed = of.stream().filter(e -> e.vector().status() == Status.PASSED).count();
          cells.add("%d: %d of %d".formatted(version, passed, of.size()));
        });
    return String.join(", ", cells);
  }

  private void shared(PrintWriter out) {
    Map<String, Form> forms = forms();
    out.println(
        """
        ## Forms that are not an operator's own

        The interpreter has an evaluation of its own for every operator. In a plan, by the cases of
        one operator alone:
        """);
    out.println("- computed by other operators that define it: " + names(forms, Form::others));
    out.println(
        "- without loops on vectors, so that the levels `vector` and `scalar` run the same: "
            + names(forms, form -> form.loops() == Loops.PLAIN));
    out.println(
        "- moving elements, as `scalar` does: " + names(forms, form -> form.loops() == Loops.MOVE));
  }

  private static String names(Map<String, Form> forms, Predicate<Form> of) {
    return forms.keySet().stream()
        .filter(name -> of.test(forms.get(name)))
        .collect(Collectors.joining(", "));
  }

  /// Of each operator that there are cases of alone.
  private Map<String, Form> forms() {
    Map<String, Form> forms = new TreeMap<>();
    for (Entry entry : entries) {
      entry
          .contents()
          .form()
          .ifPresent(
              form ->
                  forms.merge(
                      entry.contents().operators().iterator().next().name(), form, Form::or));
    }
    return forms;
  }

  /// On one line, and without what ends a cell.
  private static String cell(String text) {
    return text.replaceAll("\\s+", " ").replace("|", "\\|");
  }
}
