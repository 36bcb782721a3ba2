package dev.crease.compiler.ir;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import java.util.List;

/// The value of an operator's attribute.
public sealed interface Attribute {
  record Int(long value) implements Attribute {}

  record Float(float value) implements Attribute {}

  record Text(String value) implements Attribute {}

  record Tensor(Constant value) implements Attribute {}

  record Subgraph(Graph value) implements Attribute {}

  record Ints(List<Long> values) implements Attribute {
    public Ints {
      values = List.copyOf(values);
    }
  }

  record Floats(List<java.lang.Float> values) implements Attribute {
    public Floats {
      values = List.copyOf(values);
    }
  }

  record Texts(List<String> values) implements Attribute {
    public Texts {
      values = List.copyOf(values);
    }
  }

  /// The type of a tensor, of whatever shape, or a sequence.
  record Type(ElementType element, Holder holder) implements Attribute {
    /// In the text form: `f32`, `seq(f32)`.
    @Override
    public String toString() {
      return holder.text(element);
    }

    /// @throws IllegalArgumentException if there is no such type
    public static Type of(String text) {
      for (ElementType element : ElementType.values()) {
        for (Holder holder : Holder.values()) {
          if (holder.text(element).equals(text)) {
            return new Type(element, holder);
          }
        }
      }
      throw new IllegalArgumentException("expected a type such as seq(f32), got " + text);
    }
  }

  /// What kinds there are, for schemas and messages.
  enum Kind {
    INT,
    FLOAT,
    TEXT,
    TENSOR,
    SUBGRAPH,
    INTS,
    FLOATS,
    TEXTS,
    TYPE
  }

  default Kind kind() {
    return switch (this) {
      case Int _ -> Kind.INT;
      case Float _ -> Kind.FLOAT;
      case Text _ -> Kind.TEXT;
      case Tensor _ -> Kind.TENSOR;
      case Subgraph _ -> Kind.SUBGRAPH;
      case Ints _ -> Kind.INTS;
      case Floats _ -> Kind.FLOATS;
      case Texts _ -> Kind.TEXTS;
      case Type _ -> Kind.TYPE;
    };
  }
}
