package dev.crease.compiler.frontend.dsl;

import java.util.List;
import java.util.Optional;

/// What the results of an expression are to be called.
///
/// @param wanted one for each result; empty for the one result of a nested expression
/// @param nodeName the name of the operator's node
record Results(List<Wanted> wanted, Optional<Identifier> nodeName) {
  static Results unnamed() {
    return new Results(List.of(), Optional.empty());
  }

  static Results of(Wanted wanted) {
    return new Results(List.of(wanted), Optional.empty());
  }

  int count() {
    return Math.max(1, wanted.size());
  }

  /// The same for a call nested in the one that has these results: the last operator of a block
  /// gives the block's result its name.
  Results only(int index) {
    return wanted.isEmpty() ? this : of(wanted.get(index));
  }

  void requireOne(Position position) {
    if (wanted.size() > 1) {
      throw position.fault("this gives one result, not " + wanted.size());
    }
    requireNoNodeName("this expression");
  }

  void requireNoNodeName(String what) {
    if (nodeName.isPresent()) {
      throw nodeName
          .get()
          .position()
          .fault("only an operator's node can be named, and " + what + " is not an operator");
    }
  }
}
