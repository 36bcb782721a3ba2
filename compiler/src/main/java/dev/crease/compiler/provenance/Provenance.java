package dev.crease.compiler.provenance;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.pass.BiasRecord;
import dev.crease.compiler.pass.NormalizationRecord;
import dev.crease.compiler.pass.NormalizationRecord.Fate;
import dev.crease.compiler.pass.PassReport;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Finds out, from what passes did, which BatchNormalization is part of which operator now.
public final class Provenance {
  /// The key of the metadata.
  public static final String METADATA = "crease.folds";

  private final PassReport report;
  private final Map<Integer, Rewrite> rewrites = new LinkedHashMap<>();

  private Provenance(PassReport report) {
    this.report = report;
    report.rewrites().forEach(rewrite -> rewrites.put(rewrite.number(), rewrite));
  }

  /// An optimized model with a record of what was folded.
  ///
  /// @param report of the passes that made its graph
  public static Model record(Model optimized, PassReport report) {
    return new Provenance(report).folds().in(optimized);
  }

  private Folds folds() {
    Map<String, Fold> byOperator = new LinkedHashMap<>();
    Map<String, String> labels = new LinkedHashMap<>();
    List<String> others = new ArrayList<>();
    for (NormalizationRecord record : report.normalizations()) {
      if (!(record.fate() instanceof Fate.Gone gone)) {
        continue;
      }
      Optional<BiasRecord.Fate.There> operator = operator(gone);
      Optional<Fold> fold = operator.flatMap(there -> fold(gone, there));
      if (fold.isEmpty()) {
        others.add(record.toString());
        continue;
      }
      // Of two that one operator took in, the later one stands behind the other.
      String result = operator.orElseThrow().result();
      byOperator.put(result, fold.get());
      String earlier = labels.put(result, record.node());
      if (earlier != null) {
        others.add(earlier + " is one with " + record.node() + ", which stands behind it");
      }
    }
    return new Folds(List.copyOf(byOperator.values()), others);
  }

  /// The one linear operator that a normalization was folded into, as it is at the end.
  private Optional<BiasRecord.Fate.There> operator(Fate.Gone gone) {
    List<BiasRecord.Fate.There> found = new ArrayList<>();
    for (BiasRecord record : report.biases()) {
      if (record.fate() instanceof BiasRecord.Fate.There there
          && there.rewrites().contains(gone.rewrite())) {
        found.add(there);
      }
    }
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private Optional<Fold> fold(Fate.Gone gone, BiasRecord.Fate.There there) {
    Rewrite rewrite = Objects.requireNonNull(rewrites.get(gone.rewrite()));
    Graph before = rewrite.replacement().before();
    List<Node> normalizations =
        before.nodes().stream().filter(node -> node.op() instanceof BatchNormalization).toList();
    Optional<Operator> operator = Operator.computing(report.graph(), there.result());
    boolean direct =
        normalizations.size() == 1
            && before.isOutput(normalizations.getFirst().output())
            && before
                .producer(normalizations.getFirst().input(0))
                .filter(node -> Operator.isLinear(node.op()))
                .isPresent();
    return direct
        ? operator
            .filter(o -> o.channels() == channels(before, normalizations.getFirst()))
            .map(o -> fold(before, normalizations.getFirst(), o.node()))
        : Optional.empty();
  }

  private static long channels(Graph graph, Node node) {
    return parameter(graph, node, 1).elements();
  }

  private static Fold fold(Graph graph, Node node, Node operator) {
    BatchNormalization op = (BatchNormalization) node.op();
    Value bias = operator.input(2);
    return new Fold(
        node.name().isEmpty() ? node.output().name() : node.name(),
        operator.input(1).name(),
        bias.isAbsent() ? "" : bias.name(),
        op.epsilon(),
        op.momentum(),
        node.input(0).type().element() == ElementType.FLOAT64,
        parameter(graph, node, 1).doubles(),
        parameter(graph, node, 2).doubles(),
        parameter(graph, node, 3).doubles(),
        parameter(graph, node, 4).doubles());
  }

  private static Constant parameter(Graph graph, Node node, int index) {
    return graph.constant(node.input(index)).orElseThrow();
  }
}
