package dev.crease.compiler.pass;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphCopy;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.tensor.Identity;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Builds a graph from a source graph, node by node: what a rule writes into.
///
/// Operands may be given as values of the source or as values that this rewriter returned; the
/// former are mapped to what they became. Inputs and constants of the source are there from the
/// start; constants are shared, never changed.
///
/// The graph may be a subgraph; what it captures is then known to the source as far as it is a
/// constant, and mapped to what it became in the graph around.
public final class Rewriter {
  private final GraphCopy copy;
  private final Optional<Rewriter> around;
  private final Map<String, String> renamed = new LinkedHashMap<>();
  private final Map<Value, Value> copied = new HashMap<>();
  private final Map<Emission, Value> emitted = new HashMap<>();
  private final Map<String, String> origins;
  private final Map<Object, Node> firsts = new HashMap<>();
  private final Map<Object, Preconditions> checked = new HashMap<>();
  private int emissions;

  Rewriter(Graph source) {
    this(new GraphCopy(source), Optional.empty());
  }

  private Rewriter(GraphCopy copy, Optional<Rewriter> around) {
    this.copy = copy;
    this.around = around;
    this.origins = around.map(outer -> outer.origins).orElseGet(LinkedHashMap::new);
  }

  /// A rewriter of a subgraph of the node that is about to be kept.
  Rewriter inside(Graph subgraph) {
    return new Rewriter(copy.inside(subgraph), Optional.of(this));
  }

  /// Whether the source is a subgraph of a node.
  boolean isInside() {
    return around.isPresent();
  }

  /// The graph that is being rewritten: for producers, consumers, constants and uses.
  public Graph source() {
    return copy.source();
  }

  /// Inputs of the source and of the graphs around it, its own first.
  public List<Value> inputs() {
    return Stream.concat(
            source().inputs().stream(), around.stream().flatMap(outer -> outer.inputs().stream()))
        .toList();
  }

  /// Values that are there before any node of the source is computed: [#inputs], and what the
  /// source captures; no constants.
  public List<Value> given() {
    return Stream.concat(inputs().stream(), source().captures().stream())
        .filter(value -> source().constant(value).isEmpty())
        .distinct()
        .toList();
  }

  /// The first node of this graph that came with a key equal to `key`: `node` itself if none did.
  public Node first(Object key, Node node) {
    Node earlier = firsts.putIfAbsent(key, node);
    return earlier == null ? node : earlier;
  }

  /// What `search` says of `key`, which it is asked only once in this sweep.
  public Preconditions checked(Object key, Supplier<Preconditions> search) {
    return checked.computeIfAbsent(key, _ -> search.get());
  }

  /// What `value` became; itself, if it is not of the source.
  public Value map(Value value) {
    return copy.map(value);
  }

  /// The constant that `value` is or became.
  public Optional<Constant> constant(Value value) {
    return copy.target().constantOf(map(value));
  }

  /// A new constant under a fresh name: `stem`, or `stem.1`, `stem.2`, ...
  public Value constant(String stem, Constant constant) {
    emissions++;
    return copy.target().constant(copy.target().freshName(stem), constant);
  }

  /// An additional node with one result, under a fresh name.
  public Value emit(String stem, Op op, Value... operands) {
    emissions++;
    List<Value> mapped = Arrays.stream(operands).map(this::map).toList();
    String name = copy.target().freshName(stem);
    return copy.target().add("", op, mapped, List.of(name)).getFirst();
  }

  /// An additional node with one result, for what `origin` did: with its name, and a fresh name
  /// like that of its result. Emitted once for each operator and origin; asked again, it is the
  /// same.
  public Value emit(Node origin, Op op, Supplier<List<Value>> operands) {
    Value known = emitted.get(new Emission(origin, op));
    if (known != null) {
      return known;
    }
    List<Value> mapped = operands.get().stream().map(this::map).toList();
    emissions++;
    String name = copy.target().freshName(origin.output().name());
    Value result = copy.target().add(origin.name(), op, mapped, List.of(name)).getFirst();
    emitted.put(new Emission(origin, op), result);
    origins.put(name, origin.output().name());
    return result;
  }

  /// What was emitted for a node of the source.
  private record Emission(Node origin, Op op) {}

  /// Puts a node of `op` in `node`'s place: same node name, same result names.
  public void replace(Node node, Op op, List<Value> operands) {
    replace(node, node.name(), op, operands);
  }

