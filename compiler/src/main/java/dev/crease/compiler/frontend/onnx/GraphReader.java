package dev.crease.compiler.frontend.onnx;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DeclaredRank;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.NearestName;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Operators;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.compiler.op.control.If;
import dev.crease.compiler.op.crease.Expect;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.grammar.onnx.GraphProto;
import dev.crease.grammar.onnx.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Builds graphs from a file's: types are inferred node by node and checked against those declared.
final class GraphReader {
  private static final int MAX_DEPTH = 64;

  /// Each one inside another doubles the time.
  private static final int MAX_TRIALS = 8;

  private final String file;
  private final FunctionInliner functions;
  private final AttributeReader attributes;
  private final TypeReader types;
  private final SourceReader sources;
  private final Set<String> names;
  private final Set<String> taken = new HashSet<>();
  private final OpenRanks ranks;

  /// How many subgraphs are open.
  private int depth;

  /// How many readings on trial are open.
  private int trials;

  /// @param overridable whether an initializer that is also an input is a default, not a constant
  /// @param names all names of values in the file
  GraphReader(
      String file,
      boolean overridable,
      FunctionInliner functions,
      TensorReader tensors,
      Set<String> names) {
    this.file = file;
    this.functions = functions;
    this.attributes = new AttributeReader(file, tensors);
    this.types = new TypeReader(file);
    this.sources = new SourceReader(file, overridable, tensors, types);
    this.names = names;
    this.ranks = new OpenRanks();
  }

  /// One that goes on from where `other` is, and leaves it there.
  private GraphReader(GraphReader other) {
    this.file = other.file;
    this.sources = other.sources;
    this.functions = other.functions;
    this.attributes = other.attributes;
    this.types = other.types;
    this.names = other.names;
    this.taken.addAll(other.taken);
    this.ranks = new OpenRanks(other.ranks);
    this.depth = other.depth;
    this.trials = other.trials + 1;
  }

  /// @throws InvalidModelException if the graph breaks a rule
  /// @throws UnsupportedModelException if something shows only now to be unsupported
  Graph read(GraphProto graph, Opsets opsets) {
    return read(graph, opsets, null, List.of());
  }

  /// Names of initializers that are inputs too and were made constants.
  List<String> constantInputs() {
    return sources.constantInputs();
  }

  /// @param given what the node of a subgraph tells of its inputs
  private Graph read(
      GraphProto graph, Opsets opsets, @Nullable ValueScope outer, List<BodyInput> given) {
    GraphBuilder out = new GraphBuilder(graph.getName(), outer == null ? null : outer.builder());
    out.reserve(names);
    List<Value> outputs = addAll(graph, opsets, out, outer, given);
    if (outer == null) {
      outputs.forEach(this::requireSettled);
    }
    outputs.forEach(out::output);
    return out.build();
  }

  /// Adds what is in a graph.
  ///
  /// @return its outputs
  private List<Value> addAll(
      GraphProto graph,
      Opsets opsets,
      GraphBuilder out,
      @Nullable ValueScope outer,
      List<BodyInput> given) {
    List<Call> calls = functions.expand(graph.getNodeList(), opsets);
    ValueScope scope = scope(graph, calls, out, outer);
    types.reserveSymbols(graph.getInputList());
    try {
      sources.add(graph, scope, given);
    } catch (InvalidOperandException | ArithmeticException e) {
      throw new InvalidModelException("%s: %s".formatted(file, e.getMessage()), e);
    }
    addCalls(
        Rest.all(
            graph,
            NodeOrder.sort(file, calls, ValueNames.sources(graph), namesAround(calls, outer))),
        scope);
    return graph.getOutputList().stream().map(output -> output(output, scope, calls)).toList();
  }

  /// Nodes of a graph that are still to be added, in order.
  ///
  /// @param read what any node of it reads, or who runs it
  private record Rest(GraphProto graph, List<Call> calls, Set<String> read) {
    static Rest all(GraphProto graph, List<Call> calls) {
      Set<String> read = new HashSet<>();
      graph.getOutputList().forEach(output -> read.add(output.getName()));
      calls.forEach(call -> read.addAll(ValueNames.used(call.node())));
      return new Rest(graph, calls, read);
    }

    Rest after(int index) {
      return new Rest(graph, calls.subList(index + 1, calls.size()), read);
    }
  }

