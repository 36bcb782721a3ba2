package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Node;
import java.util.List;

/// What a rule did with a node.
public sealed interface Outcome {
  /// The node's results are now computed otherwise.
  ///
  /// @param message what became of it, for people: "folded into Conv `conv1`"
  /// @param matched the nodes whose work the replacement does, the rewritten one first
  record Replaced(String message, List<Node> matched) implements Outcome {
    public Replaced {
      matched = List.copyOf(matched);
    }
  }

  /// The rule is not about nodes like this one.
  record NotApplicable() implements Outcome {}

  /// The rule is about nodes like this one, but must not fire here.
  ///
  /// @param reason what stands in the way, and what would lift it
  record Declined(String reason) implements Outcome {}

  Outcome NOT_APPLICABLE = new NotApplicable();

  static Outcome replaced(String message, Node... matched) {
    return new Replaced(message, List.of(matched));
  }

  static Outcome declined(String reason) {
    return new Declined(reason);
  }
}
