package dev.crease.compiler.plan;

import dev.crease.compiler.ir.Atom;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Slot;
import dev.crease.runtime.plan.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The slots, constants and instructions of a program in the making.
///
/// Each value has at most one slot per layout: the first read in a layout other than the one it was
/// written in adds the reorder, later ones find it. A subgraph's lowering finds the slots of those
/// around it, but not they its own, since its block may not run; only constants are filled before
/// anything runs, so they are packed where the graph that holds them is lowered.
final class GraphLowering implements Lowering {
  private static final int MIN_BLOCKED_RANK = 2;
  private static final int MAX_BLOCKED_RANK = 5;
  private static final String INTERMEDIATE = "";

  /// One form of one value.
  ///
  /// @param group of the convolution that CONV_WEIGHTS are packed for; else 1
  private record Form(Value value, Layout layout, int group) {}

  private final Graph graph;
  private final @Nullable GraphLowering outer;
  private final int lanes;
  private final Symbols symbols;
  private final Consumer<GraphLowering> nodes;
  private final int depth;
  private final List<Slot> slots;
  private final List<Weights> weights;
  private final List<Instruction> instructions = new ArrayList<>();
  private final Map<Value, Layout> layouts = new HashMap<>();
  private final Map<Form, Integer> forms = new HashMap<>();
  private final Map<Value, Integer> vectors = new HashMap<>();

  /// @param nodes lowers the nodes of a subgraph
  GraphLowering(Graph graph, int lanes, Symbols symbols, Consumer<GraphLowering> nodes) {
    this.graph = graph;
    this.outer = null;
    this.lanes = lanes;
    this.symbols = symbols;
    this.nodes = nodes;
    this.depth = 1;
    this.slots = new ArrayList<>();
    this.weights = new ArrayList<>();
  }

  private GraphLowering(Graph subgraph, GraphLowering outer) {
    this.graph = subgraph;
    this.outer = outer;
    this.lanes = outer.lanes;
    this.symbols = outer.symbols.inside();
    this.nodes = outer.nodes;
    this.depth = outer.depth + 1;
    this.slots = outer.slots;
    this.weights = outer.weights;
  }

  @Override
  public Body body(Graph subgraph) {
    if (depth == Block.MAX_DEPTH) {
      throw new UnsupportedNodeException(
          "subgraphs nested more than %d deep are not supported".formatted(Block.MAX_DEPTH - 1));
    }
    GraphLowering inner = new GraphLowering(subgraph, this);
    List<Integer> inputs = new ArrayList<>();
    List<Integer> binds = new ArrayList<>();
    for (Value input : subgraph.inputs()) {
      binds.addAll(inner.open(input.type()));
      inputs.add(inner.write(input, Layout.PLAIN));
    }
    nodes.accept(inner);
    List<Integer> results =
        subgraph.outputs().stream().map(output -> inner.read(output, Layout.PLAIN)).toList();
    return new Body(new Block(inner.instructions), inputs, binds, results);
  }

  @Override
  public Body bodyApart(Graph subgraph) {
    closeSection();
    return body(subgraph);
  }

  /// The lowering that packs `value`: that of the graph which holds it, if it is a constant.
  private GraphLowering home(Value value) {
    boolean captured = graph.constant(value).isPresent() && !graph.constants().containsKey(value);
    return captured && outer != null ? outer.home(value) : this;
  }

  private @Nullable Integer find(Form form) {
    Integer slot = forms.get(form);
    return slot != null || outer == null ? slot : outer.find(form);
  }

  List<Slot> slots() {
    return slots;
  }

  List<Weights> weights() {
    return weights;
  }

  List<Instruction> instructions() {
    return instructions;
  }

  boolean isWritten(Value value) {
    return layouts.containsKey(value);
  }

  /// A slot for a graph input, with its default if it has one.
  int input(Value value, Optional<Constant> defaultValue) {
    int slot = write(value, Layout.PLAIN);
    defaultValue.ifPresent(constant -> weights.add(new Weights(slot, constant::array)));
    return slot;
  }

