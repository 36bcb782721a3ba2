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

/// Collects what sweeps did, and tells at the end where every BatchNormalization went.
///
/// Nodes are followed by the name of their first result, which changes only when it takes the name
/// of a graph output.
final class RewriteLog {
  private final List<Rewrite> rewrites = new ArrayList<>();
  private final Map<String, Map<String, PassReport.Decline>> declines = new LinkedHashMap<>();
  private final List<Normalization> normalizations = new ArrayList<>();
  private int sweeps;

  /// A BatchNormalization of the original graph: where it is now, and what took it away.
  private static final class Normalization {
    final String label;
    String name;
    Optional<Rewrite> goneBy = Optional.empty();

    Normalization(Node node) {
      label = node.label();
      name = site(node);
    }
  }

  RewriteLog(Graph original) {
    original
        .allNodes()
        .filter(RewriteLog::isNormalization)
        .map(Normalization::new)
        .forEach(normalizations::add);
  }

  /// What a node is known by: the name of its first result that is not left out.
  static String site(Node node) {
    return node.outputs().stream()
        .filter(value -> !value.isAbsent())
        .findFirst()
        .orElseThrow()
        .name();
  }

  static boolean isNormalization(Node node) {
    return node.op().schema().qualifiedName().equals("BatchNormalization");
  }

  /// Takes over what one sweep of `pass` did. Its declines replace those of the sweep before.
  void commit(String pass, RuleSweep.Result sweep) {
    sweeps++;
    for (RuleSweep.Fired fired : sweep.fired()) {
      Node node = fired.node();
      List<Node> matched = fired.outcome().matched();
      Rewrite rewrite =
          new Rewrite(
              fired.number(),
              sweeps,
              pass,
              node.label(),
              matched.stream().map(Node::label).toList(),
              fired.outcome().message(),
              fired.replacement());
      rewrites.add(rewrite);
      matched.stream().filter(RewriteLog::isNormalization).forEach(m -> markGone(m, rewrite));
    }
    for (Normalization normalization : normalizations) {
      normalization.name = sweep.renamed().getOrDefault(normalization.name, normalization.name);
    }
    Map<String, PassReport.Decline> latest = new LinkedHashMap<>();
    sweep
        .declined()
        .forEach(
            (node, reason) ->
                latest.put(site(node), new PassReport.Decline(pass, node.label(), reason)));
    declines.put(pass, latest);
  }

  private void markGone(Node node, Rewrite rewrite) {
    for (Normalization normalization : normalizations) {
      if (normalization.name.equals(site(node)) && normalization.goneBy.isEmpty()) {
        normalization.goneBy = Optional.of(rewrite);
      }
    }
  }

  /// @param numbered the number of the last rewrite that was found
  /// @param otherReason why a BatchNormalization is left that no pass has declined
  PassReport report(
      Graph graph, int numbered, List<PassReport.Timing> timings, String otherReason) {
    Set<String> left = new HashSet<>();
    graph.allNodes().filter(RewriteLog::isNormalization).forEach(node -> left.add(site(node)));
    List<NormalizationRecord> records =
        normalizations.stream()
            .map(norm -> new NormalizationRecord(norm.label, fate(norm, left, otherReason)))
            .toList();
    List<PassReport.Decline> allDeclines =
        declines.values().stream().flatMap(byNode -> byNode.values().stream()).toList();
    return new PassReport(graph, numbered, rewrites, allDeclines, timings, records);
  }

  private static Fate.Gone gone(Normalization normalization, Rewrite rewrite) {
    boolean own = rewrite.node().equals(normalization.label);
    String message =
        own ? "is " + rewrite.message() : "is gone: " + rewrite.node() + " " + rewrite.message();
    return new Fate.Gone(rewrite.number(), rewrite.pass(), message);
  }

  private Fate fate(Normalization normalization, Set<String> left, String otherReason) {
    if (!left.contains(normalization.name)) {
      return normalization
          .goneBy
          .<Fate>map(rewrite -> gone(normalization, rewrite))
          .orElseGet(Fate.Unused::new);
    }
    List<String> reasons =
        declines.values().stream()
            .filter(byNode -> byNode.containsKey(normalization.name))
            .map(byNode -> byNode.get(normalization.name).reason())
            .distinct()
            .toList();
    return new Fate.Left(reasons.isEmpty() ? otherReason : String.join("; ", reasons));
  }
}
