package dev.crease.compiler.frontend.dsl;

import java.util.List;

/// A type as written: an element type and expressions for the dimensions, and the words around it:
/// `optional` and `seq` in `optional(seq(f32))`.
record TypeName(List<Identifier> holders, Identifier element, List<Expression> dims) {
  Position position() {
    return holders.isEmpty() ? element.position() : holders.getFirst().position();
  }
}
