package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.TensorType;
import java.util.Optional;

/// What a result is to be called, and its declared type.
///
/// @param stem the name, or the start of a made-up one; empty for a result left out
/// @param bound whether the text itself binds the name at the top level of a graph
record Wanted(String stem, boolean bound, Optional<TensorType> type) {
  static Wanted nothing() {
    return new Wanted("", false, Optional.empty());
  }

  static Wanted madeUp(String stem) {
    return new Wanted(stem, false, Optional.empty());
  }
}
