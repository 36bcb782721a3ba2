package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.reduce.ReducedAxes;
import dev.crease.compiler.op.reduce.Reduction;
import dev.crease.compiler.op.tensor.Concat;
import dev.crease.compiler.op.tensor.Gather;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.compiler.op.tensor.Range;
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.compiler.op.tensor.Shape;
import dev.crease.compiler.op.tensor.Squeeze;
import dev.crease.compiler.op.tensor.Transpose;
import dev.crease.compiler.op.tensor.Unsqueeze;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// An Einsum by other operators: diagonals where an operand names a dimension twice, sums over what
/// nothing else names, then one operand after the other joins the product: element by element if
/// nothing is summed, else as a matrix product.
final class EinsumExpansion {
  private final EinsumEquation equation;
  private final Map<Integer, Dim> sizes;
  private final GraphBuilder out;

  EinsumExpansion(EinsumEquation equation, Map<Integer, Dim> sizes, GraphBuilder out) {
    this.equation = equation;
    this.sizes = sizes;
    this.out = out;
  }

  /// A value and what its dimensions are called.
  private record Term(Value value, List<Integer> labels) {
    int axis(int label) {
      return labels.indexOf(label);
    }
  }

  Value expand(List<Value> operands) {
    Term product = null;
    for (int i = 0; i < operands.size(); i++) {
      Set<Integer> later = new HashSet<>(equation.result());
      equation.terms().subList(i + 1, operands.size()).forEach(later::addAll);
      Term next = squeezed(diagonal(new Term(operands.get(i), equation.terms().get(i))));
      product = product == null ? summed(next, later) : product(product, next, later);
    }
    Term ordered = ordered(Objects.requireNonNull(product), equation.result());
    boolean unchanged = operands.contains(ordered.value());
    return unchanged ? out.add(new Identity(), ordered.value()) : ordered.value();
  }

  private Value longs(long... values) {
    return out.constant(out.freshName("einsum"), Constant.ofLongs(values));
  }

  /// Without dimensions that are called twice: of a square `(..., n, n)` under the shape `(..., n
  /// n)`, every `n + 1`-th element.
  private Term diagonal(Term term) {
    Term current = term;
    for (int label : Set.copyOf(term.labels())) {
      while (Collections.frequency(current.labels(), label) > 1) {
        current = diagonal(current, label);
      }
    }
    return current;
  }

  private Term diagonal(Term term, int label) {
    int first = term.axis(label);
    int second = first + 1 + term.labels().subList(first + 1, term.labels().size()).indexOf(label);
    List<Long> permutation = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    for (int axis = 0; axis < term.labels().size(); axis++) {
      if (axis != first && axis != second) {
        permutation.add((long) axis);
        kept.add(term.labels().get(axis));
      }
    }
    permutation.addAll(List.of((long) first, (long) second));
    Value square = out.add(new Transpose(permutation), term.value());
    List<Value> dims = new ArrayList<>();
    for (int axis = 0; axis < kept.size(); axis++) {
      dims.add(dim(square, axis));
    }
    Value size = dim(square, kept.size());
    dims.add(times(size, size));
    Value flat = reshaped(square, dims);
    Value places = times(counting(size), plusOne(size));
    kept.add(label);
    return new Term(out.add(new Gather(-1), flat, places), List.copyOf(kept));
  }

  /// `0, 1, ...`, so many.
  private Value counting(Value size) {
    Value zero = out.constant(out.freshName("einsum"), Constant.scalar(0L));
    Value one = out.constant(out.freshName("einsum"), Constant.scalar(1L));
    return out.add(new Range(), zero, out.add(new Squeeze(), size, longs(0)), one);
  }

  private Value plusOne(Value size) {
    return out.add(new Arithmetic(Arithmetic.Function.ADD), size, longs(1));
  }

  private Value times(Value a, Value b) {
    return out.add(new Arithmetic(Arithmetic.Function.MUL), a, b);
  }

  /// A dimension as a vector of one element.
  private Value dim(Value x, int axis) {
    Dim dim = x.type().dim(axis);
    return dim.isKnown()
        ? longs(dim.known().getAsLong())
        : out.add(new Shape(Optional.of(axis + 1L), axis), x);
  }

  private Value reshaped(Value x, List<Value> dims) {
    Value shape = dims.isEmpty() ? longs() : out.add(new Concat(0), dims.toArray(Value[]::new));
    return out.add(new Reshape(true), x, shape);
  }

  /// Without dimensions of 1 that are not 1 elsewhere: they broadcast.
  private Term squeezed(Term term) {
    List<Integer> kept = new ArrayList<>();
    List<Long> axes = new ArrayList<>();
    for (int axis = 0; axis < term.labels().size(); axis++) {
      int label = term.labels().get(axis);
      boolean repeats = term.value().type().dim(axis).is(1) && !Einsum.size(sizes, label).is(1);
      if (repeats) {
        axes.add((long) axis);
      } else {
        kept.add(label);
      }
    }
    return axes.isEmpty()
        ? term
        : new Term(out.add(new Squeeze(), term.value(), longs(array(axes))), kept);
  }

