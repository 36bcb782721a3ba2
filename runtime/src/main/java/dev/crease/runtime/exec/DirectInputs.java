package dev.crease.runtime.exec;

import dev.crease.runtime.kernel.FedKernel;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Reorder;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Inputs that need no copy in the arena, since all that is ever done with them is to bring them
/// into another layout: that reads the caller's array.
final class DirectInputs {
  /// For each such slot, what reads it.
  private final Map<Integer, List<FedKernel>> readers = new HashMap<>();

  /// @param slots see [#among]
  DirectInputs(List<Integer> slots) {
    slots.forEach(slot -> readers.put(slot, new ArrayList<>()));
  }

  static DirectInputs none() {
    return new DirectInputs(List.of());
  }

  /// Those of a program's inputs.
  static List<Integer> among(Program program, Timeline timeline) {
    return program.inputs().stream()
        .map(Port::slot)
        .filter(slot -> isReorderedOnly(slot, program, timeline))
        .toList();
  }

  private static boolean isReorderedOnly(int slot, Program program, Timeline timeline) {
    long reads = timeline.events().stream().filter(event -> event.reads().contains(slot)).count();
    return reads == 1
        && isReordered(slot, program.main(), program)
        && program.outputs().stream().noneMatch(output -> output.slot() == slot);
  }

  private static boolean isReordered(int slot, Block main, Program program) {
    for (Instruction instruction : main.instructions()) {
      if (instruction instanceof Reorder reorder && reorder.x() == slot) {
        Layout layout = program.slots().get(reorder.y()).layout();
        return layout == Layout.BLOCKED || layout == Layout.PLANES;
      }
    }
    return false;
  }

  boolean contains(int slot) {
    return readers.containsKey(slot);
  }

  /// @throws IllegalArgumentException if the slot is not one of them
  void add(int slot, FedKernel reader) {
    readersOf(slot).add(reader);
  }

  /// What reads an input; nothing if it has a place in the arena.
  List<FedKernel> of(int slot) {
    return contains(slot) ? List.copyOf(readersOf(slot)) : List.of();
  }

  private List<FedKernel> readersOf(int slot) {
    List<FedKernel> of = readers.get(slot);
    if (of == null) {
      throw new IllegalArgumentException("slot " + slot + " is not read directly");
    }
    return of;
  }
}
