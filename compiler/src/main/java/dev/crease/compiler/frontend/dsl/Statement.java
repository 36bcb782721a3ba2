package dev.crease.compiler.frontend.dsl;

import java.util.List;
import java.util.Optional;

/// A statement as written.
sealed interface Statement {
  Position position();

  /// `y: f32[N, 10] = Gemm(x, w) @node_name`
  record Assignment(
      List<Target> targets, Expression value, Optional<Identifier> nodeName, Position position)
      implements Statement {}

  /// What is assigned to; without a name for a result left out.
  record Target(Optional<Identifier> name, Optional<TypeName> type) {}

  record Return(List<Expression> values, Position position) implements Statement {}

  record Repeat(Expression count, List<Statement> body, Position position) implements Statement {}

  record If(List<Branch> branches, List<Statement> otherwise, Position position)
      implements Statement {}

  record Branch(Expression condition, List<Statement> body) {}
}
