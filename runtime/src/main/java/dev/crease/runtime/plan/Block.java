package dev.crease.runtime.plan;

import java.util.List;
import java.util.stream.Stream;

/// Instructions in the order in which they run.
public record Block(List<Instruction> instructions) {
  /// Deeper blocks are refused, so that no plan exhausts the stack. A program's main block is the
  /// first level.
  public static final int MAX_DEPTH = 32;

  public Block {
    instructions = List.copyOf(instructions);
  }

  /// The instructions, each followed by those of the blocks inside it.
  public Stream<Instruction> allInstructions() {
    return instructions.stream()
        .flatMap(instruction -> Stream.concat(Stream.of(instruction), inside(instruction)));
  }

  private static Stream<Instruction> inside(Instruction instruction) {
    return blocksOf(instruction).stream().flatMap(Block::allInstructions);
  }

  /// The blocks inside an instruction.
  public static List<Block> blocksOf(Instruction instruction) {
    return switch (instruction) {
      case Instruction.If branch -> List.of(branch.then(), branch.otherwise());
      case Instruction.Deciding deciding -> deciding.blocks();
      default -> List.of();
    };
  }

  /// Whether an instruction anywhere inside is a [Instruction.Deciding].
  public boolean decides() {
    return allInstructions().anyMatch(Instruction.Deciding.class::isInstance);
  }
}
