package dev.crease.compiler.op;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.List;
import java.util.function.Supplier;

/// Where a [Primitive] puts its instructions: slots for values in the layouts it wants, constants,
/// and the instruction list.
public interface Lowering {
  /// A lowered subgraph.
  ///
  /// @param inputs the PLAIN slots of its inputs, which stand filled when the block begins
  /// @param binds the symbols that are dimensions of the inputs, and have no value around
  /// @param results the PLAIN slots of its outputs, which the block has filled at its end
  record Body(Block block, List<Integer> inputs, List<Integer> binds, List<Integer> results) {
    public Body {
      inputs = List.copyOf(inputs);
      binds = List.copyOf(binds);
      results = List.copyOf(results);
    }
  }

  Graph graph();

  /// The channel block of the plan.
  int lanes();

  /// The layout in which `value` was written; PLAIN for inputs and constants.
  Layout layoutOf(Value value);

  /// The slot of `value` in PLAIN, BLOCKED or PLANES layout; adds a reorder if it has none there
  /// yet, but to PLANES only of what was written PLAIN. What is no tensor has one slot, which PLAIN
  /// stands for, as it does below.
  ///
  /// @throws UnsupportedNodeException if the value cannot have this layout
  int read(Value value, Layout layout);

  /// The slot of weights packed as CONV_WEIGHTS, DEPTHWISE_WEIGHTS or GEMM_WEIGHTS: packed now if
  /// `value` is a constant, at run time otherwise.
  int readWeights(Value value, Layout layout, int group);

  /// The slot of weights that the operator derives from constants, packed now. `constant` has the
  /// shape that the layout packs; it is asked for its elements only when the plan is written.
  int weights(Constant constant, Layout layout, int group);

  /// As [#weights], GEMM_WEIGHTS of the transpose of a matrix.
  int transposedWeights(Constant matrix);

  /// The slot of a vector of `C` elements as BLOCKED `(1, C)`.
  int readVector(Value value);

  /// A new slot for the result `value`.
  int write(Value value, Layout layout);

  /// A new slot for an intermediate result.
  int temporary(TensorType type, Layout layout);

  /// A slot with constant elements in `layout`, as an array of the element type's storage.
  int constant(TensorType type, Layout layout, Supplier<Object> elements);

  /// The plan's form of a symbolic integer.
  ///
  /// @throws UnsupportedNodeException if it holds a symbol that no input binds
  Extent extent(Dim dim);

  /// Whether every dimension of `type` has a value here.
  boolean isBound(TensorType type);

  /// The first `count` elements of a PLAIN slot of int32 or int64, of rank 1 or 0, as numbers of
  /// the plan. What was read before in another layout than PLAIN has to be read again, as after
  /// [#emit] of a deciding instruction.
  List<Extent> measure(int slot, int count);

  /// Lets a dimension that depends on data, a made-up symbol, be `value` from now on.
  void define(Dim symbol, Extent value);

  /// Makes a new symbol of the plan for each dimension of `type` that is a made-up symbol without a
  /// value, for an instruction that is emitted next to bind.
  ///
  /// @return the indexes of the new symbols
  /// @throws UnsupportedNodeException if a dimension is an expression over such symbols
  List<Integer> open(TensorType type);

  /// As [#open(TensorType)], for all results of a node.
  default List<Integer> open(Node node) {
    return node.outputs().stream()
        .filter(result -> !result.isAbsent())
        .flatMap(result -> open(result.type()).stream())
        .toList();
  }

  void emit(Instruction instruction);

  /// Lowers a subgraph into a block of its own, for an instruction that is emitted next. The block
  /// reads what was written before it in any layout that is there; what it writes, reorders of
  /// captured values among it, nothing after it can read.
  Body body(Graph subgraph);

  /// As [#body], for a deciding instruction: the block's sections are not those around it.
  Body bodyApart(Graph subgraph);
}
