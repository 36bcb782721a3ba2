package dev.crease.compiler.frontend.dsl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The names that a body sees. A block sees its parameters and what it binds; a subgraph also sees
/// what the text around it binds.
final class Scope {
  /// What a name stands for that is not bound to an integer.
  enum DimNames {
    /// This is not the dimension of a type.
    NONE,
    /// A symbol that the model's inputs introduced.
    KNOWN,
    /// A symbol, perhaps a new one.
    ANY
  }

  private final Region region;
  private final String prefix;
  private final DimNames dimNames;
  private final Map<String, Item> bindings;
  private final @Nullable Scope outer;

  private Scope(
      Region region,
      String prefix,
      DimNames dimNames,
      Map<String, Item> bindings,
      @Nullable Scope outer) {
    this.region = region;
    this.prefix = prefix;
    this.dimNames = dimNames;
    this.bindings = bindings;
    this.outer = outer;
  }

  /// The top level of a graph; `outer` is what surrounds a subgraph.
  static Scope ofGraph(Region region, @Nullable Scope outer) {
    return new Scope(region, "", DimNames.NONE, new LinkedHashMap<>(), outer);
  }

  /// The inside of a block; `instance` is a name for this use of it.
  Scope ofBlock(String instance) {
    return new Scope(region, prefix + instance + ".", DimNames.NONE, new LinkedHashMap<>(), null);
  }

  /// The same names, for the dimensions of a type.
  Scope forDims(boolean introduces) {
    return new Scope(region, prefix, introduces ? DimNames.ANY : DimNames.KNOWN, bindings, outer);
  }

  /// The same names, outside a type.
  Scope forValues() {
    return dimNames == DimNames.NONE
        ? this
        : new Scope(region, prefix, DimNames.NONE, bindings, outer);
  }

  Region region() {
    return region;
  }

  DimNames dimNames() {
    return dimNames;
  }

  String prefix() {
    return prefix;
  }

  boolean isTopLevel() {
    return prefix.isEmpty();
  }

  void bind(String name, Item item) {
    bindings.put(name, item);
  }

  Optional<Item> find(String name) {
    Item item = bindings.get(name);
    if (item != null) {
      return Optional.of(item);
    }
    return outer == null ? Optional.empty() : outer.find(name);
  }

  /// All names in sight, for suggestions.
  List<String> visible() {
    List<String> names = new ArrayList<>(bindings.keySet());
    names.addAll(region.symbols());
    if (outer != null) {
      names.addAll(outer.visible());
    }
    return names;
  }
}
