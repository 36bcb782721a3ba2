package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Node;
import java.util.List;
import java.util.stream.Stream;

/// What a rule did with a node.
public sealed interface Outcome {
  /// The node's results are now computed otherwise.
  ///
  /// @param message what became of it, for people: "folded into Conv `conv1`"
  /// @param matched the nodes whose work the replacement does, the rewritten one first
  /// @param passed nodes between these that the replacement needs no more, though it does not do
  ///   their work: what it takes from before them they left as it was
  /// @param met what the rule has checked
  record Replaced(String message, List<Node> matched, List<Node> passed, List<String> met)
      implements Outcome {
    public Replaced {
      matched = List.copyOf(matched);
      passed = List.copyOf(passed);
      met = List.copyOf(met);
    }

    /// All nodes that what was there is made of, the rewritten one first.
    List<Node> nodes() {
      return Stream.concat(matched.stream(), passed.stream()).toList();
    }
  }

  /// The rule is not about nodes like this one.
  record NotApplicable() implements Outcome {}

  /// The rule is about nodes like this one, but must not fire here.
  ///
  /// @param reason what stands in the way, and what would lift it
  record Declined(String reason) implements Outcome {}

  Outcome NOT_APPLICABLE = new NotApplicable();

  static Outcome replaced(String message, Preconditions checked, Node... matched) {
    return replaced(message, checked, List.of(matched));
  }

  /// @param matched the nodes whose work the replacement does, the rewritten one first
  /// @throws IllegalArgumentException if not all preconditions hold
  static Outcome replaced(String message, Preconditions checked, List<Node> matched) {
    return replaced(message, checked, matched, List.of());
  }

  /// As [#replaced(String, Preconditions, List)], past nodes that the replacement needs no more.
  static Outcome replaced(
      String message, Preconditions checked, List<Node> matched, List<Node> passed) {
    if (!checked.hold()) {
      throw new IllegalArgumentException("replaced, although " + checked.obstacle().get());
    }
    return new Replaced(message, matched, passed, checked.met());
  }

  static Outcome declined(String reason) {
    return new Declined(reason);
  }
}
