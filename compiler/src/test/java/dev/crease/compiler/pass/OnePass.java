package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Graph;
import java.util.List;

/// Runs one pass of the inference pipeline, and no other.
public final class OnePass {
  private OnePass() {}

  public static PassReport run(String pass, Graph graph) {
    Pass alone = Pipeline.inference().find(pass).orElseThrow();
    return new PassRunner(Pipeline.of(List.of(alone), List.of()), PassOptions.defaults())
        .run(graph);
  }
}
