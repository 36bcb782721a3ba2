package dev.crease.compiler;

import dev.crease.compiler.frontend.dsl.TextPrinter;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.ConstantHashes;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A rewrite as a log keeps it: graphs as text, constants by their hashes.
///
/// @param number counted from 1 over all passes
/// @param sweep the sweep that made it
/// @param rule the pass's name
/// @param node label of the node that was rewritten
/// @param message what became of it
/// @param matched labels of all nodes that the replacement does without
/// @param preconditions what was checked
/// @param images what each input of `before` became, as in `x -> y`
public record LoggedRewrite(
    int number,
    int sweep,
    String rule,
    String node,
    String message,
    List<String> matched,
    List<String> preconditions,
    Side before,
    Side after,
    List<String> images) {
  public LoggedRewrite {
    matched = List.copyOf(matched);
    preconditions = List.copyOf(preconditions);
    images = List.copyOf(images);
  }

  /// One of the two graphs.
  ///
  /// @param text its lines, without the elements of large constants
  public record Side(List<String> text, List<Stored> constants) {
    public Side {
      text = List.copyOf(text);
      constants = List.copyOf(constants);
    }

    static Side of(Graph graph, ConstantHashes hashes) {
      Map<Value, Constant> constants = new LinkedHashMap<>();
      graph.allGraphs().forEach(inner -> constants.putAll(inner.constants()));
      List<Stored> stored = new ArrayList<>();
      constants.forEach(
          (value, constant) ->
              stored.add(
                  new Stored(value.name(), constant.type().toString(), hashes.of(constant))));
      return new Side(TextPrinter.outline(graph).lines().toList(), stored);
    }
  }

  /// A constant.
  ///
  /// @param sha256 of its elements as they are stored, little-endian: 64 hexadecimal digits
  public record Stored(String name, String type, String sha256) {
    @Override
    public String toString() {
      return "`%s` of %s with SHA-256 %s".formatted(name, type, sha256);
    }
  }

  /// @param hashes computes those that are not known yet
  public static LoggedRewrite of(Rewrite rewrite, ConstantHashes hashes) {
    Graph before = rewrite.replacement().before();
    List<String> images = new ArrayList<>();
    for (int i = 0; i < before.inputs().size(); i++) {
      images.add(
          "%s -> %s"
              .formatted(
                  before.inputs().get(i).name(), rewrite.replacement().images().get(i).name()));
    }
    return new LoggedRewrite(
        rewrite.number(),
        rewrite.sweep(),
        rewrite.pass(),
        rewrite.node(),
        rewrite.message(),
        rewrite.matched(),
        rewrite.preconditions(),
        Side.of(before, hashes),
        Side.of(rewrite.replacement().after(), hashes),
        images);
  }

  /// The first place where another rewrite of this number is not the same.
  Optional<String> difference(LoggedRewrite made) {
    return first("rule", List.of(rule), List.of(made.rule))
        .or(() -> first("node", List.of(node), List.of(made.node)))
        .or(() -> first("sweep", List.of("" + sweep), List.of("" + made.sweep)))
        .or(() -> first("node matched", matched, made.matched))
        .or(() -> first("line before", before.text, made.before.text))
        .or(() -> first("constant before", before.constants, made.before.constants))
        .or(() -> first("precondition", preconditions, made.preconditions))
        .or(() -> first("image", images, made.images))
        .or(() -> first("line after", after.text, made.after.text))
        .or(() -> first("constant after", after.constants, made.after.constants))
        .or(() -> first("message", List.of(message), List.of(made.message)))
        .map(text -> "rewrite %d %s: %s".formatted(number, rule, text));
  }

  private static Optional<String> first(String what, List<?> logged, List<?> made) {
    int i = 0;
    while (i < logged.size() && i < made.size() && logged.get(i).equals(made.get(i))) {
      i++;
    }
    if (i == logged.size() && i == made.size()) {
      return Optional.empty();
    }
    String numbered = Math.max(logged.size(), made.size()) == 1 ? what : what + " " + (i + 1);
    return Optional.of(
        "%s is %s, but the log has %s".formatted(numbered, entry(made, i), entry(logged, i)));
  }

  private static String entry(List<?> entries, int i) {
    return i < entries.size() ? entries.get(i).toString().strip() : "missing";
  }
}
