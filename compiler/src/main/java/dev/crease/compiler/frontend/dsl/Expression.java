package dev.crease.compiler.frontend.dsl;

import java.util.List;
import java.util.Optional;

/// An expression as written.
sealed interface Expression {
  Position position();

  /// Digits, with fraction and exponent if it has any.
  record Number(String text, Position position) implements Expression {}

  record Text(String value, Position position) implements Expression {}

  record Truth(boolean value, Position position) implements Expression {}

  record Infinity(Position position) implements Expression {}

  /// @param bits of the value in its element type, if they are not the usual ones
  record NotANumber(Optional<String> bits, Position position) implements Expression {}

  /// `_`
  record Absent(Position position) implements Expression {}

  record Name(Identifier name) implements Expression {
    @Override
    public Position position() {
      return name.position();
    }
  }

  record Call(Identifier callee, List<Argument> arguments) implements Expression {
    @Override
    public Position position() {
      return callee.position();
    }
  }

  /// @param name empty for a positional argument
  record Argument(Optional<Identifier> name, Expression value) {}

  record Listing(List<Expression> elements, Position position) implements Expression {}

  /// `tensor i64[2]([0, 1])`
  record TensorOf(TypeName type, Expression elements, Position position) implements Expression {}

  /// `graph body(x: f32[N]) -> (y: f32[N]) { ... }`
  record GraphOf(ModelSyntax graph, Position position) implements Expression {}

  record Member(Expression object, Identifier member, Position position) implements Expression {}

  record Index(Expression object, Expression index, Position position) implements Expression {}

  record Prefix(String operator, Expression operand, Position position) implements Expression {}

  record Infix(String operator, Expression left, Expression right, Position position)
      implements Expression {}
}
