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
    return instruction instanceof Instruction.If branch
        ? Stream.concat(branch.then().allInstructions(), branch.otherwise().allInstructions())
        : Stream.empty();
  }
}
