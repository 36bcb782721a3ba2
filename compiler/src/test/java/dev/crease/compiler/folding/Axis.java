package dev.crease.compiler.folding;

import java.util.List;

/// A way in which variants of a case differ.
record Axis(String name, List<Object> values) {
  static Axis of(String name, Object... values) {
    return new Axis(name, List.of(values));
  }
}
