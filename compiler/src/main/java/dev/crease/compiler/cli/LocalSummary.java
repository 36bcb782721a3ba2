package dev.crease.compiler.cli;

import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.verify.Difference;
import dev.crease.compiler.verify.LayerFinding;
import dev.crease.compiler.verify.LocalReport;
import dev.crease.compiler.verify.RewriteFinding;
import dev.crease.compiler.verify.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What local checks found, for people: a line for each rule and one for the nodes that came out,
/// and one for everything that is WRONG or only within budget.
///
/// @param each whether every rewrite and every node has a line as well
record LocalSummary(LocalReport report, boolean each) {
  /// Findings of one kind, added up.
  private static final class Tally {
    private final Map<Verdict, Integer> counts = new LinkedHashMap<>();
    private int count;
    private double bound;
    private double observed;
    private double fraction;

    void add(Verdict verdict, Difference difference) {
      counts.merge(verdict, 1, Integer::sum);
      count++;
      bound = Math.max(bound, difference.bound());
      observed = Math.max(observed, difference.observed());
      fraction = Math.max(fraction, difference.fraction());
    }

    /// `12 rewrites, 11 within bound, 1 WRONG; largest bound 2.1e-05, ...`
    String line(String noun) {
      StringBuilder line = new StringBuilder(Quantity.of(count, noun));
      for (Verdict verdict : Verdict.values()) {
        if (counts.containsKey(verdict)) {
          line.append(", ").append(counts.get(verdict)).append(' ').append(verdict);
        }
      }
      if (bound > 0 || observed > 0) {
        line.append("; largest bound %.2e, difference %.2e".formatted(bound, observed));
        line.append(", at most %s of its bound".formatted(Difference.share(fraction)));
      }
      return line.toString();
    }
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    Map<String, Tally> rules = new LinkedHashMap<>();
    Tally nodes = new Tally();
    Tally all = new Tally();
    for (RewriteFinding finding : report.rewrites()) {
      Tally rule = rules.computeIfAbsent(finding.rewrite().pass(), _ -> new Tally());
      rule.add(finding.verdict(), finding.difference());
      all.add(finding.verdict(), finding.difference());
    }
    report.layers().forEach(finding -> nodes.add(finding.verdict(), finding.difference()));
    if (each) {
      report.rewrites().forEach(finding -> lines.add(finding.toString()));
      report.layers().forEach(finding -> lines.add(finding.toString()));
    }
    rules.forEach((rule, tally) -> lines.add(rule + ": " + tally.line("rewrite")));
    lines.add(
        report.log().isEmpty()
            ? "replay: these rewrites and no others make the optimized graph"
            : "replay: WRONG");
    report.log().forEach(finding -> lines.add("WRONG: " + finding));
    lines.add("all rules: " + all.line("rewrite"));
    if (!report.layers().isEmpty()) {
      lines.add("kernels: " + nodes.line("node"));
    }
    report.rewrites().stream().filter(f -> !f.verdict().agrees()).forEach(f -> lines.add(off(f)));
    report.layers().stream().filter(f -> !f.verdict().agrees()).forEach(f -> lines.add(off(f)));
    lines.add((report.layers().isEmpty() ? "rewrites: " : "rewrites and kernels: ") + verdict());
    lines.add("");
    return lines;
  }

  private String verdict() {
    if (!report.agrees()) {
      return Verdict.WRONG.toString();
    }
    return report.needsBudget() ? Verdict.WITHIN_BUDGET.toString() : "OK";
  }

  private static String off(RewriteFinding finding) {
    Rewrite rewrite = finding.rewrite();
    return "%s: rewrite %d, %s at %s: %s; --disable-rewrite %d leaves it out"
        .formatted(
            finding.verdict(),
            rewrite.number(),
            rewrite.pass(),
            rewrite.node(),
            finding.reason(),
            rewrite.number());
  }

  private static String off(LayerFinding finding) {
    return "%s: %s on the plan's kernels: %s; try --kernels scalar"
        .formatted(finding.verdict(), finding.node(), finding.difference());
  }
}
