package dev.crease.compiler.frontend.dsl;

import java.util.List;
import java.util.Optional;

/// A whole text as written.
record Document(
    List<Annotation> annotations, List<BlockSyntax> blocks, Optional<ModelSyntax> model) {
  /// `@producer("...")`
  record Annotation(Identifier name, List<Expression.Argument> arguments) {}

  record BlockSyntax(Identifier name, List<Parameter> parameters, List<Statement> body) {}

  record Parameter(Identifier name, Optional<Expression> defaultValue) {}
}
