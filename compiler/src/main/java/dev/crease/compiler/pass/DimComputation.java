package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Atom;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.tensor.Concat;
import dev.crease.compiler.op.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// Computes dimensions from the shapes of values that are there already, by integer arithmetic that
/// a plan does when the shapes are bound.
final class DimComputation {
  private final List<Value> given;
  private final String stem;

  /// @param given values whose shapes may be asked for, the best first
  /// @param stem where the names of what is computed come from
  DimComputation(List<Value> given, String stem) {
    this.given = List.copyOf(given);
    this.stem = stem;
  }

  /// Whether [#emit] can tell all of these, and what it emits is known to be them.
  boolean canEmit(List<Dim> dims) {
    return dims.stream().allMatch(this::canEmit);
  }

  private boolean canEmit(Dim dim) {
    return source(dim).isPresent()
        || dim.terms().stream().allMatch(term -> term.factors().stream().allMatch(this::canEmit));
  }

  private boolean canEmit(Atom atom) {
    return source(dim(atom)).isPresent() || canCompute(atom);
  }

  private boolean canCompute(Atom atom) {
    return switch (atom) {
      // Div truncates, which is rounding down where nothing is negative.
      case Atom.FloorDiv(var a, var b) -> a.isNonNegative() && isPositive(b) && canEmit(a, b);
      case Atom.Min(var a, var b) -> canEmit(a, b);
      case Atom.Max(var a, var b) -> canEmit(a, b);
      case Atom.Symbol _, Atom.CeilDiv _, Atom.Broadcast _ -> false;
    };
  }

  private static boolean isPositive(Dim dim) {
    return dim.known().orElse(0) > 0;
  }

  private boolean canEmit(Dim a, Dim b) {
    return canEmit(a) && canEmit(b);
  }

  /// Emits a vector of these dimensions.
  Value emit(Rewriter out, List<Dim> dims) {
    Optional<Value> whole =
        given.stream().filter(value -> value.type().dims().equals(dims)).findFirst();
    if (whole.isPresent()) {
      return out.emit(stem, new Shape(), whole.get());
    }
    List<Value> parts = new ArrayList<>();
    int from = 0;
    while (from < dims.size()) {
      int to = endOfRun(dims, from);
      parts.add(
          to > from
              ? out.constant(stem + ".dims", Constant.ofLongs(numbers(dims.subList(from, to))))
              : emit(out, dims.get(from)));
      from = Math.max(to, from + 1);
    }
    return parts.size() == 1
        ? parts.getFirst()
        : out.emit(stem, new Concat(0), parts.toArray(Value[]::new));
  }

  /// Where the known dimensions that begin at `from` end.
  private static int endOfRun(List<Dim> dims, int from) {
    return IntStream.range(from, dims.size())
        .filter(i -> !dims.get(i).isKnown())
        .findFirst()
        .orElse(dims.size());
  }

  private static long[] numbers(List<Dim> dims) {
    return dims.stream().mapToLong(dim -> dim.known().orElseThrow()).toArray();
  }

  /// Emits one dimension, as a vector of one element.
  Value emit(Rewriter out, Dim dim) {
    return source(dim).map(source -> source.emit(out)).orElseGet(() -> sum(out, dim));
  }

  private Value sum(Rewriter out, Dim dim) {
    List<Value> terms = dim.terms().stream().map(term -> emit(out, term)).toList();
    return terms.isEmpty()
        ? number(out, 0)
        : terms.stream()
            .reduce((a, b) -> node(out, new Arithmetic(Arithmetic.Function.ADD), a, b))
            .orElseThrow();
  }

  private Value emit(Rewriter out, Dim.Term term) {
    List<Value> factors = new ArrayList<>();
    if (term.coefficient() != 1 || term.factors().isEmpty()) {
      factors.add(number(out, term.coefficient()));
    }
    term.factors().forEach(atom -> factors.add(emit(out, atom)));
    return factors.stream()
        .reduce((a, b) -> node(out, new Arithmetic(Arithmetic.Function.MUL), a, b))
        .orElseThrow();
  }

  private Value emit(Rewriter out, Atom atom) {
    return source(dim(atom)).map(source -> source.emit(out)).orElseGet(() -> computed(out, atom));
  }

  private Value computed(Rewriter out, Atom atom) {
    return switch (atom) {
      case Atom.FloorDiv(var a, var b) ->
          node(out, new Arithmetic(Arithmetic.Function.DIV), emit(out, a), emit(out, b));
      case Atom.Min(var a, var b) ->
          node(out, new Variadic(Variadic.Function.MIN), emit(out, a), emit(out, b));
      case Atom.Max(var a, var b) ->
          node(out, new Variadic(Variadic.Function.MAX), emit(out, a), emit(out, b));
      case Atom.Symbol _, Atom.CeilDiv _, Atom.Broadcast _ ->
          throw new IllegalArgumentException(atom.toString());
    };
  }

  private Value number(Rewriter out, long value) {
    return out.constant(stem + ".dims", Constant.ofLongs(value));
  }

  private Value node(Rewriter out, Op op, Value... operands) {
    return out.emit(stem, op, operands);
  }

  private static Dim dim(Atom atom) {
    return new Dim(List.of(new Dim.Term(1, List.of(atom))));
  }

  /// A dimension of a value that is there, and a number more.
  private final class Source {
    private final Value value;
    private final int axis;
    private final long more;

    Source(Value value, int axis, long more) {
      this.value = value;
      this.axis = axis;
      this.more = more;
    }

    Value emit(Rewriter out) {
      Value length = node(out, new Shape(Optional.of(axis + 1L), axis), value);
      return more == 0
          ? length
          : node(out, new Arithmetic(Arithmetic.Function.ADD), length, number(out, more));
    }
  }

  private Optional<Source> source(Dim dim) {
    for (Value value : dim.isKnown() ? List.<Value>of() : given) {
      for (int axis = 0; axis < value.type().rank(); axis++) {
        OptionalLong more = dim.minus(value.type().dim(axis)).known();
        if (more.isPresent()) {
          return Optional.of(new Source(value, axis, more.getAsLong()));
        }
      }
    }
    return Optional.empty();
  }
}