  /// Gives a value whose node cannot be lowered a slot, so that lowering goes on and finds all such
  /// nodes. The program is never built.
  void writeUnsupported(Value value) {
    if (isWritten(value)) {
      return;
    }
    List<Extent> shape =
        value.type().dims().stream()
            .map(dim -> symbols.unbound(dim).isEmpty() ? symbols.extent(dim) : Extent.of(1))
            .toList();
    Layout layout = Layout.of(value.type().holder());
    slots.add(new Slot(value.name(), value.type().element(), shape, layout));
    layouts.put(value, Layout.PLAIN);
    forms.put(new Form(value, Layout.PLAIN, 1), slots.size() - 1);
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public Layout layoutOf(Value value) {
    Layout layout = layouts.get(value);
    if (layout != null) {
      return layout;
    }
    return outer == null ? Layout.PLAIN : outer.layoutOf(value);
  }

  @Override
  public int read(Value value, Layout layout) {
    if (isWeights(layout)) {
      throw new IllegalArgumentException(layout + " is read by readWeights");
    }
    if (home(value) != this) {
      return home(value).read(value, layout);
    }
    Form form = new Form(value, layout, 1);
    Integer known = find(form);
    if (known != null) {
      return known;
    }
    requireFits(value.type(), layout, "`" + value.name() + "`");
    Optional<Constant> constant = graph.constant(value);
    int slot =
        constant.isPresent()
            ? packed(value.type(), layout, constant.get(), 1)
            : reordered(value, layout);
    forms.put(form, slot);
    return slot;
  }

  private int reordered(Value value, Layout layout) {
    int x = written(value);
    int y = slot(value.name(), value.type(), layout);
    emit(new Instruction.Reorder(x, y));
    return y;
  }

  private static boolean isWeights(Layout layout) {
    return switch (layout) {
      case CONV_WEIGHTS, DEPTHWISE_WEIGHTS, GEMM_WEIGHTS -> true;
      case PLAIN, BLOCKED, PLANES, SEQUENCE, OPTIONAL, OPTIONAL_SEQUENCE -> false;
    };
  }

  private int written(Value value) {
    Integer slot = find(new Form(value, layoutOf(value), 1));
    if (slot == null) {
      throw new IllegalStateException("`" + value.name() + "` is read before it is written");
    }
    return slot;
  }

  @Override
  public int readWeights(Value value, Layout layout, int group) {
    if (!isWeights(layout)) {
      throw new IllegalArgumentException(layout + " does not hold weights");
    }
    if (home(value) != this) {
      return home(value).readWeights(value, layout, group);
    }
    Form form = new Form(value, layout, group);
    Integer known = find(form);
    if (known != null) {
      return known;
    }
    requireFits(value.type(), layout, "the weights `" + value.name() + "`");
    Optional<Constant> constant = graph.constant(value);
    int slot;
    if (constant.isPresent()) {
      slot = packed(value.type(), layout, constant.get(), group);
    } else {
      int x = read(value, Layout.PLAIN);
      slot = slot(value.name(), value.type(), layout);
      emit(new Instruction.Pack(x, slot, group));
    }
    forms.put(form, slot);
    return slot;
  }

  @Override
  public int weights(Constant constant, Layout layout, int group) {
    requireFits(constant.type(), layout, "derived weights");
    return packed(constant.type(), layout, constant, group);
  }

  @Override
  public int transposedWeights(Constant matrix) {
    TensorType type = matrix.type().withDims(matrix.type().dims().reversed());
    requireFits(type, Layout.GEMM_WEIGHTS, "derived weights");
    return constant(type, Layout.GEMM_WEIGHTS, () -> ConstantLayout.transposed(matrix, lanes));
  }

  private int packed(TensorType type, Layout layout, Constant constant, int group) {
    return constant(type, layout, () -> ConstantLayout.elements(constant, layout, group, lanes));
  }

  @Override
  public int readVector(Value value) {
    if (home(value) != this) {
      return home(value).readVector(value);
    }
    Integer known = findVector(value);
    if (known != null) {
      return known;
    }
    TensorType type = value.type().withDims(List.of(Dim.ONE, value.type().elements()));
    requireFits(type, Layout.BLOCKED, "the vector `" + value.name() + "`");
    Optional<Constant> constant = graph.constant(value);
    int slot;
    if (constant.isPresent()) {
      slot = constant(type, Layout.BLOCKED, () -> ConstantLayout.vector(constant.get(), lanes));
    } else {
      int row = temporary(type, Layout.PLAIN);
      emit(new Instruction.Reshape(read(value, Layout.PLAIN), row));
      slot = temporary(type, Layout.BLOCKED);
      emit(new Instruction.Reorder(row, slot));
    }
    vectors.put(value, slot);
    return slot;
  }

  private @Nullable Integer findVector(Value value) {
    Integer slot = vectors.get(value);
    return slot != null || outer == null ? slot : outer.findVector(value);
  }

  @Override
  public int write(Value value, Layout layout) {
    if (value.isAbsent()) {
      throw new IllegalArgumentException("a result that is left out has no slot");
    }
    requireFits(value.type(), layout, "`" + value.name() + "`");
    int slot = slot(value.name(), value.type(), layout);
    if (layouts.putIfAbsent(value, layout) != null) {
      throw new IllegalStateException("`" + value.name() + "` is written twice");
    }
    forms.put(new Form(value, layout, 1), slot);
    return slot;
  }

  @Override
  public int temporary(TensorType type, Layout layout) {
    requireFits(type, layout, "an intermediate result");
    return slot(INTERMEDIATE, type, layout);
  }

  @Override
  public int constant(TensorType type, Layout layout, Supplier<Object> elements) {
    requireFits(type, layout, "a constant");
    int slot = slot(INTERMEDIATE, type, layout);
    weights.add(new Weights(slot, elements));
    return slot;
  }

  private int slot(String name, TensorType type, Layout layout) {
    List<Extent> shape = type.dims().stream().map(this::extent).toList();
    Layout own = type.isTensor() ? layout : Layout.of(type.holder());
    slots.add(new Slot(name, type.element(), shape, own));
    return slots.size() - 1;
  }

  private static void requireFits(TensorType type, Layout layout, String what) {
    int least =
        switch (layout) {
          case PLAIN -> 0;
          case BLOCKED, PLANES, GEMM_WEIGHTS -> MIN_BLOCKED_RANK;
          case CONV_WEIGHTS, DEPTHWISE_WEIGHTS -> MIN_BLOCKED_RANK + 1;
          case SEQUENCE, OPTIONAL, OPTIONAL_SEQUENCE ->
              throw new IllegalArgumentException("PLAIN is what says that a value is whole");
        };
    boolean anyRank = layout == Layout.PLAIN || layout == Layout.GEMM_WEIGHTS;
    int most = anyRank ? Integer.MAX_VALUE : MAX_BLOCKED_RANK;
    if (layout != Layout.PLAIN && type.element() != ElementType.FLOAT32) {
      throw new UnsupportedNodeException(
          "%s is %s; only f32 has this instruction".formatted(what, type));
    }
    if (type.rank() < least || type.rank() > most) {
      throw new UnsupportedNodeException(
          "%s is %s; only %d to %d dimensions have this instruction"
              .formatted(what, type, least, MAX_BLOCKED_RANK));
    }
  }

  @Override
  public Extent extent(Dim dim) {
    List<String> unbound = symbols.unbound(dim);
    if (!unbound.isEmpty()) {
      throw new UnsupportedNodeException(Symbols.unboundMessage("the number " + dim, unbound));
    }
    return symbols.extent(dim);
  }

  @Override
  public boolean isBound(TensorType type) {
    return type.dims().stream().allMatch(this::isBound);
  }

  boolean isBound(Dim dim) {
    return symbols.unbound(dim).isEmpty();
  }

  @Override
  public List<Extent> measure(int slot, int count) {
    List<Integer> measured = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      measured.add(symbols.add("%s[%d]".formatted(slots.get(slot).name(), i)));
    }
    emit(new Instruction.Measure(slot, measured));
    return measured.stream().<Extent>map(Extent.Symbol::new).toList();
  }

