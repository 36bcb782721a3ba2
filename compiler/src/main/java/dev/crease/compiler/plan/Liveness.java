package dev.crease.compiler.plan;

import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Operands;
import dev.crease.runtime.plan.Slot;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Which slots, symbols and instructions anybody needs: one sweep from the last instruction to the
/// first, starting at the outputs. Shape operands and other values that only the compiler reads die
/// here.
final class Liveness {
  private final List<Slot> slots;
  private final BitSet live = new BitSet();
  private final BitSet symbols = new BitSet();

  /// @param outputs slots that are needed after the last instruction
  Liveness(List<Slot> slots, Iterable<Integer> outputs) {
    this.slots = slots;
    outputs.forEach(live::set);
  }

  /// The instructions, in order, that write a live slot or bind a live symbol; what they read
  /// becomes live.
  List<Instruction> sweep(List<Instruction> instructions) {
    List<Instruction> kept = new ArrayList<>();
    for (Instruction instruction : instructions.reversed()) {
      swept(instruction).ifPresent(kept::add);
    }
    return kept.reversed();
  }

  private Optional<Instruction> swept(Instruction instruction) {
    Operands operands = Operands.of(instruction);
    boolean needed =
        operands.writes().stream().anyMatch(live::get)
            || instruction instanceof Instruction.Deciding deciding
                && deciding.binds().stream().anyMatch(symbols::get);
    if (!needed) {
      return Optional.empty();
    }
    operands.reads().forEach(this::need);
    operands.writes().forEach(this::needShape);
    Operands.extents(instruction).forEach(this::need);
    return Optional.of(
        switch (instruction) {
          case Instruction.If branch -> sweep(branch);
          case Instruction.Branch branch -> sweep(branch);
          case Instruction.Loop loop -> sweep(loop);
          default -> instruction;
        });
  }

  private void need(int slot) {
    live.set(slot);
    needShape(slot);
  }

  private void needShape(int slot) {
    slots.get(slot).shape().forEach(this::need);
  }

  private void need(Extent extent) {
    extent.symbols().forEach(symbols::set);
  }

  /// Whether a result is needed, or a symbol that it binds.
  ///
  /// @param binds what its instruction binds
  private boolean isNeeded(int slot, List<Integer> binds) {
    return live.get(slot)
        || slots.get(slot).shape().stream()
            .flatMapToInt(Extent::symbols)
            .anyMatch(symbol -> symbols.get(symbol) && binds.contains(symbol));
  }

  /// The branch with its live results, and in its blocks what they need.
  private Instruction sweep(Instruction.If branch) {
    List<Integer> places = liveOf(branch.y());
    List<Integer> thenResults = pick(branch.thenResults(), places);
    List<Integer> otherwiseResults = pick(branch.otherwiseResults(), places);
    return new Instruction.If(
        branch.condition(),
        sweep(branch.then(), thenResults),
        thenResults,
        sweep(branch.otherwise(), otherwiseResults),
        otherwiseResults,
        pick(branch.y(), places));
  }

  private Instruction sweep(Instruction.Branch branch) {
    List<Integer> places =
        IntStream.range(0, branch.y().size())
            .filter(i -> isNeeded(branch.y().get(i), branch.binds()))
            .boxed()
            .toList();
    List<Integer> thenResults = pick(branch.thenResults(), places);
    List<Integer> otherwiseResults = pick(branch.otherwiseResults(), places);
    return new Instruction.Branch(
        branch.condition(),
        sweep(branch.then(), thenResults),
        thenResults,
        sweep(branch.otherwise(), otherwiseResults),
        otherwiseResults,
        pick(branch.y(), places),
        branch.binds());
  }

  /// The loop without rows that nobody reads; what is carried may be read by the next turn.
  private Instruction sweep(Instruction.Loop loop) {
    List<Instruction.Stacked> stacked =
        loop.stacked().stream().filter(each -> isNeeded(each.y(), loop.binds())).toList();
    Instruction.Loop kept =
        new Instruction.Loop(
            loop.trips(),
            loop.condition(),
            loop.turn(),
            loop.going(),
            loop.again(),
            loop.carried(),
            loop.scanned(),
            stacked,
            loop.body(),
            loop.binds(),
            loop.insideBinds());
    return kept.withBlocks(List.of(sweep(loop.body(), kept.left())));
  }

  private List<Integer> liveOf(List<Integer> results) {
    return IntStream.range(0, results.size())
        .filter(i -> live.get(results.get(i)))
        .boxed()
        .toList();
  }

  private static List<Integer> pick(List<Integer> from, List<Integer> places) {
    return places.stream().map(from::get).toList();
  }

  private Block sweep(Block block, List<Integer> results) {
    results.forEach(this::need);
    return new Block(sweep(block.instructions()));
  }

  boolean isLive(int slot) {
    return live.get(slot);
  }
}
