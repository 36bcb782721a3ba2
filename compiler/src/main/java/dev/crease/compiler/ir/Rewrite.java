package dev.crease.compiler.ir;

import java.util.List;

/// A change that was made to a graph, with all that is needed to judge it and to make it again.
///
/// @param number counted from 1 over all passes
/// @param sweep the sweep that made it, counted from 1: rewrites of one sweep are about one graph
/// @param pass the rule's name
/// @param node label of the node that was rewritten
/// @param matched labels of all nodes that the replacement does without, the rewritten one first
/// @param preconditions what was checked before it was made, and holds
/// @param message what became of the node, for people
public record Rewrite(
    int number,
    int sweep,
    String pass,
    String node,
    List<String> matched,
    List<String> preconditions,
    String message,
    Replacement replacement) {
  public Rewrite {
    matched = List.copyOf(matched);
    preconditions = List.copyOf(preconditions);
  }

  @Override
  public String toString() {
    return "%d %s: %s %s".formatted(number, pass, node, message);
  }
}
