package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.GraphCopy;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.compiler.op.control.If;
import dev.crease.compiler.op.tensor.Reshape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Single numbers whose rank a run decides: what one branch of an `If` gives as a scalar, say, and
/// the other as a vector of one element, and what is computed of that alone.
///
/// A graph has them with the highest of their ranks, which is right where readers do not tell a
/// difference. For an operator that takes a number in several ranks these are ways to write one
/// thing; so where results have the same shape for all ranks, they have the same elements.
final class OpenRanks {
  private final Map<Value, TensorType> lowest = new HashMap<>();

  OpenRanks() {}

  /// One that goes on from where `other` is.
  OpenRanks(OpenRanks other) {
    lowest.putAll(other.lowest);
  }

  /// Given an `If` that a run decides, one whose branches give such numbers in the same ranks.
  OldNode settle(OldNode node, GraphBuilder out) {
    if (!node.operator().equals("If") || out.elementsOf(node.input(0)).isPresent()) {
      return node;
    }
    Optional<Attribute> then = node.attributes().get("then_branch");
    Optional<Attribute> otherwise = node.attributes().get("else_branch");
    if (then.orElse(null) instanceof Attribute.Subgraph(Graph a)
        && otherwise.orElse(null) instanceof Attribute.Subgraph(Graph b)
        && a.outputs().size() == b.outputs().size()) {
      return node.with("then_branch", new Attribute.Subgraph(raised(a, b, out)))
          .with("else_branch", new Attribute.Subgraph(raised(b, a, out)));
    }
    return node;
  }

  /// The branch, whose single numbers have at least the ranks of the other's.
  private Graph raised(Graph branch, Graph other, GraphBuilder out) {
    List<Integer> low = new ArrayList<>();
    for (int i = 0; i < branch.outputs().size(); i++) {
      TensorType own = branch.outputs().get(i).type();
      TensorType others = other.outputs().get(i).type();
      if (own.rank() < others.rank() && isNumber(own) && isNumber(others)) {
        low.add(i);
      }
    }
    if (low.isEmpty()) {
      return branch;
    }
    GraphCopy copy = new GraphCopy(branch, out);
    branch.nodes().forEach(copy::add);
    for (int i = 0; i < branch.outputs().size(); i++) {
      Value given = branch.outputs().get(i);
      int rank = other.outputs().get(i).type().rank();
      copy.target().output(low.contains(i) ? raised(given, rank, copy.target()) : copy.map(given));
    }
    return copy.target().build();
  }

  private Value raised(Value number, int rank, GraphBuilder to) {
    long[] ones = new long[rank];
    Arrays.fill(ones, 1);
    Value shape = to.constant(to.freshName(number.name() + ".shape"), Constant.ofLongs(ones));
    String name = to.freshName(number.name() + ".raised");
    List<Value> operands = List.of(number, shape);
    Value result = to.add("", new Reshape(false), operands, List.of(name)).getFirst();
    lowest.put(result, lowest(number));
    return result;
  }

  private static boolean isNumber(TensorType type) {
    return type.isTensor() && type.elements().is(1);
  }

  private TensorType lowest(Value value) {
    return lowest.getOrDefault(value, value.type());
  }

  private boolean isOpen(Value value) {
    return lowest.containsKey(value);
  }

  /// Finds out whether the results of a node that has just been added have open ranks.
  ///
  /// @param old the node as the file has it
  /// @throws UnsupportedNodeException if an operand has, and the node tells a difference
  void follow(OldNode old, OldNode node, Op op, List<Value> results, GraphBuilder out) {
    if (op instanceof If branches) {
      join(branches, node, results, out);
      return;
    }
    if (op instanceof ControlFlow flow) {
      flow.subgraphs().forEach(body -> body.outputs().forEach(this::requireSettled));
    }
    List<Value> open = old.inputs().stream().filter(this::isOpen).toList();
    if (!open.isEmpty()) {
      if (op instanceof ControlFlow || !node.inputs().containsAll(open)) {
        throw matters(open.getFirst(), node.operator());
      }
      compare(open.getFirst(), node, op, results, out);
    }
  }

  private void join(If branches, OldNode node, List<Value> results, GraphBuilder out) {
    Optional<Graph> taken = branches.taken(out.elementsOf(node.input(0)));
    List<Graph> possible = taken.map(List::of).orElseGet(branches::subgraphs);
    for (int i = 0; i < results.size(); i++) {
      for (Graph branch : possible) {
        keepLower(results.get(i), lowest(branch.outputs().get(i)));
      }
    }
  }

  private void keepLower(Value result, TensorType type) {
    if (!result.isAbsent() && type.rank() < lowest(result).rank()) {
      lowest.put(result, type);
    }
  }

  /// Compares the results with those for the lowest ranks.
  private void compare(Value open, OldNode node, Op op, List<Value> results, GraphBuilder out) {
    List<Value> operands =
        node.inputs().stream()
            .map(operand -> isOpen(operand) ? new Value(operand.name(), lowest(operand)) : operand)
            .toList();
    List<TensorType> low;
    try {
      low = out.types(op, operands, node.outputs());
    } catch (InvalidOperandException e) {
      throw matters(open, node.operator());
    }
    for (int i = 0; i < results.size(); i++) {
      TensorType high = results.get(i).type();
      TensorType type = low.get(i);
      boolean same = type.rank() == high.rank() ? type.agreesWith(high) : bothNumbers(type, high);
      if (!same) {
        throw matters(open, node.operator());
      }
      keepLower(results.get(i), type);
    }
  }

  private static boolean bothNumbers(TensorType a, TensorType b) {
    return isNumber(a) && isNumber(b);
  }

  private UnsupportedNodeException matters(Value value, String reader) {
    return new UnsupportedNodeException(
        "branches of an If, one of which a run chooses, make `%s` either %s or %s, and %s tells a difference, which is not supported"
            .formatted(value.name(), lowest(value), value.type(), reader));
  }

  /// @throws UnsupportedNodeException if the value, a result of a graph, has an open rank
  void requireSettled(Value value) {
    if (isOpen(value)) {
      throw matters(value, "a graph's output");
    }
  }
}
