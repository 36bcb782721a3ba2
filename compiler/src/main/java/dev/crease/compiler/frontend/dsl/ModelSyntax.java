package dev.crease.compiler.frontend.dsl;

import java.util.List;
import java.util.Optional;

/// A model or a subgraph as written.
record ModelSyntax(
    Identifier name, List<Input> inputs, List<Declaration> outputs, List<Statement> body) {
  record Declaration(Identifier name, TypeName type) {}

  record Input(Declaration declaration, Optional<Expression> defaultValue) {}
}
