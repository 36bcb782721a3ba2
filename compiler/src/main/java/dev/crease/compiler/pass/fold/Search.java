package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Node;
import dev.crease.compiler.pass.Preconditions;
import java.util.List;

/// What was found where a scale and shift could go.
sealed interface Search {
  /// A place that takes it in.
  ///
  /// @param rebuilt what computes the scaled and shifted value from there on
  /// @param nodes all nodes whose work that does
  /// @param effects what becomes of each linear operator and its bias, for people
  /// @param checked what was asked on the way, and holds
  record Found(Rebuilt rebuilt, List<Node> nodes, List<String> effects, Preconditions checked)
      implements Search {
    public Found {
      nodes = List.copyOf(nodes);
      effects = List.copyOf(effects);
    }

    /// The same, with one more thing that holds.
    Found and(String fact) {
      return new Found(rebuilt, nodes, effects, checked.and(fact));
    }
  }

  /// Nothing takes it in.
  ///
  /// @param reachedLinear whether there was a linear operator that had to decline
  record Obstacle(String reason, boolean reachedLinear) implements Search {}
}
