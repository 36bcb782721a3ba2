package dev.crease.compiler.plan;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Binary;
import dev.crease.runtime.plan.Instruction.Channelwise;
import dev.crease.runtime.plan.Instruction.Conv;
import dev.crease.runtime.plan.Instruction.DepthwiseConv;
import dev.crease.runtime.plan.Instruction.Gemm;
import dev.crease.runtime.plan.Instruction.If;
import dev.crease.runtime.plan.Instruction.Pool;
import dev.crease.runtime.plan.Instruction.Unary;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Operands;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;

/// `t = Conv(...); y = f(t) -> y = f(Conv(...))`, likewise for DepthwiseConv, Pool, Binary, Gemm
/// and Unary and for normalizations and clamps per channel, and `t = Gemm(a, b); y = t + c -> y =
/// Gemm(a, b, c)` for a constant row `c`: what follows an instruction goes with it and saves a
/// sweep over memory.
///
/// Fires where nothing else reads `t`. What is fused stands where `y` was computed, since its
/// vectors may be computed after `t`; the instruction that wrote `t` stays behind, and is dead.
///
/// A function rounds every element as before, so results do not change by a bit. A Gemm's sums
/// begin with its bias, while `t + c` ends with it: the same terms are added in another order,
/// within the same bound `gamma(K + 1) (|a| |b| + |c|)`.
final class Epilogues {
  private final Map<Integer, Integer> reads = new HashMap<>();
  private final List<Slot> slots;
  private final ConstantRows rows;

  private Epilogues(
      List<Instruction> instructions, List<Integer> outputs, List<Slot> slots, ConstantRows rows) {
    this.slots = slots;
    this.rows = rows;
    outputs.forEach(this::read);
    count(instructions);
  }

  /// @param outputs slots that are read when all is done
  static List<Instruction> fuse(
      List<Instruction> instructions, List<Integer> outputs, List<Slot> slots, ConstantRows rows) {
    return new Epilogues(instructions, outputs, slots, rows).fuse(instructions);
  }

  private void count(List<Instruction> instructions) {
    for (Instruction instruction : instructions) {
      Operands.of(instruction).reads().forEach(this::read);
      Block.blocksOf(instruction).forEach(block -> count(block.instructions()));
      switch (instruction) {
        case If branch -> {
          branch.thenResults().forEach(this::read);
          branch.otherwiseResults().forEach(this::read);
        }
        case Instruction.Branch branch -> {
          branch.thenResults().forEach(this::read);
          branch.otherwiseResults().forEach(this::read);
        }
        case Instruction.Loop loop -> loop.left().forEach(this::read);
        default -> {}
      }
    }
  }

  private void read(int slot) {
    reads.merge(slot, 1, Integer::sum);
  }

  /// A block has writers of its own: what it reads from outside is computed whether it runs or not.
  private List<Instruction> fuse(List<Instruction> instructions) {
    List<Instruction> fused = new ArrayList<>();
    Map<Integer, Instruction> writers = new HashMap<>();
    for (Instruction instruction : instructions) {
      Instruction whole =
          switch (instruction) {
            case If branch -> inside(branch);
            case Instruction.Deciding deciding -> {
              // What was written before cannot be read here in any layout but PLAIN.
              writers.clear();
              yield deciding.withBlocks(deciding.blocks().stream().map(this::fuse).toList());
            }
            default -> fused(instruction, writers).orElse(instruction);
          };
      Operands.of(whole).writes().forEach(y -> writers.put(y, whole));
      fused.add(whole);
    }
    return fused;
  }

  private Block fuse(Block block) {
    return new Block(fuse(block.instructions()));
  }

  private If inside(If branch) {
    return new If(
        branch.condition(),
        fuse(branch.then()),
        branch.thenResults(),
        fuse(branch.otherwise()),
        branch.otherwiseResults(),
        branch.y());
  }

  /// An instruction together with the one that writes its operand.
  private Optional<Instruction> fused(Instruction instruction, Map<Integer, Instruction> writers) {
    return switch (instruction) {
      case Unary i ->
          fused(i.x(), writers, before -> with(before, i.activation().postOps(), i.y()));
      case Channelwise i -> fused(i.x(), writers, before -> with(before, i.postOps(), i.y()));
      case Binary i when i.function() == BinaryFunction.ADD ->
          fused(i.a(), writers, before -> withRow(before, i, i.b()))
              .or(() -> fused(i.b(), writers, before -> withRow(before, i, i.a())));
      default -> Optional.empty();
    };
  }

  private Optional<Instruction> fused(
      int x, Map<Integer, Instruction> writers, Function<Instruction, Optional<Instruction>> with) {
    return Optional.ofNullable(writers.get(x))
        .filter(_ -> reads.getOrDefault(x, 0) == 1)
        .flatMap(with);
  }

  private Optional<Instruction> withRow(Instruction producer, Binary sum, int row) {
    if (!(producer instanceof Gemm i)
        || i.bias() != Instruction.ABSENT
        || !isFree(i.activation())) {
      return Optional.empty();
    }
    OptionalInt bias = rows.addedTo(i.y(), row, sum.y());
    return bias.isPresent()
        ? Optional.of(new Gemm(i.a(), i.b(), bias.getAsInt(), sum.y(), activation(sum.postOps())))
        : Optional.empty();
  }

  private Optional<Instruction> with(Instruction producer, List<PostOp> next, int y) {
    boolean blocked = slots.get(y).layout() == Layout.BLOCKED;
    return switch (producer) {
      case Conv i ->
          Optional.of(
              new Conv(
                  i.x(),
                  i.weights(),
                  i.bias(),
                  i.residual(),
                  y,
                  i.window(),
                  i.group(),
                  i.winograd(),
                  joined(i.postOps(), next)));
      case DepthwiseConv i ->
          Optional.of(
              new DepthwiseConv(
                  i.x(),
                  i.weights(),
                  i.bias(),
                  i.residual(),
                  y,
                  i.window(),
                  joined(i.postOps(), next)));
      case Pool i ->
          Optional.of(new Pool(i.kind(), i.x(), y, i.window(), joined(i.postOps(), next)));
      case Channelwise i -> Optional.of(new Channelwise(i.x(), y, joined(i.postOps(), next)));
      case Unary i when blocked ->
          Optional.of(new Channelwise(i.x(), y, joined(List.of(i.activation()), next)));
      case Binary i when blocked || i.postOps().isEmpty() ->
          Optional.of(new Binary(i.function(), i.a(), i.b(), y, joined(i.postOps(), next)));
      case Gemm i when isFree(i.activation()) ->
          Optional.of(new Gemm(i.a(), i.b(), i.bias(), y, activation(next)));
      default -> Optional.empty();
    };
  }

  private static List<PostOp> joined(List<PostOp> first, List<PostOp> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /// Post-ops of a PLAIN result.
  private static Activation activation(List<PostOp> postOps) {
    return postOps.isEmpty() ? Activation.NONE : (Activation) postOps.getFirst();
  }

  private static boolean isFree(Activation activation) {
    return activation.equals(Activation.NONE);
  }
}
