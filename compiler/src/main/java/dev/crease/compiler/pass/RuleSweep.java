package dev.crease.compiler.pass;

import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Applies one rule to every node of a graph, again and again, and numbers what fires. A node with
/// subgraphs comes before the nodes inside them.
///
/// A rewrite that is disabled by its number is found by making it: the sweep is then done again
/// with that node left alone, and its number used up.
final class RuleSweep {
  private final Rule rule;
  private final PassOptions options;
  private final Map<String, Integer> disabledAt = new HashMap<>();
  private @Nullable Node current;

  RuleSweep(Rule rule, PassOptions options) {
    this.rule = rule;
    this.options = options;
  }

  /// A rewrite that was made.
  record Fired(int number, Node node, Outcome.Replaced outcome, Replacement replacement) {}

  /// A rewrite whose graph is not built yet.
  private record Pending(int number, Node node, Outcome.Replaced outcome) {
    Fired in(Rewriter out, Graph built) {
      Graph source = out.source();
      List<Value> results = node.outputs().stream().filter(value -> !value.isAbsent()).toList();
      return new Fired(
          number,
          node,
          outcome,
          Replacement.of(source, out.given(), outcome.nodes(), results, built, out::built));
    }
  }

  /// What one sweep did.
  ///
  /// @param renamed results that took the name of a graph output: old name to new
  /// @param origins results of nodes that do what others did: new name to old
  /// @param lastNumber the number of the last rewrite, made or disabled, so far
  record Result(
      Graph graph,
      List<Fired> fired,
      Map<Node, String> declined,
      Map<String, String> renamed,
      Map<String, String> origins,
      int lastNumber) {}

  /// The node that the rule was at last, for messages.
  Optional<Node> current() {
    return Optional.ofNullable(current);
  }

  /// Goes over `graph` once; rewrites are numbered from `lastNumber + 1`.
  Result sweep(Graph graph, int lastNumber) {
    Optional<Result> result = Optional.empty();
    while (result.isEmpty()) {
      result = attempt(graph, lastNumber);
    }
    return result.get();
  }

  /// One try; empty if it made a disabled rewrite, which is then known.
  private Optional<Result> attempt(Graph graph, int lastNumber) {
    Rewriter out = new Rewriter(graph);
    Attempt attempt = new Attempt(lastNumber);
    Graph result = attempt.over(out);
    current = null;
    if (attempt.failed) {
      return Optional.empty();
    }
    return Optional.of(
        new Result(
            attempt.fired.isEmpty() ? graph : result,
            attempt.inOrder(),
            attempt.declined,
            out.renamed(),
            out.origins(),
            attempt.number));
  }

  /// One try at a graph and its subgraphs.
  private final class Attempt {
    final List<Fired> fired = new ArrayList<>();
    final Map<Node, String> declined = new LinkedHashMap<>();
    int number;
    boolean failed;

    Attempt(int lastNumber) {
      number = lastNumber;
    }

    /// Rewrites as numbered: those inside subgraphs were built before those around them.
    List<Fired> inOrder() {
      return fired.stream().sorted(Comparator.comparingInt(Fired::number)).toList();
    }

    /// Goes over the rewriter's source until a disabled rewrite is made, and builds what came out.
    Graph over(Rewriter out) {
      List<Pending> pending = new ArrayList<>();
      for (Node node : out.source().nodes()) {
        if (failed) {
          return out.source();
        }
        visit(out, node, pending);
      }
      Graph built = out.build();
      for (Pending rewrite : pending) {
        current = rewrite.node();
        fired.add(rewrite.in(out, built));
      }
      return built;
    }

    private void visit(Rewriter out, Node node, List<Pending> pending) {
      current = node;
      String site = RewriteLog.site(node);
      Integer disabled = disabledAt.get(site);
      if (disabled != null || number >= options.lastRewrite()) {
        number += disabled != null && disabled == number + 1 ? 1 : 0;
        keep(out, node);
        return;
      }
      switch (apply(out, node)) {
        case Outcome.Replaced replaced -> {
          number++;
          if (options.disabledRewrites().contains(number)) {
            disabledAt.put(site, number);
            failed = true;
          }
          pending.add(new Pending(number, node, replaced));
        }
        case Outcome.NotApplicable _ -> keep(out, node);
        case Outcome.Declined(var reason) -> {
          declined.put(node, out.isInside() ? ofBranch(reason) : reason);
          keep(out, node);
        }
      }
    }

    /// A rule knows graphs, not what stands around one.
    private static String ofBranch(String reason) {
      return reason.replace("an output of the graph", "an output of the branch");
    }

    private void keep(Rewriter out, Node node) {
      Op op = ControlFlow.changed(node.op(), inner -> over(out.inside(inner)));
      if (!failed) {
        current = node;
        out.keep(node, op);
      }
    }
  }

  private Outcome apply(Rewriter out, Node node) {
    int before = out.emissions();
    Outcome outcome = rule.rewrite(out, node);
    boolean replaced = outcome instanceof Outcome.Replaced;
    if (!replaced && out.emissions() != before) {
      throw new IllegalStateException("the rule emitted nodes, but did not replace the node");
    }
    if (replaced && !out.hasMoved(node)) {
      throw new IllegalStateException("the rule replaced the node, but not all of its results");
    }
    return outcome;
  }
}
