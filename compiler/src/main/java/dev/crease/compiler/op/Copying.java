package dev.crease.compiler.op;

import dev.crease.compiler.ir.Node;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;

/// Lowering of operators whose first result is their first operand, element by element.
public final class Copying {
  private Copying() {}

  /// Emits a copy into the first result; a reshape, which can cost nothing, in PLAIN layout.
  public static void lower(Node node, Lowering to) {
    if (to.layoutOf(node.input(0)) == Layout.BLOCKED) {
      int x = to.read(node.input(0), Layout.BLOCKED);
      int y = to.write(node.output(), Layout.BLOCKED);
      to.emit(new Instruction.Unary(x, y, Activation.NONE));
    } else {
      reshape(node, to);
    }
  }

  /// Emits the first operand's elements in row-major order under the first result's shape.
  public static void reshape(Node node, Lowering to) {
    int x = to.read(node.input(0), Layout.PLAIN);
    int y = to.write(node.output(), Layout.PLAIN);
    to.emit(new Instruction.Reshape(x, y));
  }
}