  @Override
  public void define(Dim symbol, Extent value) {
    symbols.define(((Atom.Symbol) symbol.alone().orElseThrow()).name(), value);
  }

  @Override
  public List<Integer> open(TensorType type) {
    List<Integer> opened = new ArrayList<>();
    for (Dim dim : type.dims()) {
      if (symbols.unbound(dim).isEmpty()) {
        continue;
      }
      if (!(dim.alone().orElse(null) instanceof Atom.Symbol(String name))) {
        throw new UnsupportedNodeException(
            Symbols.unboundMessage("the number " + dim, symbols.unbound(dim)));
      }
      opened.add(symbols.add(name));
      symbols.define(name, new Extent.Symbol(opened.getLast()));
    }
    return opened;
  }

  @Override
  public void emit(Instruction instruction) {
    if (instruction instanceof Instruction.Deciding) {
      closeSection();
    }
    instructions.add(instruction);
  }

  /// Leaves everything in PLAIN layout, the only one in which the next section can read it.
  private void closeSection() {
    List.copyOf(layouts.keySet()).forEach(value -> read(value, Layout.PLAIN));
    layouts.replaceAll((_, _) -> Layout.PLAIN);
    forms.keySet().removeIf(form -> form.layout() != Layout.PLAIN && !isConstant(form.value()));
    vectors.keySet().removeIf(value -> !isConstant(value));
    if (outer != null) {
      outer.closeSection();
    }
  }

  private boolean isConstant(Value value) {
    return graph.constant(value).isPresent();
  }
}