  /// Puts a node of `op`, named `nodeName`, in `node`'s place, with the same result names.
  ///
  /// @throws InvalidOperandException if a result would get another type
  public void replace(Node node, String nodeName, Op op, List<Value> operands) {
    emissions++;
    copy.add(new Node(nodeName, op, operands, node.outputs()));
  }

  /// Lets the readers of `node`'s results read `values` instead. A result that is an output of the
  /// graph keeps its name: the value is renamed, or copied if it is an input, a constant or another
  /// output.
  ///
  /// @throws IllegalStateException if a value has another type than the result it stands for
  public void replaceBy(Node node, List<Value> values) {
    emissions++;
    for (int i = 0; i < node.outputs().size(); i++) {
      if (!node.output(i).isAbsent()) {
        move(node, node.output(i), map(values.get(i)));
      }
    }
  }

  /// Lets the readers of `node`'s results read `results` instead, under their names.
  ///
  /// @param results one for each result that is not left out
  public void replaceByConstants(Node node, List<Constant> results) {
    emissions++;
    Iterator<Constant> next = results.iterator();
    for (Value old : node.outputs()) {
      if (!old.isAbsent()) {
        move(node, old, copy.target().constant(old.name(), next.next()));
      }
    }
  }

  /// Puts what a subgraph without inputs computes in the graph.
  ///
  /// @return its outputs
  public List<Value> inline(Graph subgraph) {
    emissions++;
    return copy.inline(subgraph);
  }

  private void move(Node node, Value old, Value replacement) {
    if (!replacement.type().agreesWith(old.type())) {
      throw new IllegalStateException(
          "result `%s` of %s would become %s".formatted(old, node.label(), replacement.type()));
    }
    origins.putIfAbsent(replacement.name(), old.name());
    copy.put(old, replacement);
  }

  /// Keeps a node, with subgraphs that were rewritten already.
  void keep(Node node, Op op) {
    copy.add(node, op);
  }

  /// Counts what rules emitted, so that the runner can tell whether one emitted anything.
  int emissions() {
    return emissions;
  }

  boolean hasMoved(Node node) {
    return copy.has(node);
  }

  /// Results that took the name of a graph output they stand for: old name to new.
  Map<String, String> renamed() {
    return renamed;
  }

  /// What stands for results of the source and its subgraphs, or does a part of the work that was
  /// done there: new name to old.
  Map<String, String> origins() {
    return origins;
  }

  /// What a value of the source is in the graph that was built, to those who read it there.
  Value built(Value value) {
    Value copy = copied.getOrDefault(value, map(value));
    return new Value(renamed.getOrDefault(copy.name(), copy.name()), copy.type());
  }

  /// The graph. A whole model's outputs keep their names; a subgraph's are known by their order,
  /// but what it computed it still computes.
  Graph build() {
    Map<Value, String> newNames = new LinkedHashMap<>();
    Set<String> outputNames = new HashSet<>();
    source().outputs().forEach(output -> outputNames.add(output.name()));
    for (Value output : new LinkedHashSet<>(source().outputs())) {
      Value value = map(output);
      boolean computed = copy.target().computes(value);
      boolean fits = around.isPresent() && (computed || source().captures().contains(output));
      if (fits || value.name().equals(output.name())) {
        continue;
      }
      boolean takesName =
          computed && !outputNames.contains(value.name()) && !newNames.containsKey(value);
      if (takesName) {
        newNames.put(value, output.name());
        renamed.put(value.name(), output.name());
      } else {
        copied.put(output, value);
        copy.add(new Node("", new Identity(), List.of(value), List.of(output)));
      }
    }
    Graph built = copy.build();
    return newNames.isEmpty() ? built : rename(built, newNames);
  }

  private static Graph rename(Graph graph, Map<Value, String> newNames) {
    GraphCopy copy = new GraphCopy(graph);
    for (Node node : graph.nodes()) {
      List<Value> results =
          node.outputs().stream()
              .map(v -> new Value(newNames.getOrDefault(v, v.name()), v.type()))
              .toList();
      List<Value> copies = copy.add(new Node(node.name(), node.op(), node.inputs(), results));
      for (int i = 0; i < copies.size(); i++) {
        copy.put(node.output(i), copies.get(i));
      }
    }
    return copy.build();
  }
}
