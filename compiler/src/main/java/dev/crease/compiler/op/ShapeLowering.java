package dev.crease.compiler.op;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.List;
import java.util.Optional;

/// Lowering of integers that are known symbolically, whatever operator computes them.
public final class ShapeLowering {
  private ShapeLowering() {}

  /// Emits the first result as expressions over the plan's symbols.
  ///
  /// @return false, with nothing emitted, if they are not known or hold a symbol that data decides
  public static boolean lower(Node node, Lowering to) {
    Value value = node.output();
    ElementType element = value.type().element();
    Optional<List<Dim>> elements = to.graph().elements(value);
    boolean integers = element == ElementType.INT64 || element == ElementType.INT32;
    if (!integers || elements.isEmpty() || elements.get().stream().anyMatch(Dim::dependsOnData)) {
      return false;
    }
    List<Extent> extents = elements.get().stream().map(to::extent).toList();
    to.emit(new Instruction.Extents(extents, to.write(value, Layout.PLAIN)));
    return true;
  }
}
