package dev.crease.runtime.exec;

import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Operands;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A program's instructions in one line, so that the life of a slot is an interval of positions.
///
/// An `If` takes two positions around its blocks: at the first it reads its condition, at the
/// second it reads the results of both and writes `y`. The blocks stand one after the other; that
/// only one of them runs makes lives longer than they are, never shorter.
final class Timeline {
  /// The place of an instruction; an `If` has two.
  record Event(Instruction instruction, List<Integer> reads, List<Integer> writes) {}

  /// Of no instructions.
  static final Timeline EMPTY = new Timeline();

  private final List<Event> events = new ArrayList<>();
  private final int[] begin;
  private final int[] end;

  private Timeline() {
    begin = new int[0];
    end = new int[0];
  }

  Timeline(Program program) {
    begin = new int[program.slots().size()];
    end = new int[program.slots().size()];
    Arrays.fill(begin, Integer.MAX_VALUE);
    Arrays.fill(end, -1);
    add(program.main());
    for (Port input : program.inputs()) {
      begin[input.slot()] = -1;
    }
    for (int position = 0; position < events.size(); position++) {
      for (int slot : events.get(position).writes()) {
        begin[slot] = position;
        end[slot] = Math.max(end[slot], position);
      }
      for (int slot : events.get(position).reads()) {
        end[slot] = position;
      }
    }
    for (Port output : program.outputs()) {
      end[output.slot()] = events.size();
    }
  }

  private void add(Block block) {
    for (Instruction instruction : block.instructions()) {
      Operands operands = Operands.of(instruction);
      if (instruction instanceof Instruction.If branch) {
        events.add(new Event(branch, operands.reads(), List.of()));
        add(branch.then());
        add(branch.otherwise());
        List<Integer> results = new ArrayList<>(branch.thenResults());
        results.addAll(branch.otherwiseResults());
        events.add(new Event(branch, results, operands.writes()));
      } else {
        events.add(new Event(instruction, operands.reads(), operands.writes()));
      }
    }
  }

  List<Event> events() {
    return events;
  }

  /// The position at which a slot is written; -1 for inputs.
  int begin(int slot) {
    return begin[slot];
  }

  /// The last position at which a slot is needed; [#events]' size for outputs.
  int end(int slot) {
    return end[slot];
  }
}
