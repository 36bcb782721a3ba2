package dev.crease.compiler.ir;

import java.util.List;
import java.util.Map;

/// What the polynomial of a [Dim] is made of.
public sealed interface Atom {
  record Symbol(String name) implements Atom {
    @Override
    public String toString() {
      return name;
    }
  }

  /// A quotient rounded towards negative infinity.
  record FloorDiv(Dim dividend, Dim divisor) implements Atom {
    @Override
    public String toString() {
      return "floordiv(" + dividend + ", " + divisor + ")";
    }
  }

  /// A quotient rounded towards positive infinity.
  record CeilDiv(Dim dividend, Dim divisor) implements Atom {
    @Override
    public String toString() {
      return "ceildiv(" + dividend + ", " + divisor + ")";
    }
  }

  record Min(Dim left, Dim right) implements Atom {
    @Override
    public String toString() {
      return "min(" + left + ", " + right + ")";
    }
  }

  record Max(Dim left, Dim right) implements Atom {
    @Override
    public String toString() {
      return "max(" + left + ", " + right + ")";
    }
  }

  /// The common dimension of two that are broadcast: they are equal, or one of them is 1.
  record Broadcast(Dim left, Dim right) implements Atom {
    @Override
    public String toString() {
      return "broadcast(" + left + ", " + right + ")";
    }
  }

  /// The expressions that this one is made of.
  default List<Dim> parts() {
    return switch (this) {
      case Symbol _ -> List.of();
      case FloorDiv(var a, var b) -> List.of(a, b);
      case CeilDiv(var a, var b) -> List.of(a, b);
      case Min(var a, var b) -> List.of(a, b);
      case Max(var a, var b) -> List.of(a, b);
      case Broadcast(var a, var b) -> List.of(a, b);
    };
  }

  /// Whether this is at least 0 whatever the symbols are; false if that cannot be told.
  default boolean isNonNegative() {
    return this instanceof Max
        ? parts().stream().anyMatch(Dim::isNonNegative)
        : parts().stream().allMatch(Dim::isNonNegative);
  }

  /// See [Dim#evaluate].
  default long evaluate(Map<String, Long> values) {
    return switch (this) {
      case Symbol(var name) -> {
        Long value = values.get(name);
        if (value == null) {
          throw new IllegalArgumentException("the symbol " + name + " has no value");
        }
        yield value;
      }
      case FloorDiv(var a, var b) -> Math.floorDiv(a.evaluate(values), b.evaluate(values));
      case CeilDiv(var a, var b) -> Math.ceilDiv(a.evaluate(values), b.evaluate(values));
      case Min(var a, var b) -> Math.min(a.evaluate(values), b.evaluate(values));
      case Max(var a, var b) -> Math.max(a.evaluate(values), b.evaluate(values));
      case Broadcast(var a, var b) ->
          Dim.of(a.evaluate(values)).broadcast(Dim.of(b.evaluate(values))).known().getAsLong();
    };
  }
}
