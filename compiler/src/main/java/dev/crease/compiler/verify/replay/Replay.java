package dev.crease.compiler.verify.replay;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Makes the rewrites of a log again, and tells whether what comes out is what came out.
///
/// Rewrites of one sweep are made together, since all are about one graph. A log may be cut after
/// any rewrite: `result` is then the graph that passes make when they are stopped there.
public final class Replay {
  private Replay() {}

  /// What is wrong with a log; empty if `result` is what its rewrites make of `original`.
  ///
  /// @param log in any order
  public static List<String> findings(Graph original, List<Rewrite> log, Graph result) {
    List<String> findings = new ArrayList<>();
    compare("inputs", original.inputs(), result.inputs(), findings);
    compare("outputs", original.outputs(), result.outputs(), findings);
    if (!original.defaults().equals(result.defaults())) {
      findings.add("the defaults of inputs changed");
    }
    if (!findings.isEmpty()) {
      return List.copyOf(findings);
    }
    try {
      return replay(original, log, result);
    } catch (ReplayException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  private static List<String> replay(Graph original, List<Rewrite> log, Graph result) {
    Numbering numbering = new Numbering();
    Map<String, Term> names = new HashMap<>();
    Sweep.State state = new Sweep.State(numbering.read(original, names), names);
    Set<String> outputNames =
        original.outputs().stream().map(Value::name).collect(Collectors.toSet());
    Map<Integer, List<Rewrite>> sweeps =
        log.stream()
            .collect(Collectors.groupingBy(Rewrite::sweep, TreeMap::new, Collectors.toList()));
    for (List<Rewrite> rewrites : sweeps.values()) {
      state = Sweep.replay(numbering, state, rewrites, outputNames);
    }
    return Comparison.findings(
        state.body().outputs(),
        numbering.read(result, new HashMap<>()).outputs(),
        result.outputs().stream().map(Value::name).toList());
  }

  private static void compare(
      String what, List<Value> before, List<Value> after, List<String> findings) {
    boolean same = before.size() == after.size();
    for (int i = 0; same && i < before.size(); i++) {
      same =
          before.get(i).name().equals(after.get(i).name())
              && before.get(i).type().agreesWith(after.get(i).type());
    }
    if (!same) {
      findings.add("the %s changed from %s to %s".formatted(what, before, after));
    }
  }
}
