package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.GraphBuilder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Gives every value of a model a name of its own: a bound name as it is written, and `x.1`, `x.2`,
/// ... when `x` is bound again, be it in a subgraph.
final class Names {
  private final @Nullable Names outer;
  private final Predicate<String> elsewhere;
  private final Set<String> reserved;
  private final Map<String, Integer> lastBindings;
  private final Map<String, String> renames;
  private final Set<String> madeUp = new HashSet<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> bindings = new HashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, String> stems = new HashMap<>();

  /// @param outer the names of the graph around this one
  /// @param reserved names that the text binds, which no made-up name may take
  /// @param lastBindings names of which another binding than the first gets the bare name: the
  ///   graph's outputs that are bound several times, and how often
  /// @param renames better names for made-up ones: of outputs that a block has made
  Names(
      @Nullable Names outer,
      Set<String> reserved,
      Map<String, Integer> lastBindings,
      Map<String, String> renames) {
    this(outer, reserved, lastBindings, renames, _ -> false);
  }

  private Names(
      @Nullable Names outer,
      Set<String> reserved,
      Map<String, Integer> lastBindings,
      Map<String, String> renames,
      Predicate<String> elsewhere) {
    this.renames = renames;
    this.elsewhere = elsewhere;
    this.outer = outer;
    this.reserved = reserved;
    this.lastBindings = lastBindings;
  }

  /// Names for what is added to a graph that is there already.
  static Names of(GraphBuilder graph) {
    return new Names(null, Set.of(), Map.of(), Map.of(), graph::isTaken);
  }

  /// The name for a value that the text binds to `stem`.
  String bind(String stem) {
    int count = bindings.merge(stem, 1, Integer::sum);
    boolean free = !taken.contains(stem) && (outer == null || outer.isFree(stem));
    boolean bare = free && lastBindings.getOrDefault(stem, count) == count;
    String name = bare ? stem : numbered(stem);
    taken.add(name);
    stems.put(name, stem);
    return name;
  }

  /// A name for a value that the text does not name.
  String makeUp(String stem) {
    String name = isFree(stem) ? stem : numbered(stem);
    taken.add(name);
    String better = renames.get(name);
    if (better != null && taken.add(better)) {
      return better;
    }
    madeUp.add(name);
    return name;
  }

  private String numbered(String stem) {
    String name;
    do {
      name = stem + "." + numbers.merge(stem, 1, Integer::sum);
    } while (!isFree(name));
    return name;
  }

  private boolean isFree(String name) {
    return !taken.contains(name)
        && !reserved.contains(name)
        && !elsewhere.test(name)
        && (outer == null || outer.isFree(name));
  }

  /// Keeps the names of a subgraph, which is complete, from being given again around it.
  void close() {
    if (outer != null) {
      outer.taken.addAll(taken);
    }
  }

  /// How often the text has bound this name.
  int bindings(String stem) {
    return bindings.getOrDefault(stem, 0);
  }

  /// Whether the value of this name was made by binding `stem`.
  boolean isBindingOf(String stem, String name) {
    return stem.equals(stems.get(name));
  }

  /// Whether the text does not name the value of this name.
  boolean isMadeUp(String name) {
    return madeUp.contains(name);
  }

  /// A number for another instance of a block: 1, 2, ...
  int instance(String block) {
    return numbers.merge(block + "(", 1, Integer::sum);
  }
}
