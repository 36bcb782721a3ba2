package dev.crease.compiler.verify.replay;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.ControlFlow;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.nn.Dropout;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.compiler.verify.replay.Term.Applied;
import dev.crease.compiler.verify.replay.Term.Body;
import dev.crease.compiler.verify.replay.Term.Function;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Makes terms, and numbers them so that terms of one number are equal expressions: the same
/// operators, with the same attributes, on the same inputs and the same constants. Constants with
/// one number are one object.
final class Numbering {
  private final Map<Object, Integer> numbers = new HashMap<>();
  private final Map<Constant, Term.Known> constants = new IdentityHashMap<>();
  private int last;

  private record Key(Function function, List<Integer> operands, List<BodyKey> bodies) {}

  private record BodyKey(List<Integer> inputs, List<Integer> outputs) {
    static BodyKey of(Body body) {
      return new BodyKey(numbers(body.inputs()), numbers(body.outputs()));
    }
  }

  private record BoundName(String name) {}

  private record Place(Key node, int index) {}

  private record Inner(String operator, Attributes attributes) {}

  private int next() {
    last++;
    return last;
  }

  private int numberOf(Object key) {
    return numbers.computeIfAbsent(key, _ -> next());
  }

  Term input(Value value) {
    return new Term.Input(numberOf(value), value.name(), value.type());
  }

  /// Names of one graph are unique, inside as well, so a name tells a subgraph's input.
  private Term bound(Value value) {
    return new Term.Bound(numberOf(new BoundName(value.name())), value.name());
  }

  Term known(Constant constant) {
    return constants.computeIfAbsent(constant, key -> new Term.Known(next(), key));
  }

  Applied apply(
      Function function, List<Term> operands, List<Body> bodies, int parts, String label) {
    Key key = new Key(function, numbers(operands), bodies.stream().map(BodyKey::of).toList());
    if (function.copies()) {
      return new Applied(function, operands, bodies, numbers(operands), label);
    }
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      places.add(function.random() ? next() : numberOf(new Place(key, i)));
    }
    return new Applied(function, operands, bodies, places, label);
  }

  static List<Integer> numbers(List<Term> terms) {
    return terms.stream().map(Term::number).toList();
  }

  /// Adds a graph's inputs, constants and nodes, all those inside included, to `names`.
  Body read(Graph graph, Map<String, Term> names) {
    graph.inputs().forEach(input -> names.putIfAbsent(input.name(), input(input)));
    return body(graph, names);
  }

  /// As [#read] of a subgraph, whose inputs its operator gives.
  Body readInside(Graph graph, Map<String, Term> names) {
    graph.inputs().forEach(input -> names.put(input.name(), bound(input)));
    return body(graph, names);
  }

  private Body body(Graph graph, Map<String, Term> names) {
    graph.constants().forEach((value, constant) -> names.put(value.name(), known(constant)));
    List<Applied> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      nodes.add(read(graph, node, names));
    }
    return new Body(terms(graph.inputs(), names), nodes, terms(graph.outputs(), names));
  }

  private Applied read(Graph graph, Node node, Map<String, Term> names) {
    List<Body> bodies = node.subgraphs().stream().map(inner -> readInside(inner, names)).toList();
    List<Term> operands = terms(node.inputs(), names);
    Applied applied =
        apply(function(graph, node), operands, bodies, node.outputs().size(), node.label());
    bind(node, applied, names);
    return applied;
  }

  static void bind(Node node, Applied applied, Map<String, Term> names) {
    for (int i = 0; i < node.outputs().size(); i++) {
      if (!node.output(i).isAbsent()) {
        names.put(node.output(i).name(), applied.parts().get(i));
      }
    }
  }

  /// What values mean by their names.
  ///
  /// @throws ReplayException if one is not there
  static List<Term> terms(List<Value> values, Map<String, Term> names) {
    return values.stream().map(value -> term(value, names)).toList();
  }

  static Term term(Value value, Map<String, Term> names) {
    if (value.isAbsent()) {
      return Term.Absent.TERM;
    }
    Term term = names.get(value.name());
    if (term == null) {
      throw new ReplayException("there is no value " + Term.name(value));
    }
    return term;
  }

  /// A node's operator; a subgraph counts by what it computes, not by how it is written.
  static Function function(Graph graph, Node node) {
    Op op = node.op();
    if (op instanceof ControlFlow) {
      Attributes rest = op.attributes();
      for (Map.Entry<String, Attribute> entry : op.attributes().asMap().entrySet()) {
        rest = entry.getValue() instanceof Attribute.Subgraph ? rest.without(entry.getKey()) : rest;
      }
      return new Function(new Inner(op.schema().qualifiedName(), rest), false, false);
    }
    boolean random = op instanceof Dropout && mayTrain(graph, node);
    return new Function(op, random, op instanceof Identity);
  }

  private static boolean mayTrain(Graph graph, Node node) {
    return node.hasInput(2)
        && graph.constant(node.input(2)).filter(mode -> mode.longs()[0] == 0).isEmpty();
  }
}