  private void addCalls(Rest rest, ValueScope scope) {
    Map<String, ValueInfoProto> outputs = byName(rest.graph().getOutputList(), scope);
    Map<String, ValueInfoProto> inside = byName(rest.graph().getValueInfoList(), scope);
    Map<String, ValueInfoProto> declared = new HashMap<>(inside);
    declared.putAll(outputs);
    for (int i = 0; i < rest.calls().size(); i++) {
      Call call = rest.calls().get(i);
      for (Value value : add(call, rest.after(i), scope, declared)) {
        String what = "the result of " + call.label();
        if (outputs.containsKey(value.name())) {
          types.check(value, outputs.get(value.name()), what);
        } else if (inside.containsKey(value.name())) {
          types.checkElementType(value, inside.get(value.name()), what);
        }
      }
    }
  }

  private void requireSettled(Value output) {
    try {
      ranks.requireSettled(output);
    } catch (UnsupportedNodeException e) {
      throw new UnsupportedModelException(List.of("%s: %s".formatted(file, e.getMessage())));
    }
  }

  private static Map<String, ValueInfoProto> byName(
      List<ValueInfoProto> declarations, ValueScope scope) {
    Map<String, ValueInfoProto> byName = new HashMap<>();
    declarations.forEach(value -> byName.put(scope.name(value.getName()), value));
    return byName;
  }

  /// The specification allows no result of a subgraph's node the name of a value that it can read.
  private ValueScope scope(
      GraphProto graph, List<Call> calls, GraphBuilder out, @Nullable ValueScope outer) {
    Set<String> defined = ValueNames.sources(graph);
    for (Call call : calls) {
      for (String result : call.node().getOutputList()) {
        if (outer != null && outer.find(result).isPresent()) {
          throw new InvalidModelException(
              "%s: %s defines `%s`, which a graph around it defines too; give the result in the subgraph another name"
                  .formatted(file, call.label(), result));
        }
        defined.add(result);
      }
    }
    defined.remove("");
    ValueScope scope = new ValueScope(out, outer);
    scope.define(defined, taken);
    return scope;
  }

  /// Names that the calls may take from graphs around theirs.
  private static Set<String> namesAround(List<Call> calls, @Nullable ValueScope outer) {
    Set<String> found = new HashSet<>();
    if (outer != null) {
      for (Call call : calls) {
        for (String name : ValueNames.used(call.node())) {
          if (outer.find(name).isPresent()) {
            found.add(name);
          }
        }
      }
    }
    return found;
  }

  private Value output(ValueInfoProto output, ValueScope scope, List<Call> calls) {
    Optional<Value> value = scope.find(output.getName());
    if (value.isEmpty()) {
      Set<String> candidates = new HashSet<>();
      calls.forEach(call -> candidates.addAll(call.node().getOutputList()));
      if (candidates.contains(output.getName())) {
        throw new UnsupportedModelException(
            List.of("%s: output %s".formatted(file, dropped(output.getName()).getMessage())));
      }
      throw new InvalidModelException(
          "%s: nothing defines the output `%s`%s"
              .formatted(
                  file, output.getName(), NearestName.suggestion(output.getName(), candidates)));
    }
    types.check(value.get(), output, "output");
    return value.get();
  }

  /// [OpsetUpgrade] drops results that no current form has, but only if nobody reads them.
  private static UnsupportedNodeException dropped(String name) {
    return new UnsupportedNodeException(
        "`%s` is a result that only an older form of its operator had, which is not supported"
            .formatted(name));
  }

  /// @param declared what the file says of results, by their names
  private List<Value> add(
      Call call, Rest rest, ValueScope scope, Map<String, ValueInfoProto> declared) {
    try {
      List<Value> results =
          call.domain().isEmpty() && call.node().getOpType().equals("Constant")
              ? List.of(addConstant(call, scope))
              : addOperator(call, rest, scope, declared);
      return results;
    } catch (InvalidOperandException | ArithmeticException e) {
      throw new InvalidModelException(
          "%s: %s: %s".formatted(file, call.label(), e.getMessage()), e);
    } catch (UnsupportedNodeException e) {
      throw new UnsupportedModelException(
          List.of(
              "%s: %s (operator set %d): %s"
                  .formatted(file, call.label(), call.version(), e.getMessage())));
    }
  }

