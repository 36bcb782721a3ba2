package dev.crease.compiler;

import java.util.List;

/// The model is valid but holds things that Crease cannot compile yet: all of them at once, each
/// with node, operator, operator set, and the nearest thing that is supported.
public final class UnsupportedModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final List<String> findings;

  public UnsupportedModelException(List<String> findings) {
    super(String.join("\n", findings));
    this.findings = List.copyOf(findings);
  }

  public List<String> findings() {
    return findings;
  }
}
