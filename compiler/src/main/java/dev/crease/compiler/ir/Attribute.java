package dev.crease.compiler.ir;

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

  /// What kinds there are, for schemas and messages.
  enum Kind {
    INT,
    FLOAT,
    TEXT,
    TENSOR,
    SUBGRAPH,
    INTS,
    FLOATS,
    TEXTS
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
    };
  }
}
