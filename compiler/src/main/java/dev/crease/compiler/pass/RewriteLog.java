package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.pass.NormalizationRecord.Fate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Collects what sweeps did, and tells at the end where every BatchNormalization went and what
/// became of every bias.
///
/// Nodes are followed by the name of their first result, which changes only when it takes the name
/// of a graph output.
final class RewriteLog {
  private final List<Rewrite> rewrites = new ArrayList<>();
  private final Map<String, Map<String, PassReport.Decline>> declines = new LinkedHashMap<>();
  private final List<Normalization> normalizations = new ArrayList<>();
  private final BiasLog biases;
  private final Origins origins;
  private int sweeps;

  /// A BatchNormalization of the original graph: where it is now, and what took it away.
  private static final class Normalization {
    final String label;
    String name;
    Optional<Fate.Gone> gone = Optional.empty();

    Normalization(Node node) {
      label = node.label();
      name = site(node);
    }
  }

  RewriteLog(Graph original) {
    biases = new BiasLog(original);
    origins = new Origins(original);
    original
        .allNodes()
        .filter(RewriteLog::isNormalization)
        .map(Normalization::new)
        .forEach(normalizations::add);
  }

  /// What a node is known by: the name of its first result that is not left out.
  static String site(Node node) {
    return node.firstResult().orElseThrow().name();
  }

  static boolean isNormalization(Node node) {
    return node.op().schema().qualifiedName().equals("BatchNormalization");
  }

  /// Takes over what one sweep of `pass` did. Its declines replace those of the sweep before.
  ///
  /// @param graph what came out, without dead code
  void commit(String pass, RuleSweep.Result sweep, Graph graph) {
    sweeps++;
    Set<String> left = normalizations(graph);
    for (RuleSweep.Fired fired : sweep.fired()) {
      Node node = fired.node();
      List<Node> matched = fired.outcome().matched();
      Rewrite rewrite =
          new Rewrite(
              fired.number(),
              sweeps,
              pass,
              node.label(),
              fired.outcome().nodes().stream().map(Node::label).toList(),
              fired.outcome().met(),
              fired.outcome().message(),
              fired.replacement());
      rewrites.add(rewrite);
      biases.commit(fired, pass, sweep.renamed());
      boolean goesOn =
          present(site(node)).isEmpty()
              && fired.replacement().after().nodes().stream()
                  .anyMatch(after -> isNormalization(after) && site(after).equals(site(node)));
      for (Node each : matched) {
        // Of two rewrites of one sweep, one may read around what the other took in.
        String site = sweep.renamed().getOrDefault(site(each), site(each));
        boolean stays = each != node && left.contains(site);
        if (!isNormalization(each) || stays) {
          continue;
        }
        if (goesOn) {
          follow(site(each), site(node));
        } else {
          markGone(site(each), gone(rewrite, each == node));
        }
      }
    }
    for (Normalization normalization : normalizations) {
      normalization.name = sweep.renamed().getOrDefault(normalization.name, normalization.name);
    }
    biases.rename(sweep.renamed());
    origins.add(sweep.origins());
    Map<String, PassReport.Decline> latest = new LinkedHashMap<>();
    sweep
        .declined()
        .forEach(
            (node, reason) ->
                latest.put(
                    site(node), new PassReport.Decline(pass, node.label(), origins.told(reason))));
    declines.put(pass, latest);
  }

  private static Set<String> normalizations(Graph graph) {
    Set<String> sites = new HashSet<>();
    graph.allNodes().filter(RewriteLog::isNormalization).forEach(node -> sites.add(site(node)));
    return sites;
  }

  /// Another normalization does the work of the one named `name` from now on.
  private void follow(String name, String newName) {
    present(name).forEach(normalization -> normalization.name = newName);
  }

  private void markGone(String name, Fate.Gone gone) {
    present(name).forEach(normalization -> normalization.gone = Optional.of(gone));
  }

  private List<Normalization> present(String name) {
    return normalizations.stream()
        .filter(normalization -> normalization.name.equals(name) && normalization.gone.isEmpty())
        .toList();
  }

  /// @param own whether the rewritten node is the normalization itself
  private static Fate.Gone gone(Rewrite rewrite, boolean own) {
    String message =
        own ? "is " + rewrite.message() : "is gone: " + rewrite.node() + " " + rewrite.message();
    return new Fate.Gone(rewrite.number(), rewrite.pass(), message);
  }

  /// @param numbered the number of the last rewrite that was found
  /// @param limits what kept passes from doing all they could
  PassReport report(
      Graph graph, int numbered, List<PassReport.Timing> timings, Optional<String> limits) {
    Set<String> left = normalizations(graph);
    List<NormalizationRecord> records = new ArrayList<>();
    for (Normalization norm : normalizations) {
      records.add(new NormalizationRecord(norm.label, fate(norm, left, limits)));
      left.remove(norm.name);
    }
    graph
        .allNodes()
        .filter(node -> isNormalization(node) && left.contains(site(node)))
        .map(node -> new NormalizationRecord(node.label(), made(node, limits)))
        .forEach(records::add);
    List<PassReport.Decline> allDeclines =
        declines.values().stream().flatMap(byNode -> byNode.values().stream()).toList();
    return new PassReport(
        graph, numbered, rewrites, allDeclines, timings, records, biases.records(graph));
  }

  private Fate fate(Normalization normalization, Set<String> left, Optional<String> limits) {
    if (!left.contains(normalization.name)) {
      return normalization.gone.<Fate>map(gone -> gone).orElseGet(Fate.Unused::new);
    }
    return new Fate.Left(String.join("; ", reasons(normalization.name, limits)));
  }

  /// What a rewrite made of scales and shifts that were none of their own.
  private Fate made(Node node, Optional<String> limits) {
    List<String> reasons = new ArrayList<>(List.of("it was made of other scales and shifts"));
    reasons.addAll(reasons(site(node), limits));
    return new Fate.Left(String.join("; ", reasons));
  }

  private List<String> reasons(String name, Optional<String> limits) {
    List<String> reasons = new ArrayList<>();
    for (Map<String, PassReport.Decline> byNode : declines.values()) {
      PassReport.Decline decline = byNode.get(name);
      if (decline != null && !reasons.contains(decline.reason())) {
        reasons.add(decline.reason());
      }
    }
    limits.ifPresent(reasons::add);
    return reasons;
  }
}
