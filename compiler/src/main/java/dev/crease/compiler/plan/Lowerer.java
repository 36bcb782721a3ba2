package dev.crease.compiler.plan;

import dev.crease.compiler.CompilerBugException;
import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.Production;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.Weights;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Turns a graph into a program: every node into the instructions its operator emits, in the
/// graph's order.
///
/// Integers that are known symbolically (shapes and what is computed from them) become expressions
/// of the plan; the nodes that compute them emit nothing. All outputs are PLAIN slots of their own,
/// an output that is an input or a constant among them; an output listed twice is one port. The
/// same graph and lanes give the same program.
public final class Lowerer {
  private final Graph graph;
  private final Graph source;
  private final Symbols symbols;
  private final GraphLowering lowering;
  private final List<String> findings = new ArrayList<>();
  private final Set<String> unboundReported = new HashSet<>();

  private Lowerer(Graph source, int lanes) {
    this.source = source;
    // What an operator expands to must not round in between, either.
    this.graph = Widening.widen(Expansion.expand(Widening.widen(source)));
    this.symbols = Symbols.boundBy(graph);
    this.lowering = new GraphLowering(graph, lanes, symbols, this::lowerNodes);
  }

  /// @param lanes the channel block: 4, 8 or 16
  /// @throws UnsupportedModelException listing every node that cannot be lowered
  /// @throws CompilerBugException if an operator breaks the contract of lowering
  public static Program lower(Graph graph, int lanes, Map<String, String> metadata) {
    return new Lowerer(graph, lanes).lower(lanes, metadata);
  }

  private Program lower(int lanes, Map<String, String> metadata) {
    List<Port> inputs = inputs();
    lowerNodes(lowering);
    if (!findings.isEmpty()) {
      throw new UnsupportedModelException(findings);
    }
    List<Port> outputs = outputs();
    List<Integer> results = outputs.stream().map(Port::slot).toList();
    List<Instruction> live = new Liveness(lowering.slots(), results).sweep(lowering.instructions());
    Set<Integer> inputSlots = new HashSet<>(inputs.stream().map(Port::slot).toList());
    ConstantRows rows = new ConstantRows(lowering.slots(), lowering.weights(), inputSlots);
    Liveness liveness = new Liveness(lowering.slots(), results);
    List<Instruction> instructions =
        liveness.sweep(Epilogues.fuse(live, results, lowering.slots(), rows));
    List<Weights> weights =
        lowering.weights().stream()
            .filter(each -> liveness.isLive(each.slot()) || inputSlots.contains(each.slot()))
            .toList();
    return new Program(
        lanes,
        symbols.names(),
        lowering.slots(),
        weights,
        new Block(instructions),
        inputs,
        outputs,
        metadata);
  }

  private List<Port> inputs() {
    List<Port> ports = new ArrayList<>();
    for (Value input : graph.inputs()) {
      if (reportUnbound("input `" + input.name() + "`", input)) {
        lowering.writeUnsupported(input);
        continue;
      }
      int slot = lowering.input(input, Optional.ofNullable(graph.defaults().get(input)));
      ports.add(port(input.name(), slot, input));
    }
    return ports;
  }

  private static Port port(String name, int slot, Value value) {
    return new Port(name, slot, value.type().dims().stream().map(Dim::toString).toList());
  }

  /// Outputs keep their names in the graph before expansion.
  private List<Port> outputs() {
    Map<String, Port> ports = new LinkedHashMap<>();
    Set<Integer> taken = new HashSet<>();
    for (int i = 0; i < graph.outputs().size(); i++) {
      Value value = graph.outputs().get(i);
      String name = source.outputs().get(i).name();
      if (ports.containsKey(name)) {
        continue;
      }
      int slot = lowering.read(value, Layout.PLAIN);
      boolean computed = graph.producer(value).isPresent();
      if (!computed || !taken.add(slot)) {
        int copy = lowering.temporary(value.type(), Layout.PLAIN);
        lowering.emit(copied(value.type(), slot, copy));
        slot = copy;
      }
      ports.put(name, port(name, slot, value));
    }
    return List.copyOf(ports.values());
  }

