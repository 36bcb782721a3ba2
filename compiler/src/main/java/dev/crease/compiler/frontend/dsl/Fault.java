package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.InvalidModelException;
import java.util.ArrayList;
import java.util.List;

/// A mistake in a text, on its way to the reader, which makes an [InvalidModelException] of it.
/// Every block being expanded adds where it was called.
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int MAX_CALLS_SHOWN = 10;

  private final transient Position position;
  private final transient List<String> calls = new ArrayList<>();
  private final transient List<String> others = new ArrayList<>();

  Fault(Position position, String message) {
    super(message);
    this.position = position;
  }

  Fault(Position position, String message, Throwable cause) {
    super(message, cause);
    this.position = position;
  }

  /// This fault, known to have happened in a block called at `call`.
  Fault within(String block, Position call) {
    calls.add("  in block " + block + ", called at " + call);
    return this;
  }

  /// Another mistake in the same text, to be told after this one.
  void more(Position where, String message) {
    others.add(where + ": " + message + "\n" + where.excerpt());
  }

  InvalidModelException toInvalidModel() {
    StringBuilder text = new StringBuilder();
    text.append(position).append(": ").append(getMessage()).append('\n').append(position.excerpt());
    calls.stream().limit(MAX_CALLS_SHOWN).forEach(call -> text.append('\n').append(call));
    others.forEach(other -> text.append('\n').append(other));
    return new InvalidModelException(text.toString(), this);
  }
}
