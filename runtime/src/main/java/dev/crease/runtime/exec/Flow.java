package dev.crease.runtime.exec;

import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Operands;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// A block that decides by data, as parts that run one after the other.
record Flow(List<Part> parts) {
  Flow {
    parts = List.copyOf(parts);
  }

  sealed interface Part {}

  /// Instructions that are bound to shapes as a whole: a program of its own over the same slots,
  /// whose inputs and outputs are what crosses its borders.
  ///
  /// @param symbols those that its shapes depend on
  record Section(LoadedProgram program, int[] symbols) implements Part {}

  /// @param blocks of the instruction, in its order
  record Decision(Instruction.Deciding instruction, List<Flow> blocks) implements Part {}

  /// The flow of a whole program.
  static Flow of(LoadedProgram loaded) {
    return new Builder(loaded).flow(loaded.program().main());
  }

  /// Which slots a section has to leave depends on all others, so all are cut out first.
  private static final class Builder {
    private static final int OUTSIDE = -1;

    private final LoadedProgram loaded;
    private final Map<Integer, Set<Integer>> readers = new HashMap<>();
    private final List<List<Instruction>> cut = new ArrayList<>();
    private int next;

    Builder(LoadedProgram loaded) {
      this.loaded = loaded;
      Program program = loaded.program();
      program.outputs().forEach(output -> read(output.slot(), OUTSIDE));
      cut(program.main());
    }

    private void read(int slot, int section) {
      readers.computeIfAbsent(slot, _ -> new HashSet<>()).add(section);
    }

    private void cut(Block block) {
      List<Instruction> run = new ArrayList<>();
      for (Instruction instruction : block.instructions()) {
        if (instruction instanceof Instruction.Deciding deciding) {
          close(run);
          run = new ArrayList<>();
          Operands.of(deciding).reads().forEach(slot -> read(slot, OUTSIDE));
          left(deciding).forEach(slot -> read(slot, OUTSIDE));
          deciding.blocks().forEach(this::cut);
        } else {
          run.add(instruction);
        }
      }
      close(run);
    }

    private void close(List<Instruction> run) {
      if (!run.isEmpty()) {
        int section = cut.size();
        all(run).forEach(each -> Operands.of(each).reads().forEach(slot -> read(slot, section)));
        cut.add(List.copyOf(run));
      }
    }

    /// Slots that blocks leave behind.
    private static Stream<Integer> left(Instruction.Deciding instruction) {
      return switch (instruction) {
        case Instruction.Measure _, Instruction.Produce _ -> Stream.empty();
        case Instruction.Branch branch ->
            Stream.concat(branch.thenResults().stream(), branch.otherwiseResults().stream());
        case Instruction.Loop loop -> loop.left().stream();
      };
    }

    private static Stream<Instruction> all(List<Instruction> run) {
      return new Block(run).allInstructions();
    }

    /// Meets the sections in the order in which they were cut.
    Flow flow(Block block) {
      List<Part> parts = new ArrayList<>();
      boolean open = false;
      for (Instruction instruction : block.instructions()) {
        if (instruction instanceof Instruction.Deciding deciding) {
          open = false;
          parts.add(new Decision(deciding, deciding.blocks().stream().map(this::flow).toList()));
        } else if (!open) {
          open = true;
          parts.add(section(next++));
        }
      }
      return new Flow(parts);
    }

    private Section section(int number) {
      List<Instruction> run = cut.get(number);
      Set<Integer> written = new LinkedHashSet<>();
      Set<Integer> read = new LinkedHashSet<>();
      Set<Integer> symbols = new LinkedHashSet<>();
      all(run)
          .forEach(
              each -> {
                read.addAll(Operands.of(each).reads());
                written.addAll(Operands.of(each).writes());
                Operands.extents(each).forEach(extent -> extent.symbols().forEach(symbols::add));
              });
      read.removeIf(slot -> written.contains(slot) || loaded.constantSlots().get(slot));
      List<Integer> needed =
          written.stream()
              .filter(
                  slot -> readers.getOrDefault(slot, Set.of()).stream().anyMatch(r -> r != number))
              .toList();
      for (Set<Integer> slots : List.of(read, written)) {
        for (int slot : slots) {
          loaded
              .program()
              .slots()
              .get(slot)
              .shape()
              .forEach(extent -> extent.symbols().forEach(symbols::add));
        }
      }
      return new Section(
          loaded.section(run, ports(read), ports(needed)),
          symbols.stream().mapToInt(Integer::intValue).toArray());
    }

    private List<Port> ports(Iterable<Integer> slots) {
      List<Port> ports = new ArrayList<>();
      for (int slot : slots) {
        ports.add(new Port(loaded.program().slots().get(slot).name(), slot, List.of()));
      }
      return ports;
    }
  }
}
