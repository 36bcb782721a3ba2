package dev.crease.compiler.frontend.dsl;

import java.util.List;

/// A tensor type as written: an element type and expressions for the dimensions.
record TypeName(Identifier element, List<Expression> dims) {
  Position position() {
    return element.position();
  }
}
