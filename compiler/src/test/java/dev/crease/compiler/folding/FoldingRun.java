package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.pass.PassOptions;
import dev.crease.compiler.pass.PassReport;
import dev.crease.compiler.pass.PassRunner;
import dev.crease.compiler.pass.Pipeline;
import dev.crease.compiler.verify.LocalReport;
import dev.crease.compiler.verify.Locally;
import dev.crease.compiler.verify.certificate.Certificate;

/// A case optimized, and each rewrite verified.
record FoldingRun(FoldingCase which, PassReport passes, LocalReport local) {
  private static final long SEED = 11;

  static FoldingRun of(FoldingCase which) {
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

  /// The largest difference between the two sides of a rewrite, in units of its bound.
  double largestShare() {
    return local.rewrites().stream()
        .mapToDouble(finding -> finding.difference().fraction())
        .max()
        .orElse(0);
  }
}