  private Value addConstant(Call call, ValueScope scope) {
    if (call.node().getOutputCount() != 1 || call.node().getOutput(0).isEmpty()) {
      throw new InvalidOperandException(
          "a constant has exactly one result, got " + call.node().getOutputCount());
    }
    String name = scope.name(call.node().getOutput(0));
    return scope.builder().constant(name, attributes.constant(call));
  }

  private Graph readSubgraph(
      GraphProto subgraph, Call call, ValueScope scope, List<Value> operands) {
    enter(call);
    try {
      List<BodyInput> given = types.bodyInputs(call, subgraph, operands, scope.builder()::itemsOf);
      return read(subgraph, call.opsets(), scope, given);
    } finally {
      depth--;
    }
  }

  /// Functions are expanded graph by graph, so one that calls itself in a subgraph shows here.
  private void enter(Call call) {
    if (depth == MAX_DEPTH) {
      throw new InvalidModelException(
          "%s: %s: subgraphs are nested more than %d deep; does a function call itself in one?"
              .formatted(file, call.label(), MAX_DEPTH));
    }
    depth++;
  }

  /// Adds what is in a branch to the graph around, and names its outputs as the results.
  ///
  /// @param copy gives them these names
  /// @param condition a further operand of that, if it has one
  private List<Value> addTaken(
      Call call, GraphProto branch, ValueScope scope, Op copy, List<Value> condition) {
    GraphBuilder out = scope.builder();
    enter(call);
    List<Value> outputs = addAll(branch, call.opsets(), out, scope, List.of());
    depth--;
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < call.node().getOutputCount(); i++) {
      String result = scope.name(call.node().getOutput(i));
      if (result.isEmpty()) {
        continue;
      }
      List<Value> operands = new ArrayList<>(List.of(outputs.get(i)));
      operands.addAll(condition);
      OldNode node =
          new OldNode(
              call.node().getName(),
              copy.schema().name(),
              copy.attributes(),
              operands,
              List.of(result),
              Set.of(result));
      results.addAll(add(node, node, copy, Map.of(), out));
    }
    return results;
  }

  /// Adds the branch of an `If` whose results fit what comes after, for branches that differ in the
  /// ranks of their results; if both fit, the one that has the ranks which the file declares.
  /// Exporters write so of a dimension that is 1 in all runs, but that they do not know.
  ///
  /// @throws UnsupportedNodeException if both fit, so that it depends on the run
  /// @throws InvalidOperandException if none does
  private List<Value> addFitting(
      Call call,
      If choice,
      Value condition,
      Rest rest,
      ValueScope scope,
      Map<String, ValueInfoProto> declared) {
    if (trials == MAX_TRIALS) {
      throw new UnsupportedNodeException(choice.ranks() + ", after too many of that kind");
    }
    GraphProto then = KnownBranch.branch(call, true);
    GraphProto otherwise = KnownBranch.branch(call, false);
    boolean thenFits = fits(then, call, rest, scope);
    boolean otherwiseFits = fits(otherwise, call, rest, scope);
    if (!thenFits && !otherwiseFits) {
      throw new InvalidOperandException(choice.ranks() + ", neither of which fits what reads it");
    }
    boolean thenDeclared = hasDeclaredRanks(choice.thenBranch(), call, scope, declared);
    boolean otherwiseDeclared = hasDeclaredRanks(choice.elseBranch(), call, scope, declared);
    if (thenFits && otherwiseFits && thenDeclared != otherwiseDeclared) {
      thenFits = thenDeclared;
    } else if (thenFits && otherwiseFits) {
      throw new UnsupportedNodeException(
          choice.ranks()
              + ", either of which fits what reads it; needed is a condition that is known while"
              + " compiling");
    }
    return addTaken(
        call, thenFits ? then : otherwise, scope, new Expect(thenFits), List.of(condition));
  }

  private static boolean hasDeclaredRanks(
      Graph branch, Call call, ValueScope scope, Map<String, ValueInfoProto> declared) {
    for (int i = 0; i < call.node().getOutputCount(); i++) {
      ValueInfoProto declaration = declared.get(scope.name(call.node().getOutput(i)));
      Optional<TensorType> type =
          declaration == null
              ? Optional.empty()
              : TypeReader.ofDeclaredRank(declaration, () -> Dim.ONE);
      if (type.isPresent() && type.get().rank() != branch.outputs().get(i).type().rank()) {
        return false;
      }
    }
    return true;
  }

  /// Forgets, when it is run, the names of what is read from now on.
  private Runnable mark(ValueScope scope) {
    Set<String> known = Set.copyOf(taken);
    Runnable reserved = scope.builder().mark();
    return () -> {
      taken.retainAll(known);
      reserved.run();
    };
  }

  /// Whether types agree where the branch stands in the place of its `If`.
  private boolean fits(GraphProto branch, Call call, Rest rest, ValueScope scope) {
    GraphBuilder builder = new GraphBuilder("", scope.builder());
    builder.reserve(names);
    ValueScope inner = new ValueScope(builder, scope);
    GraphReader trial = new GraphReader(this);
    Set<String> results = new HashSet<>(call.node().getOutputList());
    rest.calls().forEach(each -> results.addAll(each.node().getOutputList()));
    results.remove("");
    Runnable undo = scope.builder().mark();
    try {
      inner.define(results, trial.taken);
      trial.addTaken(call, branch, inner, new Identity(), List.of());
      trial.addCalls(rest, inner);
      return true;
    } catch (InvalidModelException e) {
      return false;
    } finally {
      undo.run();
    }
  }

  private List<Value> addOperator(
      Call call, Rest rest, ValueScope scope, Map<String, ValueInfoProto> declared) {
    if (call.node().getOutputList().stream().allMatch(String::isEmpty)) {
      throw new InvalidOperandException("the node has no result");
    }
    List<Value> operands = new ArrayList<>();
    for (String name : call.node().getInputList()) {
      operands.add(
          name.isEmpty() ? Value.ABSENT : scope.find(name).orElseThrow(() -> dropped(name)));
    }
    Optional<GraphProto> taken = KnownBranch.of(call, operands, scope.builder());
    Runnable undo = call.subgraphs().isEmpty() ? () -> {} : mark(scope);
    Attributes given;
    try {
      given = attributes.read(call, subgraph -> readSubgraph(subgraph, call, scope, operands));
    } catch (InvalidModelException | UnsupportedModelException e) {
      if (taken.isEmpty()) {
        throw e;
      }
      undo.run();
      return addTaken(call, taken.get(), scope, new Identity(), List.of());
    }
    OldNode node =
        new OldNode(
            call.node().getName(),
            call.node().getOpType(),
            given,
            operands,
            call.node().getOutputList().stream().map(scope::name).toList(),
            call.node().getOutputList().stream()
                .filter(rest.read()::contains)
                .map(scope::name)
                .collect(Collectors.toSet()));
    GraphBuilder out = scope.builder();
    OldNode current = ranks.settle(OpsetUpgrade.apply(node, call.version(), out), out);
    Op op = Operators.find(current.operator()).orElseThrow().create(current.attributes());
    if (op instanceof If choice && choice.hasSeveralRanks()) {
      undo.run();
      return taken.isPresent()
          ? addTaken(call, taken.get(), scope, new Identity(), List.of())
          : addFitting(call, choice, operands.getFirst(), rest, scope, declared);
    }
    return add(node, current, op, declaredRanks(op, current, declared, out), out);
  }

  private List<Value> add(
      OldNode node, OldNode current, Op op, Map<String, TensorType> declared, GraphBuilder out) {
    List<Value> results =
        out.add(current.name(), op, current.inputs(), current.outputs(), declared);
    ranks.follow(node, current, op, results, out);
    return node.outputs().stream().map(out::find).flatMap(Optional::stream).toList();
  }

  /// Declared types of results whose rank nothing else may tell. Sizes are left to the run, since
  /// those that a file notes may be stale.
  private static Map<String, TensorType> declaredRanks(
      Op op, OldNode node, Map<String, ValueInfoProto> declared, GraphBuilder out) {
    Map<String, TensorType> found = new HashMap<>();
    if (op instanceof DeclaredRank) {
      for (String result : node.outputs()) {
        ValueInfoProto declaration = declared.get(result);
        if (declaration != null) {
          TypeReader.ofDeclaredRank(declaration, out::freshSymbol)
              .ifPresent(type -> found.put(result, type));
        }
      }
    }
    return found;
  }
}
