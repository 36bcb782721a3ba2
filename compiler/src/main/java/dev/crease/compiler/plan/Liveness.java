package dev.crease.compiler.plan;

import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Operands;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

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
      if (instruction instanceof Instruction.If branch) {
        branch.thenResults().forEach(live::set);
        branch.otherwiseResults().forEach(live::set);
        sweep(branch.then().instructions());
        sweep(branch.otherwise().instructions());
      }
      kept.add(instruction);
    }
    return kept.reversed();
  }

  boolean isLive(int slot) {
    return live.get(slot);
  }
}
