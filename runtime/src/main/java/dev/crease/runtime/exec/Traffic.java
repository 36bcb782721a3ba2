package dev.crease.runtime.exec;

import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Operands;

/// Counts the bytes that instructions read and write for one set of shapes, as
/// [dev.crease.runtime.StepInfo] says.
final class Traffic {
  private final BoundShapes shapes;

  Traffic(BoundShapes shapes) {
    this.shapes = shapes;
  }

  long of(Instruction instruction) {
    Operands operands = Operands.of(instruction);
    long written = operands.writes().stream().mapToLong(this::bytes).sum();
    int picked = picked(instruction);
    long read =
        operands.reads().stream()
            .distinct()
            .mapToLong(slot -> slot == picked ? Math.min(bytes(slot), written) : bytes(slot))
            .sum();
    return read + written;
  }

  /// The operand of which a result takes some elements, else [Instruction#ABSENT].
  private static int picked(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Gather i -> i.x();
      case Instruction.Slice i -> i.x();
      case Instruction.SelectChannels i -> i.x();
      default -> Instruction.ABSENT;
    };
  }

  /// Of a copy of a slot: it is read and written.
  long copying(int slot) {
    return 2 * bytes(slot);
  }

  long bytes(int slot) {
    return (long) shapes.length(slot) * MemoryPlan.bytes(shapes.slot(slot).type().storage());
  }
}
