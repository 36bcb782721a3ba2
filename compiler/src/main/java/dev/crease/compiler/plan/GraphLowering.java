package dev.crease.compiler.plan;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.ElementType;
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
import java.util.function.Supplier;

/// The slots, constants and instructions of a program in the making.
///
/// Each value has at most one slot per layout: the first read in a layout other than the one it was
/// written in adds the reorder, later ones find it.
final class GraphLowering implements Lowering {
  private static final int MIN_BLOCKED_RANK = 2;
  private static final int MAX_BLOCKED_RANK = 5;
  private static final String INTERMEDIATE = "";

  /// One form of one value.
  ///
  /// @param group of the convolution that CONV_WEIGHTS are packed for; else 1
  private record Form(Value value, Layout layout, int group) {}

  private final Graph graph;
  private final int lanes;
  private final Symbols symbols;
  private final List<Slot> slots = new ArrayList<>();
  private final List<Weights> weights = new ArrayList<>();
  private final List<Instruction> instructions = new ArrayList<>();
  private final Map<Value, Layout> layouts = new HashMap<>();
  private final Map<Form, Integer> forms = new HashMap<>();
  private final Map<Value, Integer> vectors = new HashMap<>();

  GraphLowering(Graph graph, int lanes, Symbols symbols) {
    this.graph = graph;
    this.lanes = lanes;
    this.symbols = symbols;
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
    List<Extent> shape =
        value.type().dims().stream()
            .map(dim -> symbols.unbound(dim).isEmpty() ? symbols.extent(dim) : Extent.of(1))
            .toList();
    slots.add(new Slot(value.name(), value.type().element(), shape, Layout.PLAIN));
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
    return layouts.getOrDefault(value, Layout.PLAIN);
  }

  @Override
  public int read(Value value, Layout layout) {
    if (layout != Layout.PLAIN && layout != Layout.BLOCKED) {
      throw new IllegalArgumentException(layout + " is read by readWeights");
    }
    Form form = new Form(value, layout, 1);
    Integer known = forms.get(form);
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

  private int written(Value value) {
    Integer slot = forms.get(new Form(value, layoutOf(value), 1));
    if (slot == null) {
      throw new IllegalStateException("`" + value.name() + "` is read before it is written");
    }
    return slot;
  }

  @Override
  public int readWeights(Value value, Layout layout, int group) {
    if (layout == Layout.PLAIN || layout == Layout.BLOCKED) {
      throw new IllegalArgumentException(layout + " does not hold weights");
    }
    Form form = new Form(value, layout, group);
    Integer known = forms.get(form);
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

  private int packed(TensorType type, Layout layout, Constant constant, int group) {
    return constant(type, layout, () -> ConstantLayout.elements(constant, layout, group, lanes));
  }

  @Override
  public int readVector(Value value) {
    Integer known = vectors.get(value);
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
    slots.add(new Slot(name, type.element(), shape, layout));
    return slots.size() - 1;
  }

  private static void requireFits(TensorType type, Layout layout, String what) {
    int least =
        switch (layout) {
          case PLAIN -> 0;
          case BLOCKED, GEMM_WEIGHTS -> MIN_BLOCKED_RANK;
          case CONV_WEIGHTS, DEPTHWISE_WEIGHTS -> MIN_BLOCKED_RANK + 1;
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
  public void emit(Instruction instruction) {
    instructions.add(instruction);
  }
}
