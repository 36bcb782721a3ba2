package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Node;
import dev.crease.compiler.pass.Preconditions;
import java.util.ArrayList;
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
  /// @param cause why not
  /// @param joins what has several operands that must all take it in, from the last to the first;
  ///   the cause is about one of them
  /// @param reachedLinear whether there was a linear operator that had to decline
  record Obstacle(String cause, List<String> joins, boolean reachedLinear) implements Search {
    public Obstacle {
      joins = List.copyOf(joins);
    }

    /// A linear operator had to decline.
    static Obstacle reached(String cause) {
      return new Obstacle(cause, List.of(), true);
    }

    /// There is no linear operator.
    static Obstacle missed(String cause) {
      return new Obstacle(cause, List.of(), false);
    }

    /// The same, seen from behind one more node with several operands.
    Obstacle behind(String join) {
      List<String> longer = new ArrayList<>(List.of(join));
      longer.addAll(joins);
      return new Obstacle(cause, longer, reachedLinear);
    }

    /// One sentence.
    String reason() {
      if (joins.isEmpty()) {
        return cause;
      }
      int last = joins.size() - 1;
      String all =
          last == 0
              ? joins.getFirst()
              : String.join(", ", joins.subList(0, last)) + " and " + joins.get(last);
      return "not all operands of %s take it: %s".formatted(all, cause);
    }
  }
}
