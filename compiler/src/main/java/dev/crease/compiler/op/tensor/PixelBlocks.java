package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.List;

/// What the operators that turn channels into blocks of pixels, and back, have in common: they are
/// transposes of axes that are cut in two.
final class PixelBlocks {
  private PixelBlocks() {}

  static void requireSize(int blockSize) {
    if (blockSize < 1) {
      throw new IllegalArgumentException("blocksize is " + blockSize + ", expected at least 1");
    }
  }

  static void requirePicture(String operator, TensorType x) {
    if (x.rank() != 4) {
      throw new InvalidOperandException(operator + " needs X of rank 4, got " + x);
    }
  }

  static void requireMultiple(String operator, TensorType x, int axis, long divisor) {
    Dim dim = x.dim(axis);
    if (dim.isKnown() && dim.known().getAsLong() % divisor != 0) {
      throw new InvalidOperandException(
          "%s needs a multiple of %d along axis %d, got %s".formatted(operator, divisor, axis, x));
    }
  }

  /// Emits the operand under the shape `cut`, its axes in the order given, as the result.
  static void lower(Node node, Lowering to, List<Dim> cut, List<Integer> order) {
    TensorType x = node.input(0).type();
    int whole = to.read(node.input(0), Layout.PLAIN);
    int parts = to.temporary(x.withDims(cut), Layout.PLAIN);
    int ordered = to.temporary(x.withDims(order.stream().map(cut::get).toList()), Layout.PLAIN);
    to.emit(new Instruction.Reshape(whole, parts));
    to.emit(new Instruction.Transpose(parts, ordered, order));
    to.emit(new Instruction.Reshape(ordered, to.write(node.output(), Layout.PLAIN)));
  }
}