  private static Instruction copied(TensorType type, int x, int y) {
    return type.isTensor()
        ? new Instruction.Reshape(x, y)
        : new Instruction.Produce(
            Production.HOLD, List.of(x), List.of(y), List.of(), List.of(), List.of());
  }

  private void lowerNodes(GraphLowering to) {
    to.graph().nodes().forEach(node -> lower(node, to));
  }

  /// Lowers one node or reports why not; either way its results have slots afterwards.
  private void lower(Node node, GraphLowering to) {
    List<Value> results = node.outputs().stream().filter(value -> !value.isAbsent()).toList();
    if (lowerAsExtents(node, to)) {
      return;
    }
    try {
      emit(node, to);
    } catch (UnsupportedNodeException e) {
      if (!dependsOnReported(node)) {
        findings.add(describe(node) + ": " + e.getMessage());
      }
      results.forEach(to::writeUnsupported);
    } catch (RuntimeException e) {
      throw new CompilerBugException(
          "lowering %s failed: %s".formatted(describe(node), e.getMessage()), e);
    }
  }

  /// Whether what is not known of a node's operands has been told of already.
  private boolean dependsOnReported(Node node) {
    return node.reads().stream()
        .flatMap(value -> value.type().dims().stream())
        .anyMatch(dim -> dim.symbols().stream().anyMatch(unboundReported::contains));
  }

  private static void emit(Node node, GraphLowering to) {
    if (!(node.op() instanceof Primitive primitive)) {
      throw new UnsupportedNodeException("the operator has no instruction yet");
    }
    primitive.lower(node, to);
    for (Value result : node.outputs()) {
      boolean used = !result.isAbsent() && to.graph().uses(result) > 0;
      if (used && !to.isWritten(result)) {
        throw new IllegalStateException("the result `" + result.name() + "` got no slot");
      }
    }
  }

  /// A node whose only result is a list of integers that follow from the inputs' shapes.
  private boolean lowerAsExtents(Node node, GraphLowering to) {
    if (node.outputs().size() != 1) {
      return false;
    }
    Value result = node.output();
    ElementType element = result.type().element();
    Optional<List<Dim>> elements = to.graph().elements(result);
    boolean expressible =
        (element == ElementType.INT64 || element == ElementType.INT32)
            && elements.isPresent()
            && elements.get().stream().allMatch(to::isBound);
    if (!expressible) {
      return false;
    }
    List<Extent> extents = elements.get().stream().map(to::extent).toList();
    int slot = to.write(result, Layout.PLAIN);
    to.emit(new Instruction.Extents(extents, slot));
    return true;
  }

  /// Whether the type of `value` holds symbols that no input binds. Each symbol is reported once.
  private boolean reportUnbound(String where, Value value) {
    Set<String> names = new TreeSet<>();
    value.type().dims().forEach(dim -> names.addAll(symbols.unbound(dim)));
    if (unboundReported.addAll(names)) {
      findings.add(where + ": " + Symbols.unboundMessage("the shape " + value.type(), names));
    }
    return !names.isEmpty();
  }

  /// `Conv `conv1`, as of operator set 22: (f32[N, 3, 8, 8], f32[4, 3, 3, 3]) -> f32[N, 4, 6, 6]`
  private static String describe(Node node) {
    String operands = types(node.inputs());
    String results = types(node.outputs());
    String origin = node.op().schema().domain().isEmpty() ? "" : node.op().schema().domain() + " ";
    return "%s, as of %soperator set %d: (%s) -> %s"
        .formatted(node.label(), origin, node.op().schema().since(), operands, results);
  }

  private static String types(List<Value> values) {
    return values.stream()
        .map(value -> value.isAbsent() ? "_" : value.type().toString())
        .collect(Collectors.joining(", "));
  }
}
