package dev.crease.compiler.lint;

/// How much a finding matters, least first.
public enum Severity {
  /// Worth knowing; nothing is wrong.
  INFO,
  /// Likely a mistake, or costly.
  WARNING,
  /// Results are not what anyone can mean.
  ERROR
}
