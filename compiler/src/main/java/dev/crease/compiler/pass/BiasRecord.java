package dev.crease.compiler.pass;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What became of the bias of a Conv, ConvTranspose, Gemm, or MatMul with weights of the original
/// graph.
///
/// @param node its label in the original graph
public record BiasRecord(String node, Fate fate) {

  /// What became of it.
  public sealed interface Fate {
    /// The operator is still there, or what does its work.
    ///
    /// @param changes the rewrites that changed, made or removed the bias, in order
    /// @param result the name of what it computes in the rewritten graph
    /// @param rewrites the numbers of all rewrites that put it into another's place, in order
    record There(Bias bias, List<Change> changes, String result, List<Integer> rewrites)
        implements Fate {
      public There {
        changes = List.copyOf(changes);
        rewrites = List.copyOf(rewrites);
      }
    }

    /// Several nodes do its work, each for other readers.
    record Copied(List<There> copies) implements Fate {
      public Copied {
        copies = List.copyOf(copies);
      }
    }

    /// Rewrite `rewrite` took the operator away; `message` says how, as a predicate.
    record Gone(int rewrite, String pass, String message) implements Fate {}

    /// No output depends on the operator.
    record Unused() implements Fate {}
  }

  /// The bias now, beside what it was.
  public enum Bias {
    /// It holds what folds put into it.
    ABSORBED,
    /// It came out exactly 0 in every channel, and is no operand any more.
    REMOVED,
    /// There was none; it holds the shifts of folds.
    CREATED,
    /// It is as it was.
    KEPT,
    /// There was none, and is none.
    NONE
  }

  /// @param rewrite its number
  public record Change(int rewrite, String pass) {
    @Override
    public String toString() {
      return "%s, rewrite %d".formatted(pass, rewrite);
    }
  }

  /// The fate in one word, as in `absorbed`, for tables.
  public String word() {
    return switch (fate) {
      case Fate.There there -> there.bias().name().toLowerCase(Locale.ROOT);
      case Fate.Copied _ -> "copied";
      case Fate.Gone _ -> "gone";
      case Fate.Unused _ -> "unused";
    };
  }

  @Override
  public String toString() {
    return node
        + switch (fate) {
          case Fate.There there -> ": " + describe(there);
          case Fate.Copied(var copies) ->
              copies.stream()
                  .map(copy -> "`%s`: %s".formatted(copy.result(), describe(copy)))
                  .collect(Collectors.joining("; ", " is copied; ", ""));
          case Fate.Gone(var rewrite, var pass, var message) ->
              " %s (%s, rewrite %d)".formatted(message, pass, rewrite);
          case Fate.Unused() -> " is removed: no output depends on it";
        };
  }

  private static String describe(Fate.There there) {
    String what =
        switch (there.bias()) {
          case ABSORBED -> "bias absorbed";
          case REMOVED -> "bias removed, since it came out as 0";
          case CREATED -> "bias created";
          case KEPT -> "bias kept";
          case NONE -> "no bias";
        };
    return there.changes().isEmpty()
        ? what
        : there.changes().stream()
            .map(Change::toString)
            .collect(Collectors.joining("; ", what + " (", ")"));
  }
}
