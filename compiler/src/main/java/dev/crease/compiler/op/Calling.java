package dev.crease.compiler.op;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Routine;
import java.util.List;

/// Lowering of operators that are one [Routine], on operands and results as they stand.
public final class Calling {
  private Calling() {}

  /// Emits a call on all operands and results of `node`.
  ///
  /// @param integers parameters of the routine, in its order, which may depend on shapes
  /// @param numbers likewise
  public static void lower(
      Node node, Lowering to, Routine routine, List<Dim> integers, List<Double> numbers) {
    lower(node, to, routine, node.inputs(), integers, numbers);
  }

  /// As above, on some operands only: those that give a shape have done so.
  public static void lower(
      Node node,
      Lowering to,
      Routine routine,
      List<Value> operands,
      List<Dim> integers,
      List<Double> numbers) {
    List<Integer> x =
        operands.stream()
            .map(value -> value.isAbsent() ? Instruction.ABSENT : to.read(value, Layout.PLAIN))
            .toList();
    to.emit(
        new Instruction.Call(
            routine, x, results(node, to), integers.stream().map(to::extent).toList(), numbers));
  }

  /// New slots for the results of `node`.
  public static List<Integer> results(Node node, Lowering to) {
    return node.outputs().stream().map(value -> slot(value, to)).toList();
  }

  private static int slot(Value result, Lowering to) {
    return result.isAbsent() ? Instruction.ABSENT : to.write(result, Layout.PLAIN);
  }
}
