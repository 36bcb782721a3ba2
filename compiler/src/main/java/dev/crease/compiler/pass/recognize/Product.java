package dev.crease.compiler.pass.recognize;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Arithmetic.Function;
import dev.crease.compiler.op.math.Pow;
import dev.crease.compiler.pass.SoleUse;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// A product as its factors, whatever the order and grouping of the Mul, Div by a constant and Pow
/// by 2 or 3 that compute it.
///
/// A factor that something else reads as well is not taken apart.
///
/// @param constant the product of all constants of one element
/// @param constants how many of them there are
/// @param factors all others, a power as many times as it says
/// @param nodes those that multiply
record Product(double constant, int constants, List<Value> factors, List<Node> nodes) {
  private static final int MOST_NODES = 8;

  Product {
    factors = List.copyOf(factors);
    nodes = List.copyOf(nodes);
  }

  /// What `node` computes, if it multiplies.
  static Optional<Product> of(Graph graph, Node node) {
    Walk walk = new Walk(graph);
    return walk.multiplies(node) ? Optional.of(walk.product()) : Optional.empty();
  }

  /// What `value` is, if it is a product.
  static Optional<Product> of(Graph graph, Value value) {
    return graph.producer(value).flatMap(node -> of(graph, node));
  }

  /// Whether the constant is `exact`, of which an element type stores each part to its precision.
  boolean isTimes(double exact, ElementType element) {
    return Math.abs(constant / exact - 1) <= constants * unit(element) * 1.01;
  }

  /// The two factors, if one is `x` and there is one more.
  Optional<Value> besides(Value x) {
    boolean two = factors.size() == 2 && factors.contains(x);
    return two
        ? Optional.of(factors.getFirst().equals(x) ? factors.getLast() : factors.getFirst())
        : Optional.empty();
  }

  /// How far a stored number can be from the one that is meant, in parts of it.
  private static double unit(ElementType element) {
    return switch (element) {
      case FLOAT64 -> 0x1p-53;
      case FLOAT32 -> 0x1p-24;
      case FLOAT16 -> 0x1p-11;
      case BFLOAT16 -> 0x1p-8;
      default -> 0;
    };
  }

  /// The one element of a constant.
  static OptionalDouble scalar(Graph graph, Value value) {
    Optional<Constant> constant = graph.constant(value).filter(c -> c.elements() == 1);
    return constant.isPresent()
        ? OptionalDouble.of(constant.get().doubles()[0])
        : OptionalDouble.empty();
  }

  /// Collects factors.
  private static final class Walk {
    private final Graph graph;
    private final List<Value> factors = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private double constant = 1;
    private int constants;

    Walk(Graph graph) {
      this.graph = graph;
    }

    Product product() {
      return new Product(constant, constants, factors, nodes);
    }

    /// Takes `node` apart, if it multiplies.
    boolean multiplies(Node node) {
      if (nodes.size() == MOST_NODES) {
        return false;
      }
      return switch (node.op()) {
        case Arithmetic(Function function) when function == Function.MUL -> {
          nodes.add(node);
          multiplyBy(node.input(0));
          multiplyBy(node.input(1));
          yield true;
        }
        case Arithmetic(Function function) when function == Function.DIV -> {
          OptionalDouble divisor = scalar(graph, node.input(1));
          if (divisor.isPresent()) {
            nodes.add(node);
            multiplyBy(node.input(0));
            multiplyBy(1 / divisor.getAsDouble());
          }
          yield divisor.isPresent();
        }
        case Pow _ -> {
          double exponent = scalar(graph, node.input(1)).orElse(0);
          if (exponent == 2 || exponent == 3) {
            nodes.add(node);
            for (int i = 0; i < exponent; i++) {
              factors.add(node.input(0));
            }
          }
          yield exponent == 2 || exponent == 3;
        }
        default -> false;
      };
    }

    private void multiplyBy(Value value) {
      OptionalDouble number = scalar(graph, value);
      if (number.isPresent()) {
        multiplyBy(number.getAsDouble());
        return;
      }
      boolean opened =
          graph
              .producer(value)
              .filter(node -> SoleUse.of(graph, node).hold())
              .filter(this::multiplies)
              .isPresent();
      if (!opened) {
        factors.add(value);
      }
    }

    private void multiplyBy(double number) {
      constant *= number;
      constants++;
    }
  }
}
