package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A mistake in a text, or what is not supported yet, on its way to the reader, which makes an
/// [InvalidModelException] or [UnsupportedModelException] of it. Every block being expanded adds
/// where it was called.
final class Fault extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int MAX_CALLS_SHOWN = 10;

  private final transient Position position;
  private final boolean unsupported;
  private final transient List<String> calls = new ArrayList<>();
  private final transient List<String> others = new ArrayList<>();

  private Fault(Position position, String message, @Nullable Throwable cause, boolean unsupported) {
    super(message, cause);
    this.position = position;
    this.unsupported = unsupported;
  }

  Fault(Position position, String message) {
    this(position, message, null, false);
  }

  Fault(Position position, String message, Throwable cause) {
    this(position, message, cause, false);
  }

  Fault(Position position, RuntimeException cause) {
    this(position, message(cause), cause, false);
  }

  /// Something valid that cannot be compiled yet.
  static Fault unsupported(Position position, String message) {
    return new Fault(position, message, null, true);
  }

  /// The exception's message. The virtual machine leaves out those of arithmetic that overflows
  /// often.
  static String message(RuntimeException cause) {
    String message = cause.getMessage();
    return message == null ? "a number is too large to calculate with" : message;
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

  /// What the reader throws.
  RuntimeException toException() {
    StringBuilder text = new StringBuilder();
    text.append(position).append(": ").append(getMessage()).append('\n').append(position.excerpt());
    calls.stream().limit(MAX_CALLS_SHOWN).forEach(call -> text.append('\n').append(call));
    others.forEach(other -> text.append('\n').append(other));
    return unsupported
        ? new UnsupportedModelException(List.of(text.toString()))
        : new InvalidModelException(text.toString(), this);
  }
}
