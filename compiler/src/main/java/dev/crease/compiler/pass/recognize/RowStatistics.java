package dev.crease.compiler.pass.recognize;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Arithmetic.Function;
import dev.crease.compiler.op.math.Elementwise;
import dev.crease.compiler.op.math.Pow;
import dev.crease.compiler.op.reduce.Reduction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.LongStream;

/// `d / sqrt(mean(d^2) + epsilon)` with `d = x - mean(x)`, or `d = x`: what is normalized, and how.
///
/// @param centered whether the mean is taken away
/// @param axis the first of the axes of a row
/// @param nodes those that compute it, the quotient first
record RowStatistics(Value x, boolean centered, int axis, double epsilon, List<Node> nodes) {
  RowStatistics {
    nodes = List.copyOf(nodes);
  }

  /// What `node` computes, if it is such a quotient.
  static Optional<RowStatistics> of(Graph graph, Node node) {
    return new Search(graph).quotient(node);
  }

  /// Walks from a quotient to what it is computed from, and remembers the nodes.
  private static final class Search {
    private final Graph graph;
    private final List<Node> nodes = new ArrayList<>();

    Search(Graph graph) {
      this.graph = graph;
    }

    Optional<RowStatistics> quotient(Node node) {
      if (!(node.op() instanceof Arithmetic(Function function))) {
        return Optional.empty();
      }
      return switch (function) {
        case DIV -> quotient(node, node.input(0), root(node.input(1)));
        case MUL ->
            quotient(node, node.input(0), inverseRoot(node.input(1)))
                .or(() -> quotient(node, node.input(1), inverseRoot(node.input(0))));
        case ADD, SUB -> Optional.empty();
      };
    }

    /// @param moment what the root is taken of
    private Optional<RowStatistics> quotient(Node node, Value d, Optional<Value> moment) {
      Optional<Node> sum = moment.flatMap(value -> arithmetic(value, Function.ADD));
      for (int side = 0; side < 2 && sum.isPresent(); side++) {
        OptionalDouble epsilon = Product.scalar(graph, sum.get().input(side));
        Optional<Node> mean = mean(sum.get().input(1 - side));
        OptionalInt axis = mean.isPresent() ? firstAxis(mean.get()) : OptionalInt.empty();
        if (epsilon.isPresent() && axis.isPresent() && isSquare(mean.get().input(0), d)) {
          nodes.addFirst(node);
          nodes.add(sum.get());
          nodes.add(mean.get());
          return Optional.of(centered(d, axis.getAsInt(), epsilon.getAsDouble()));
        }
      }
      nodes.clear();
      return Optional.empty();
    }

    private RowStatistics centered(Value d, int axis, double epsilon) {
      Optional<Node> difference = arithmetic(d, Function.SUB);
      Optional<Node> mean =
          difference
              .flatMap(node -> mean(node.input(1)))
              .filter(node -> node.input(0).equals(difference.get().input(0)))
              .filter(node -> firstAxis(node).equals(OptionalInt.of(axis)));
      if (mean.isEmpty()) {
        return new RowStatistics(d, false, axis, epsilon, nodes);
      }
      nodes.add(difference.get());
      nodes.add(mean.get());
      return new RowStatistics(mean.get().input(0), true, axis, epsilon, nodes);
    }

    private Optional<Value> root(Value value) {
      Optional<Node> node = graph.producer(value).filter(producer -> isRoot(producer, 0.5));
      node.ifPresent(nodes::add);
      return node.map(producer -> producer.input(0));
    }

    private Optional<Value> inverseRoot(Value value) {
      Optional<Node> node = graph.producer(value);
      if (node.filter(producer -> isPower(producer, -0.5)).isPresent()) {
        nodes.add(node.get());
        return node.map(producer -> producer.input(0));
      }
      return node.filter(
              producer -> producer.op().equals(new Elementwise(Elementwise.Function.RECIPROCAL)))
          .flatMap(
              producer -> {
                nodes.add(producer);
                return root(producer.input(0));
              });
    }

    private boolean isRoot(Node node, double exponent) {
      return node.op().equals(new Elementwise(Elementwise.Function.SQRT))
          || isPower(node, exponent);
    }

    private boolean isPower(Node node, double exponent) {
      return node.op() instanceof Pow
          && Product.scalar(graph, node.input(1)).orElse(Double.NaN) == exponent;
    }

    private boolean isSquare(Value value, Value d) {
      Optional<Node> node =
          graph
              .producer(value)
              .filter(
                  producer ->
                      producer.inputs().equals(List.of(d, d))
                              && producer.op().equals(new Arithmetic(Function.MUL))
                          || producer.input(0).equals(d) && isPower(producer, 2));
      node.ifPresent(nodes::add);
      return node.isPresent();
    }

    private Optional<Node> mean(Value value) {
      return graph
          .producer(value)
          .filter(
              node ->
                  node.op() instanceof Reduction(var function, var axes)
                      && function == Reduction.Function.MEAN
                      && axes.keepDims());
    }

    /// The first of the axes, if they are all from there on.
    private OptionalInt firstAxis(Node mean) {
      int rank = mean.input(0).type().rank();
      Optional<Constant> named =
          mean.hasInput(1) ? graph.constant(mean.input(1)) : Optional.empty();
      if (named.isEmpty() || named.get().elements() == 0) {
        return OptionalInt.empty();
      }
      long[] axes =
          Arrays.stream(named.get().longs())
              .map(axis -> Axes.normalize("ReduceMean", axis, rank))
              .sorted()
              .toArray();
      boolean areLast = Arrays.equals(axes, LongStream.range(rank - axes.length, rank).toArray());
      return areLast ? OptionalInt.of(rank - axes.length) : OptionalInt.empty();
    }

    private Optional<Node> arithmetic(Value value, Function function) {
      return graph.producer(value).filter(node -> node.op().equals(new Arithmetic(function)));
    }
  }
}
