package dev.crease.compiler.verify.certificate;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Replacement;

/// What is found of a rewrite of one formula into another.
final class Judged {
  private Judged() {}

  /// @param setting a model's head, up to where it computes something
  /// @param before what `y` is, or lines that end in that
  static Finding of(String setting, String before, String after) {
    Graph target = graph(setting, after);
    return Certificate.of(new Replacement(graph(setting, before), target, target.inputs()));
  }

  private static Graph graph(String setting, String formula) {
    String lines = formula.contains("y = ") ? formula.replace("; ", "\n") : "y = " + formula;
    return TextReader.read(setting + lines + "\n}\n", "m").graph();
  }
}
