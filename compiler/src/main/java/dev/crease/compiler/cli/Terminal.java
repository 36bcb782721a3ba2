package dev.crease.compiler.cli;

import java.io.PrintWriter;

/// Where a command prints: results to `out`, errors and progress to `err`.
///
/// @param interactive whether a person watches `err`, so that progress is worth showing
record Terminal(PrintWriter out, PrintWriter err, boolean interactive) {
  /// The same, with control characters spelled out.
  Terminal plain() {
    return new Terminal(
        new PrintWriter(new PlainWriter(out)),
        new PrintWriter(new PlainWriter(err), true),
        interactive);
  }

  void flush() {
    out.flush();
    err.flush();
  }
}
