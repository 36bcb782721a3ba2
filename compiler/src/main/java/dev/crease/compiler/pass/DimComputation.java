package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Atom;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.tensor.Concat;
import dev.crease.compiler.op.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Computes dimensions from the shapes of a graph's inputs, by integer arithmetic that a plan does
/// when the shapes are bound.
final class DimComputation {
  private final Graph graph;
  private final String stem;

  /// @param stem where the names of what is computed come from
  DimComputation(Graph graph, String stem) {
    this.graph = graph;
    this.stem = stem;
  }

  /// Whether [#emit] can tell all of these, and what it emits is known to be them.
  boolean canEmit(List<Dim> dims) {
    return dims.stream().allMatch(this::canEmit);
  }

  private boolean canEmit(Dim dim) {
    return dim.terms().stream().allMatch(term -> term.factors().stream().allMatch(this::canEmit));
  }

  private boolean canEmit(Atom atom) {
    return switch (atom) {
      case Atom.Symbol symbol -> source(symbol).isPresent();
      // Div truncates, which is rounding down where nothing is negative.
      case Atom.FloorDiv(var a, var b) -> a.isNonNegative() && isPositive(b) && canEmit(a, b);
      case Atom.Min(var a, var b) -> canEmit(a, b);
      case Atom.Max(var a, var b) -> canEmit(a, b);
      case Atom.CeilDiv _, Atom.Broadcast _ -> false;
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
        graph.inputs().stream().filter(input -> input.type().dims().equals(dims)).findFirst();
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
    return switch (atom) {
      case Atom.Symbol symbol -> {
        Source source = source(symbol).orElseThrow();
        Shape shape = new Shape(Optional.of(source.axis() + 1L), source.axis());
        yield node(out, shape, source.input());
      }
      case Atom.FloorDiv(var a, var b) ->
          node(out, new Arithmetic(Arithmetic.Function.DIV), emit(out, a), emit(out, b));
      case Atom.Min(var a, var b) ->
          node(out, new Variadic(Variadic.Function.MIN), emit(out, a), emit(out, b));
      case Atom.Max(var a, var b) ->
          node(out, new Variadic(Variadic.Function.MAX), emit(out, a), emit(out, b));
      case Atom.CeilDiv _, Atom.Broadcast _ -> throw new IllegalArgumentException(atom.toString());
    };
  }

  private Value number(Rewriter out, long value) {
    return out.constant(stem + ".dims", Constant.ofLongs(value));
  }

  private Value node(Rewriter out, Op op, Value... operands) {
    return out.emit(stem, op, operands);
  }

  /// The dimension of an input that a symbol names.
  private record Source(Value input, int axis) {}

  private Optional<Source> source(Atom.Symbol symbol) {
    for (Value input : graph.inputs()) {
      for (int axis = 0; axis < input.type().rank(); axis++) {
        if (input.type().dim(axis).alone().filter(symbol::equals).isPresent()) {
          return Optional.of(new Source(input, axis));
        }
      }
    }
    return Optional.empty();
  }
}
