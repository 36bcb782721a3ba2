package dev.crease.compiler.frontend.dsl;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.Optional;

/// What an expression is while expanding: a tensor of the graph, or something known at compile
/// time.
sealed interface Item {
  /// An integer, possibly symbolic: a dimension.
  record Whole(Dim value) implements Item {
    static Whole of(long value) {
      return new Whole(Dim.of(value));
    }
  }

  /// @param text the digits it was written with, so that it is rounded once, to its element type
  record Real(double value, Optional<String> text) implements Item {}

  record Truth(boolean value) implements Item {}

  record Text(String value) implements Item {}

  record Items(List<Item> elements) implements Item {}

  record Tensor(Value value) implements Item {}

  /// A tensor known at compile time that is not in the graph yet.
  record Literal(Constant constant) implements Item {}

  /// How to make a constant, once its type and name are known.
  record Fill(String name, Formula formula) implements Item {}

  interface Formula {
    Constant create(TensorType type, String valueName);
  }

  record Subgraph(Graph graph) implements Item {}

  /// `same` and `auto`, which only mean something where they stand.
  record Word(String text) implements Item {}

  /// An element type: `f32`, `x.type`.
  record Element(ElementType type) implements Item {}

  record Absent() implements Item {}

  /// What it is, for messages.
  default String describe() {
    return switch (this) {
      case Whole(var value) -> "the integer " + value;
      case Real(var value, _) -> "the number " + value;
      case Truth(var value) -> "the truth value " + value;
      case Text _ -> "a string";
      case Items _ -> "a list";
      case Tensor(var value) -> "the tensor " + value;
      case Literal(var constant) -> "a tensor of type " + constant.type();
      case Fill(var name, _) -> "the initializer " + name;
      case Subgraph _ -> "a graph";
      case Word(var text) -> "`" + text + "`";
      case Element(var type) -> "the element type " + type;
      case Absent _ -> "`_`";
    };
  }
}
