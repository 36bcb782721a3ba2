package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.compiler.verify.LocalReport;
import dev.crease.compiler.verify.Locally;
import dev.crease.compiler.verify.RewriteFinding;
import dev.crease.compiler.verify.certificate.Certificate;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// A case optimized, and each rewrite verified.
record FoldingRun(FoldingCase which, PassReport passes, LocalReport local) {
  private static final long SEED = 11;

  /// The passes that fold scales and shifts.
  static final Set<String> FOLDS =
      Set.of(
          "fold-parts", "fold-batch-norm", "fold-channel-affine", "merge-affine", "fold-forward");

  private static final Map<String, FoldingRun> RUNS = new ConcurrentHashMap<>();

  /// Runs a case once, whoever asks.
  static FoldingRun of(FoldingCase which) {
    return RUNS.computeIfAbsent(which.toString(), _ -> run(which));
  }

  private static FoldingRun run(FoldingCase which) {
    Graph graph = which.graph();
    PassReport passes = new PassRunner(Pipeline.inference(), PassOptions.defaults()).run(graph);
    LocalReport local =
        Locally.verify(graph, passes.rewrites(), passes.graph(), SEED, Certificate::of);
    return new FoldingRun(which, passes, local);
  }

  long normalizationsLeft() {
    return normalizations(passes.graph());
  }

  static long normalizations(Graph graph) {
    return graph
        .allNodes()
        .filter(node -> node.op().schema().name().equals("BatchNormalization"))
        .count();
  }

  /// What was found about rewrites that fold scales and shifts.
  Stream<RewriteFinding> folds() {
    return local.rewrites().stream().filter(finding -> FOLDS.contains(finding.rewrite().pass()));
  }

  /// The largest difference between the two sides of a fold, in units of its bound.
  double largestShare() {
    return folds().mapToDouble(finding -> finding.difference().fraction()).max().orElse(0);
  }
}
