package dev.crease.runtime.plan;

import java.util.List;

/// Instructions in the order in which they run.
public record Block(List<Instruction> instructions) {
  public Block {
    instructions = List.copyOf(instructions);
  }
}
