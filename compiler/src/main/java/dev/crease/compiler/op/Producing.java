package dev.crease.compiler.op;

import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Production;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Lowering of operators that are one [Production], on operands and results as they stand.
public final class Producing {
  private Producing() {}

  /// Emits a production of all results of `node` from all its operands.
  ///
  /// @param integers parameters of the production, in its order
  public static void lower(Node node, Lowering to, Production production, long... integers) {
    List<Integer> x =
        node.inputs().stream()
            .map(value -> value.isAbsent() ? Instruction.ABSENT : to.read(value, Layout.PLAIN))
            .toList();
    List<Dim> parameters = Arrays.stream(integers).mapToObj(Dim::of).toList();
    lower(node, to, production, x, parameters, List.of());
  }

  /// As [#lower(Node, Lowering, Production, long...)], from other operands.
  ///
  /// @param x slots of the operands
  public static void lower(
      Node node,
      Lowering to,
      Production production,
      List<Integer> x,
      List<Dim> integers,
      List<Double> numbers) {
    List<Integer> binds = new ArrayList<>();
    List<Integer> y = new ArrayList<>();
    for (Value result : node.outputs()) {
      if (result.isAbsent()) {
        y.add(Instruction.ABSENT);
        continue;
      }
      binds.addAll(to.open(result.type()));
      y.add(to.write(result, Layout.PLAIN));
    }
    to.emit(
        new Instruction.Produce(
            production, x, y, integers.stream().map(to::extent).toList(), numbers, binds));
  }
}
