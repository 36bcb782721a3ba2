package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.PoolKind;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.List;

/// What the pools have in common: a window with `ceil_mode` over each channel of `X`.
record Pool(String operator, WindowAttributes window, boolean ceilMode) {
  TensorType infer(TensorType x) {
    if (x.rank() < 3) {
      throw new InvalidOperandException(
          "%s needs X of rank 3 or more, got %s".formatted(operator, x));
    }
    List<Dim> dims = new ArrayList<>(x.dims().subList(0, 2));
    dims.addAll(sliding(x.rank()).outputs(x.dims().subList(2, x.rank())));
    return x.withDims(dims);
  }

  WindowGeometry geometry(int[] shape) {
    return WindowGeometry.of(sliding(shape.length), shape);
  }

  private SlidingWindow sliding(int rank) {
    return window.over(operator, rank - 2, ceilMode, window.kernel());
  }

  /// Whether the vector kernels take `x`.
  static boolean isVector(TensorType x) {
    return x.element() == ElementType.FLOAT32 && x.rank() >= 3 && x.rank() <= 5;
  }

  void lower(Node node, Lowering to, PoolKind kind) {
    Value x = node.input(0);
    TensorType type = x.type();
    var lowered = sliding(type.rank()).lower(type.dims().subList(2, type.rank()), to);
    int input = to.read(x, Layout.BLOCKED);
    int y = to.write(node.output(), Layout.BLOCKED);
    to.emit(new Instruction.Pool(kind, input, y, lowered, List.of()));
  }

  /// Emits a routine in plain loops.
  ///
  /// @param more parameters after those of the window
  void call(Node node, Lowering to, Routine routine, List<Dim> more) {
    TensorType x = node.input(0).type();
    List<Dim> parameters =
        new ArrayList<>(sliding(x.rank()).parameters(x.dims().subList(2, x.rank())));
    parameters.addAll(more);
    Calling.lower(node, to, routine, parameters, List.of());
  }

  List<Dim> ends(TensorType x) {
    return sliding(x.rank()).ends(x.dims().subList(2, x.rank()));
  }
}
