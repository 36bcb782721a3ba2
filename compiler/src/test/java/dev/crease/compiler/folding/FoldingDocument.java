package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.verify.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The tables of `docs/folding.md` that come from runs of all cases: nothing in them depends on the
/// machine.
final class FoldingDocument {
  private static final String BEGIN = "<!-- generated from the cases -->\n";
  private static final String END = "<!-- end of what is generated -->\n";

  private FoldingDocument() {}

  /// The document with these tables in place of those that it has.
  ///
  /// @throws IllegalArgumentException if it has no place for them
  static String with(String document, List<FoldingRun> runs) {
    int begin = document.indexOf(BEGIN);
    int end = document.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("there is no " + BEGIN + "..." + END);
    }
    return document.substring(0, begin + BEGIN.length())
        + "\n"
        + String.join("\n", lines(runs))
        + "\n\n"
        + document.substring(end);
  }

  private static List<String> lines(List<FoldingRun> runs) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d cases, %d folds."
            .formatted(runs.size(), runs.stream().flatMap(FoldingRun::folds).count()));
    lines.add("");
    lines.add("| # | pattern | cases | stay | nodes before | after | folds | largest difference |");
    lines.add("|---|---|---|---|---|---|---|---|");
    Map<Pattern, List<FoldingRun>> byPattern =
        runs.stream()
            .collect(
                Collectors.groupingBy(
                    run -> run.which().pattern(),
                    () -> new EnumMap<>(Pattern.class),
                    Collectors.toList()));
    byPattern.forEach((pattern, each) -> lines.add(row(pattern, each)));
    lines.add("");
    lines.add("What declines, and what it says:");
    lines.add("");
    lines.add("| pass | cases | for example |");
    lines.add("|---|---|---|");
    Arrays.stream(Expected.values())
        .filter(expected -> !expected.fires())
        .forEach(expected -> lines.add(decline(expected, runs)));
    return lines;
  }

  private static String row(Pattern pattern, List<FoldingRun> runs) {
    long stay = runs.stream().filter(run -> !run.which().expected().fires()).count();
    return "| %d | %s | %d | %d | %s | %s | %s | %.1f |"
        .formatted(
            pattern.number(),
            pattern,
            runs.size(),
            stay,
            range(runs, run -> run.which().graph()),
            range(runs, run -> run.passes().graph()),
            verdicts(runs),
            runs.stream().mapToDouble(FoldingRun::largestShare).max().orElse(0));
  }

  private static String range(List<FoldingRun> runs, Function<FoldingRun, Graph> graph) {
    LongSummaryStatistics counts =
        runs.stream().mapToLong(run -> graph.apply(run).allNodes().count()).summaryStatistics();
    return counts.getMin() == counts.getMax()
        ? Long.toString(counts.getMin())
        : counts.getMin() + "-" + counts.getMax();
  }

  /// `34 proved, 2 within bound`.
  private static String verdicts(List<FoldingRun> runs) {
    Map<Verdict, Long> counts =
        runs.stream()
            .flatMap(FoldingRun::folds)
            .collect(
                Collectors.groupingBy(
                    finding -> finding.verdict(),
                    () -> new EnumMap<>(Verdict.class),
                    Collectors.counting()));
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private static String decline(Expected expected, List<FoldingRun> runs) {
    List<FoldingRun> those =
        runs.stream().filter(run -> run.which().expected() == expected).toList();
    String sentence =
        those.getFirst().passes().declines().stream()
            .filter(decline -> decline.pass().equals(expected.rule()))
            .map(PassReport.Decline::reason)
            .filter(reason -> reason.contains(expected.reason()))
            .findFirst()
            .orElseThrow();
    return "| %s | %d | %s |".formatted(expected.rule(), those.size(), sentence);
  }
}
