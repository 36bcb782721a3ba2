package dev.crease.compiler.plan;

import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Operands;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/// Which slots and instructions anybody needs: one sweep from the last instruction to the first,
/// starting at the outputs. Shape operands and other values that only the compiler reads die here.
final class Liveness {
  private final BitSet live = new BitSet();

  /// @param outputs slots that are needed after the last instruction
  Liveness(Iterable<Integer> outputs) {
    outputs.forEach(live::set);
  }

  /// The instructions, in order, that write a live slot; what they read becomes live.
  List<Instruction> sweep(List<Instruction> instructions) {
    List<Instruction> kept = new ArrayList<>();
    for (Instruction instruction : instructions.reversed()) {
      Operands operands = Operands.of(instruction);
      if (operands.writes().stream().noneMatch(live::get)) {
        continue;
      }
      operands.reads().forEach(live::set);
      kept.add(instruction instanceof Instruction.If branch ? sweep(branch) : instruction);
    }
    return kept.reversed();
  }

  /// The branch with its live results, and in its blocks what they need.
  private Instruction sweep(Instruction.If branch) {
    List<Integer> places =
        IntStream.range(0, branch.y().size())
            .filter(i -> live.get(branch.y().get(i)))
            .boxed()
            .toList();
    List<Integer> thenResults = places.stream().map(branch.thenResults()::get).toList();
    List<Integer> otherwiseResults = places.stream().map(branch.otherwiseResults()::get).toList();
    return new Instruction.If(
        branch.condition(),
        sweep(branch.then(), thenResults),
        thenResults,
        sweep(branch.otherwise(), otherwiseResults),
        otherwiseResults,
        places.stream().map(branch.y()::get).toList());
  }

  private Block sweep(Block block, List<Integer> results) {
    results.forEach(live::set);
    return new Block(sweep(block.instructions()));
  }

  boolean isLive(int slot) {
    return live.get(slot);
  }
}
