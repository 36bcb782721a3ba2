package dev.crease.compiler.pass;

import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import java.util.ArrayList;
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
  record Fired(int number, Node node, Outcome.Replaced outcome) {}

  /// What one sweep did.
  ///
  /// @param renamed results that took the name of a graph output: old name to new
  /// @param lastNumber the number of the last rewrite, made or disabled, so far
  record Result(
      Graph graph,
      List<Fired> fired,
      Map<Node, String> declined,
      Map<String, String> renamed,
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
    attempt.over(out);
    current = null;
    if (attempt.failed) {
      return Optional.empty();
    }
    Graph result = attempt.fired.isEmpty() ? graph : out.build();
    return Optional.of(
        new Result(result, attempt.fired, attempt.declined, out.renamed(), attempt.number));
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

    /// Goes over the rewriter's source until a disabled rewrite is made.
    Rewriter over(Rewriter out) {
      for (Node node : out.source().nodes()) {
        if (!failed) {
          visit(out, node);
        }
      }
      return out;
    }

    private void visit(Rewriter out, Node node) {
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
          fired.add(new Fired(number, node, replaced));
        }
        case Outcome.NotApplicable _ -> keep(out, node);
        case Outcome.Declined(var reason) -> {
          declined.put(node, reason);
          keep(out, node);
        }
      }
    }

    private void keep(Rewriter out, Node node) {
      Op op = ControlFlow.changed(node.op(), inner -> over(out.inside(inner)).build());
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
