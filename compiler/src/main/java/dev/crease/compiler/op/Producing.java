package dev.crease.compiler.op;

import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Production;
import java.util.ArrayList;
import java.util.List;

/// Lowering of operators that are one [Production]: the sizes of their results depend on data.
public final class Producing {
  private Producing() {}

  /// Emits a production of all results of `node` from all its operands.
  ///
  /// @param integers parameters of the production, in its order
  public static void lower(Node node, Lowering to, Production production, long... integers) {
    List<Integer> x = new ArrayList<>();
    for (Value operand : node.inputs()) {
      x.add(operand.isAbsent() ? Instruction.ABSENT : to.read(operand, Layout.PLAIN));
    }
    List<Integer> binds = new ArrayList<>();
    List<Integer> y = new ArrayList<>();
    for (Value result : node.outputs()) {
      if (result.isAbsent()) {
        y.add(Instruction.ABSENT);
      } else {
        binds.addAll(to.open(result.type()));
        y.add(to.write(result, Layout.PLAIN));
      }
    }
    List<Extent> parameters = new ArrayList<>();
    for (long integer : integers) {
      parameters.add(Extent.of(integer));
    }
    to.emit(new Instruction.Produce(production, x, y, parameters, List.of(), binds));
  }
}
