package dev.crease.compiler.plan;

import dev.crease.compiler.ir.Atom;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.plan.Extent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/// The symbols that have a value where instructions are being emitted, and the plan's form of
/// expressions over them: those that the graph's inputs bind, in order of first appearance, then
/// those that instructions bind by data.
///
/// An input binds a symbol if one of its dimensions is that symbol alone: `N` is bound by `f32[N,
/// 3]`, not by `f32[2 * N, 3]`. What is bound inside a subgraph has no value around it.
final class Symbols {
  private final @Nullable Symbols outer;
  private final List<String> names;
  private final Map<String, Extent> bound = new HashMap<>();

  private Symbols(@Nullable Symbols outer, List<String> names) {
    this.outer = outer;
    this.names = names;
  }

  static Symbols boundBy(Graph graph) {
    Symbols symbols = new Symbols(null, new ArrayList<>());
    for (Value input : graph.inputs()) {
      for (Dim dim : input.type().dims()) {
        if (dim.alone().orElse(null) instanceof Atom.Symbol(String name)) {
          symbols.bound.computeIfAbsent(name, _ -> new Extent.Symbol(symbols.add(name)));
        }
      }
    }
    return symbols;
  }

  /// Those of a subgraph.
  Symbols inside() {
    return new Symbols(this, names);
  }

  /// The names of all symbols of the plan.
  List<String> names() {
    return List.copyOf(names);
  }

  /// A new symbol of the plan.
  ///
  /// @param name for messages
  int add(String name) {
    names.add(name);
    return names.size() - 1;
  }

  /// Lets a symbol of the graph be this from now on.
  void define(String symbol, Extent value) {
    bound.put(symbol, value);
  }

  private @Nullable Extent find(String symbol) {
    Extent value = bound.get(symbol);
    return value != null || outer == null ? value : outer.find(symbol);
  }

  /// The symbols in `dim` that have no value.
  List<String> unbound(Dim dim) {
    return dim.symbols().stream().filter(name -> find(name) == null).toList();
  }

  static String unboundMessage(String what, Collection<String> unbound) {
    return what
        + " depends on %s, which data decides or no input's shape gives by itself;"
            .formatted(String.join(", ", unbound))
        + " here only what follows from the shapes of the inputs is supported yet";
  }

  /// The plan's form of an expression all of whose symbols are bound. Sums and products are
  /// balanced, so that long ones stay shallow.
  Extent extent(Dim dim) {
    return balanced(dim.terms().stream().map(this::term).toList(), 0, Extent.Sum::new);
  }

  private Extent term(Dim.Term term) {
    List<Extent> factors = new ArrayList<>();
    if (term.coefficient() != 1) {
      factors.add(Extent.of(term.coefficient()));
    }
    term.factors().forEach(atom -> factors.add(atom(atom)));
    return balanced(factors, 1, Extent.Product::new);
  }

  private static Extent balanced(List<Extent> parts, long neutral, BinaryOperator<Extent> combine) {
    if (parts.isEmpty()) {
      return Extent.of(neutral);
    }
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    int middle = parts.size() / 2;
    return combine.apply(
        balanced(parts.subList(0, middle), neutral, combine),
        balanced(parts.subList(middle, parts.size()), neutral, combine));
  }

  private Extent atom(Atom atom) {
    return switch (atom) {
      case Atom.Symbol(var name) -> Objects.requireNonNull(find(name), name);
      case Atom.FloorDiv(var a, var b) -> new Extent.FloorDiv(extent(a), extent(b));
      case Atom.CeilDiv(var a, var b) -> new Extent.CeilDiv(extent(a), extent(b));
      case Atom.Min(var a, var b) -> new Extent.Min(extent(a), extent(b));
      case Atom.Max(var a, var b) -> new Extent.Max(extent(a), extent(b));
      case Atom.Broadcast(var a, var b) -> new Extent.Broadcast(extent(a), extent(b));
    };
  }
}
