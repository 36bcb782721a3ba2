package dev.crease.compiler.lint;

import java.util.List;

/// Looks for one kind of risk.
public interface LintRule {
  /// What findings and `--disable` call it.
  String id();

  /// Everything it finds, in the order of the nodes.
  List<Finding> check(LintedModel model);
}