  private static long[] array(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  /// Summed over what is not named in `kept`.
  private Term summed(Term term, Set<Integer> kept) {
    List<Long> axes = new ArrayList<>();
    for (int axis = 0; axis < term.labels().size(); axis++) {
      if (!kept.contains(term.labels().get(axis))) {
        axes.add((long) axis);
      }
    }
    if (axes.isEmpty()) {
      return term;
    }
    ReducedAxes removed = new ReducedAxes(false, false);
    Reduction sum = new Reduction(Reduction.Function.SUM, removed);
    List<Integer> labels = term.labels().stream().filter(kept::contains).toList();
    return new Term(out.add(sum, term.value(), longs(array(axes))), labels);
  }

  private Term product(Term left, Term right, Set<Integer> later) {
    Term a = summed(left, union(later, right.labels()));
    Term b = summed(right, union(later, left.labels()));
    List<Integer> shared = a.labels().stream().filter(b.labels()::contains).toList();
    boolean elementwise = later.containsAll(shared);
    return elementwise ? elementwise(a, b) : matrices(a, b, shared, later);
  }

  private static Set<Integer> union(Set<Integer> a, List<Integer> b) {
    Set<Integer> union = new HashSet<>(a);
    union.addAll(b);
    return union;
  }

  private static List<Integer> without(List<Integer> a, List<Integer> b) {
    return a.stream().filter(label -> !b.contains(label)).toList();
  }

  private static List<Integer> joined(List<Integer> a, List<Integer> b) {
    return Stream.concat(a.stream(), b.stream()).toList();
  }

  private Term elementwise(Term a, Term b) {
    List<Integer> labels = joined(a.labels(), without(b.labels(), a.labels()));
    return new Term(times(spread(a, labels), spread(b, labels)), labels);
  }

  /// In the order of `labels`, with dimensions of 1 for those that it has not.
  private Value spread(Term term, List<Integer> labels) {
    List<Integer> order = labels.stream().filter(term.labels()::contains).toList();
    Value x = ordered(term, order).value();
    List<Long> missing = new ArrayList<>();
    for (int axis = 0; axis < labels.size(); axis++) {
      if (!term.labels().contains(labels.get(axis))) {
        missing.add((long) axis);
      }
    }
    return missing.isEmpty() ? x : out.add(new Unsqueeze(), x, longs(array(missing)));
  }

  private Term ordered(Term term, List<Integer> order) {
    if (order.equals(term.labels())) {
      return term;
    }
    List<Long> permutation = order.stream().map(label -> (long) term.axis(label)).toList();
    return new Term(out.add(new Transpose(permutation), term.value()), order);
  }

  /// Dimensions that both have and the result keeps are leading; of the others, those of `a` alone
  /// are the rows, those of `b` alone the columns.
  private Term matrices(Term a, Term b, List<Integer> shared, Set<Integer> later) {
    List<Integer> batch = shared.stream().filter(later::contains).toList();
    List<Integer> sums = without(shared, batch);
    List<Integer> rows = without(a.labels(), shared);
    List<Integer> columns = without(b.labels(), shared);
    Term left = ordered(a, joined(joined(batch, rows), sums));
    Term right = ordered(b, joined(joined(batch, sums), columns));
    Value y =
        out.add(
            new MatMul(),
            matrix(left, batch.size(), rows.size()),
            matrix(right, batch.size(), sums.size()));
    List<Integer> labels = joined(joined(batch, rows), columns);
    if (rows.size() == 1 && columns.size() == 1) {
      return new Term(y, labels);
    }
    List<Value> dims = new ArrayList<>();
    for (int axis = 0; axis < batch.size(); axis++) {
      dims.add(dim(y, axis));
    }
    for (int label : rows) {
      dims.add(dim(left.value(), left.axis(label)));
    }
    for (int label : columns) {
      dims.add(dim(right.value(), right.axis(label)));
    }
    return new Term(reshaped(y, dims), labels);
  }

  /// With the `first` dimensions after the leading ones as rows and the rest as columns.
  private Value matrix(Term term, int batch, int first) {
    int rank = term.labels().size();
    if (first == 1 && rank == batch + 2) {
      return term.value();
    }
    List<Value> dims = new ArrayList<>();
    for (int axis = 0; axis < batch; axis++) {
      dims.add(dim(term.value(), axis));
    }
    dims.add(merged(term.value(), batch, batch + first));
    dims.add(merged(term.value(), batch + first, rank));
    return reshaped(term.value(), dims);
  }

  private Value merged(Value x, int from, int to) {
    Value product = from == to ? longs(1) : dim(x, from);
    for (int axis = from + 1; axis < to; axis++) {
      product = times(product, dim(x, axis));
    }
    return product;
  }
}
