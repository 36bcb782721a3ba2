package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.Atom;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How names, strings, dimensions and types are spelled so that they read back as they are.
final class Spelling {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*(\\.[a-zA-Z0-9_]+)*");
  private static final Pattern SIMPLE_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*|\\?[0-9]+");
  private static final int MAX_PLAIN_NAME = 200;
  private static final Set<String> KEYWORDS =
      Set.of(
          "model", "block", "train", "return", "repeat", "if", "else", "true", "false", "inf",
          "nan", "tensor", "graph", "_");

  private Spelling() {}

  /// The name, in backquotes if the grammar would read it as anything else.
  static String name(String name) {
    return isPlain(name) && NAME.matcher(name).matches() ? name : quote(name, '`');
  }

  /// Symbols with dots are quoted, since `x.shape` in a dimension asks for the shape.
  private static String symbol(String name) {
    return isPlain(name) && SIMPLE_NAME.matcher(name).matches() ? name : quote(name, '`');
  }

  private static boolean isPlain(String name) {
    return name.length() <= MAX_PLAIN_NAME && !KEYWORDS.contains(name);
  }

  static String text(String text) {
    return quote(text, '"');
  }

  private static String quote(String text, char mark) {
    StringBuilder quoted = new StringBuilder().append(mark);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c == mark) {
            quoted.append('\\').append(c);
          } else if ((c >= ' ' && c <= '~') || Character.isLetterOrDigit(c)) {
            quoted.append(c);
          } else {
            quoted.append("\\u%04x".formatted((int) c));
          }
        }
      }
    }
    return quoted.append(mark).toString();
  }

  /// `x: f32[N, 10]`, or `_` for a value left out.
  static String declaration(Value value) {
    return value.isAbsent() ? "_" : name(value.name()) + ": " + type(value.type());
  }

  static String type(TensorType type) {
    if (!type.isTensor()) {
      return type.toString();
    }
    return type.element().text()
        + type.dims().stream().map(Spelling::dim).collect(Collectors.joining(", ", "[", "]"));
  }

  static String dim(Dim dim) {
    if (dim.terms().isEmpty()) {
      return "0";
    }
    StringBuilder text = new StringBuilder();
    for (Dim.Term term : dim.terms()) {
      boolean negative = term.coefficient() < 0;
      if (text.isEmpty()) {
        text.append(negative ? "-" : "");
      } else {
        text.append(negative ? " - " : " + ");
      }
      String magnitude = Long.toUnsignedString(Math.abs(term.coefficient()));
      List<String> factors = term.factors().stream().map(Spelling::atom).toList();
      if (factors.isEmpty()) {
        text.append(magnitude);
      } else {
        text.append(magnitude.equals("1") ? "" : magnitude + " * ");
        text.append(String.join(" * ", factors));
      }
    }
    return text.toString();
  }

  private static String atom(Atom atom) {
    return switch (atom) {
      case Atom.Symbol(var name) -> symbol(name);
      case Atom.FloorDiv(var a, var b) -> call("floordiv", a, b);
      case Atom.CeilDiv(var a, var b) -> call("ceildiv", a, b);
      case Atom.Min(var a, var b) -> call("min", a, b);
      case Atom.Max(var a, var b) -> call("max", a, b);
      case Atom.Broadcast(var a, var b) -> call("broadcast", a, b);
    };
  }

  private static String call(String function, Dim a, Dim b) {
    return function + "(" + dim(a) + ", " + dim(b) + ")";
  }
}
