package dev.crease.compiler.plan;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Binary;
import dev.crease.runtime.plan.Instruction.Gemm;
import dev.crease.runtime.plan.Instruction.If;
import dev.crease.runtime.plan.Instruction.Normalize;
import dev.crease.runtime.plan.Instruction.Unary;
import dev.crease.runtime.plan.Operands;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `t = Gemm(...); y = f(t) -> y = f(Gemm(...))`, likewise for Binary and Normalize: the function
/// goes into the instruction before it and saves a sweep over memory.
///
/// Fires where nothing else reads `t`. Every element is rounded as before, so results do not change
/// by a bit.
final class Epilogues {
  private final Map<Integer, Integer> reads = new HashMap<>();

  private Epilogues(List<Instruction> instructions, List<Integer> outputs) {
    outputs.forEach(this::read);
    count(instructions);
  }

  /// @param outputs slots that are read when all is done
  static List<Instruction> fuse(List<Instruction> instructions, List<Integer> outputs) {
    return new Epilogues(instructions, outputs).fuse(instructions);
  }

  private void count(List<Instruction> instructions) {
    for (Instruction instruction : instructions) {
      Operands.of(instruction).reads().forEach(this::read);
      if (instruction instanceof If branch) {
        count(branch.then().instructions());
        count(branch.otherwise().instructions());
        branch.thenResults().forEach(this::read);
        branch.otherwiseResults().forEach(this::read);
      }
    }
  }

  private void read(int slot) {
    reads.merge(slot, 1, Integer::sum);
  }

  private List<Instruction> fuse(List<Instruction> instructions) {
    List<Instruction> fused = new ArrayList<>();
    Map<Integer, Integer> writers = new HashMap<>();
    for (Instruction instruction : instructions) {
      if (instruction instanceof Unary unary && fusesInto(fused, writers, unary)) {
        continue;
      }
      for (int y : Operands.of(instruction).writes()) {
        writers.put(y, fused.size());
      }
      fused.add(instruction instanceof If branch ? inside(branch) : instruction);
    }
    return fused;
  }

  /// Lets the function into the instruction that writes its operand, if that takes it.
  private boolean fusesInto(List<Instruction> fused, Map<Integer, Integer> writers, Unary unary) {
    int place = writers.getOrDefault(unary.x(), -1);
    if (place < 0 || reads.getOrDefault(unary.x(), 0) != 1) {
      return false;
    }
    Optional<Instruction> both = with(fused.get(place), unary);
    both.ifPresent(instruction -> fused.set(place, instruction));
    return both.isPresent();
  }

  private If inside(If branch) {
    return new If(
        branch.condition(),
        new Block(fuse(branch.then().instructions())),
        branch.thenResults(),
        new Block(fuse(branch.otherwise().instructions())),
        branch.otherwiseResults(),
        branch.y());
  }

  private static Optional<Instruction> with(Instruction producer, Unary next) {
    Activation activation = next.activation();
    return switch (producer) {
      case Gemm i when isFree(i.activation()) ->
          Optional.of(new Gemm(i.a(), i.b(), i.bias(), next.y(), activation));
      case Binary i when isFree(i.activation()) ->
          Optional.of(new Binary(i.function(), i.a(), i.b(), next.y(), activation));
      case Normalize i when isFree(i.activation()) ->
          Optional.of(new Normalize(i.x(), i.mean(), i.slope(), i.bias(), next.y(), activation));
      default -> Optional.empty();
    };
  }

  private static boolean isFree(Activation activation) {
    return activation.equals(Activation.NONE);
  }
}
