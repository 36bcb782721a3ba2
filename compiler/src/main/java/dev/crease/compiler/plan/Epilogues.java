package dev.crease.compiler.plan;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
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
import java.util.OptionalInt;
import java.util.function.Function;

/// `t = Gemm(...); y = f(t) -> y = f(Gemm(...))`, likewise for Binary and Normalize, and `t =
/// Gemm(a, b); y = t + c -> y = Gemm(a, b, c)` for a constant row `c`: what follows goes into the
/// instruction before it and saves a sweep over memory.
///
/// Fires where nothing else reads `t`. A function rounds every element as before, so results do not
/// change by a bit. A Gemm's sums begin with its bias, while `t + c` ends with it: the same terms
/// are added in another order, within the same bound `gamma(K + 1) (|a| |b| + |c|)`.
final class Epilogues {
  private final Map<Integer, Integer> reads = new HashMap<>();
  private final ConstantRows rows;

  private Epilogues(List<Instruction> instructions, List<Integer> outputs, ConstantRows rows) {
    this.rows = rows;
    outputs.forEach(this::read);
    count(instructions);
  }

  /// @param outputs slots that are read when all is done
  static List<Instruction> fuse(
      List<Instruction> instructions, List<Integer> outputs, ConstantRows rows) {
    return new Epilogues(instructions, outputs, rows).fuse(instructions);
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
      if (fusesBack(fused, writers, instruction)) {
        continue;
      }
      for (int y : Operands.of(instruction).writes()) {
        writers.put(y, fused.size());
      }
      fused.add(instruction instanceof If branch ? inside(branch) : instruction);
    }
    return fused;
  }

  private boolean fusesBack(
      List<Instruction> fused, Map<Integer, Integer> writers, Instruction instruction) {
    return switch (instruction) {
      case Unary i -> fusesInto(fused, writers, i.x(), i.y(), before -> with(before, i));
      case Binary i when i.function() == BinaryFunction.ADD ->
          fusesInto(fused, writers, i.a(), i.y(), before -> withRow(before, i, i.b()))
              || fusesInto(fused, writers, i.b(), i.y(), before -> withRow(before, i, i.a()));
      default -> false;
    };
  }

  /// Lets what computes `y` of `x` into the instruction that writes `x`, if that takes it.
  private boolean fusesInto(
      List<Instruction> fused,
      Map<Integer, Integer> writers,
      int x,
      int y,
      Function<Instruction, Optional<Instruction>> with) {
    int place = writers.getOrDefault(x, -1);
    if (place < 0 || reads.getOrDefault(x, 0) != 1) {
      return false;
    }
    Optional<Instruction> both = with.apply(fused.get(place));
    both.ifPresent(
        instruction -> {
          fused.set(place, instruction);
          writers.put(y, place);
        });
    return both.isPresent();
  }

  private Optional<Instruction> withRow(Instruction producer, Binary sum, int row) {
    if (!(producer instanceof Gemm i)
        || i.bias() != Instruction.ABSENT
        || !isFree(i.activation())) {
      return Optional.empty();
    }
    OptionalInt bias = rows.addedTo(i.y(), row, sum.y());
    return bias.isPresent()
        ? Optional.of(new Gemm(i.a(), i.b(), bias.getAsInt(), sum.y(), sum.activation()))
        : Optional.empty();
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
