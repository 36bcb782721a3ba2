package dev.crease.runtime.plan;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import dev.crease.runtime.InvalidPlanException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Checks that a program may be trusted: indexes are in range, every slot is written once and
/// before it is read, ports are row-major, and each instruction keeps its contract (see
/// [InstructionVerifier]).
///
/// What depends on concrete shapes is checked when they are bound.
public final class ProgramVerifier {
  private static final int ANYWHERE = 0;

  private final Program program;
  private final InstructionVerifier contracts;
  private final BitSet written = new BitSet();
  private final BitSet visible = new BitSet();

  /// Symbols that have a value here, and those that had one anywhere.
  private final BitSet bound;

  private final BitSet everBound;

  /// For each slot the section in which it is written; [#ANYWHERE] for inputs and constants.
  private final int[] sections;

  private int section = 1;
  private int sectionsBegun = 1;
  private int instructions;

  private ProgramVerifier(Program program) {
    this.program = program;
    this.bound = boundSymbols(program);
    this.everBound = (BitSet) bound.clone();
    this.sections = new int[program.slots().size()];
    this.contracts = new InstructionVerifier(program, bound);
  }

  /// @throws InvalidPlanException naming the first contradiction
  public static void verify(Program program) {
    verify(program, program.weights().stream().map(Weights::slot).toList());
  }

  /// The same before the weights are there.
  static void verify(Program program, List<Integer> weightSlots) {
    var verifier = new ProgramVerifier(program);
    require(
        Set.of(4, 8, 16).contains(program.lanes()),
        "lanes are 4, 8 or 16, not %d",
        program.lanes());
    verifier.slots();
    verifier.weights(weightSlots);
    verifier.ports("input", program.inputs());
    verifier.inputs();
    verifier.block(program.main());
    verifier.ports("output", program.outputs());
    program
        .outputs()
        .forEach(output -> verifier.read("output '" + output.name() + "'", output.slot()));
  }

  /// Checks the number of elements of each constant, where the layout does not pack them.
  static void verifyElements(Program program) {
    for (Weights weights : program.weights()) {
      Slot slot = program.slots().get(weights.slot());
      long expected = elements(slot, program.lanes());
      int got = java.lang.reflect.Array.getLength(weights.elements().get());
      require(
          expected < 0 || expected == got,
          "the constant of slot %d should have %d elements, but has %d",
          weights.slot(),
          expected,
          got);
    }
  }

  /// Elements of a slot of fixed shape, or -1 where its layout packs them.
  private static long elements(Slot slot, int lanes) {
    long elements = 1;
    for (int axis = 0; axis < slot.shape().size(); axis++) {
      long dim = ((Extent.Fixed) slot.shape().get(axis)).value();
      require(dim <= Integer.MAX_VALUE, "a constant has a dimension of %d", dim);
      boolean channels = slot.layout() == Layout.BLOCKED && axis == 1;
      elements *= channels ? Math.ceilDiv(dim, lanes) * lanes : dim;
      require(elements <= Integer.MAX_VALUE, "a constant has more than 2^31 elements");
    }
    return switch (slot.layout()) {
      case PLAIN, BLOCKED, PLANES -> elements;
      case CONV_WEIGHTS, DEPTHWISE_WEIGHTS, GEMM_WEIGHTS -> -1;
      case SEQUENCE, OPTIONAL, OPTIONAL_SEQUENCE -> 0;
    };
  }

  /// Symbols that are exactly an input's dimension.
  private static BitSet boundSymbols(Program program) {
    BitSet bound = new BitSet();
    for (Port input : program.inputs()) {
      if (input.slot() >= 0 && input.slot() < program.slots().size()) {
        for (Extent extent : program.slots().get(input.slot()).shape()) {
          if (extent instanceof Extent.Symbol(int index) && index >= 0) {
            bound.set(index);
          }
        }
      }
    }
    return bound;
  }

  private void slots() {
    for (int i = 0; i < program.slots().size(); i++) {
      Slot slot = program.slots().get(i);
      int rank = slot.shape().size();
      for (Extent extent : slot.shape()) {
        contracts.symbolsInRange("slot " + i, extent);
        boolean negative = extent instanceof Extent.Fixed(long dim) && dim < 0;
        require(!negative, "slot %d: a dimension should be at least 0, not %s", i, extent);
      }
      boolean fits =
          switch (slot.layout()) {
            case PLAIN -> true;
            case BLOCKED, PLANES -> slot.type() == ElementType.FLOAT32 && rank >= 2 && rank <= 5;
            case CONV_WEIGHTS, DEPTHWISE_WEIGHTS ->
                slot.type() == ElementType.FLOAT32 && rank >= 3 && rank <= 5;
            case GEMM_WEIGHTS -> slot.type() == ElementType.FLOAT32 && rank >= 2;
            case SEQUENCE, OPTIONAL, OPTIONAL_SEQUENCE -> rank == 0;
          };
      require(fits, "slot %d: %s cannot hold %s of rank %d", i, slot.layout(), slot.type(), rank);
    }
  }

  private void weights(List<Integer> weightSlots) {
    for (int slot : weightSlots) {
      index("weights", slot);
      require(!written.get(slot), "slot %d has two constants", slot);
      written.set(slot);
      visible.set(slot);
      require(!isList(slot), "slot %d is constant, so it should be a tensor", slot);
      for (Extent extent : program.slots().get(slot).shape()) {
        require(
            extent instanceof Extent.Fixed,
            "slot %d is constant, so its dimensions should be numbers, not %s",
            slot,
            extent);
      }
    }
  }

  private void ports(String kind, List<Port> ports) {
    Set<String> names = new HashSet<>();
    for (Port port : ports) {
      index(kind, port.slot());
      require(names.add(port.name()), "two %ss are called '%s'", kind, port.name());
      Layout layout = program.slots().get(port.slot()).layout();
      require(
          layout == Layout.PLAIN || isList(port.slot()),
          "%s '%s' should be PLAIN, not %s",
          kind,
          port.name(),
          layout);
    }
  }

  /// An input with a constant is optional, so its slot may have been written.
  private void inputs() {
    Set<Integer> filled = new HashSet<>();
    for (Port input : program.inputs()) {
      require(filled.add(input.slot()), "two inputs fill slot %d", input.slot());
      for (Extent extent : program.slots().get(input.slot()).shape()) {
        contracts.symbols("input '" + input.name() + "'", extent);
      }
      written.set(input.slot());
      visible.set(input.slot());
    }
  }

  private void block(Block block) {
    for (Instruction instruction : block.instructions()) {
      String where =
          "instruction " + instructions++ + " (" + instruction.getClass().getSimpleName() + ")";
      Operands operands = Operands.of(instruction);
      operands.reads().forEach(slot -> read(where, slot));
      switch (instruction) {
        case Instruction.If branch -> {
          require(!branch.then().decides() && !branch.otherwise().decides(), "%s decides", where);
          inside(where, List.of(), List.of(), branch.then(), branch.thenResults());
          inside(where, List.of(), List.of(), branch.otherwise(), branch.otherwiseResults());
        }
        case Instruction.Deciding deciding -> decide(where, deciding);
        default -> {
          operands.reads().forEach(slot -> tensor(where, slot));
          operands.writes().forEach(slot -> tensor(where, slot));
        }
      }
      operands.writes().forEach(slot -> write(where, slot));
      contracts.verify(where, instruction);
    }
  }

  private void decide(String where, Instruction.Deciding instruction) {
    section = ++sectionsBegun;
    switch (instruction) {
      case Instruction.Branch branch -> {
        inside(where, List.of(), List.of(), branch.then(), branch.thenResults());
        inside(where, List.of(), List.of(), branch.otherwise(), branch.otherwiseResults());
      }
      case Instruction.Loop loop ->
          inside(where, loop.insideBinds(), loop.inside(), loop.body(), loop.left());
      case Instruction.Measure _, Instruction.Produce _ -> {}
    }
    section = ++sectionsBegun;
    bind(where, instruction.binds());
  }

  /// Slots that are written in a block are not visible after it, nor are symbols bound.
  private void inside(
      String where, List<Integer> binds, List<Integer> given, Block block, List<Integer> results) {
    BitSet outerSlots = (BitSet) visible.clone();
    BitSet outerSymbols = (BitSet) bound.clone();
    bind(where, binds);
    given.forEach(slot -> write(where, slot));
    block(block);
    results.forEach(slot -> read(where, slot));
    visible.and(outerSlots);
    bound.and(outerSymbols);
  }

  private void bind(String where, List<Integer> symbols) {
    for (int symbol : symbols) {
      int count = program.symbols().size();
      require(symbol >= 0 && symbol < count, "%s binds symbol %d of %d", where, symbol, count);
      require(!everBound.get(symbol), "%s binds symbol %d, which is bound before", where, symbol);
      bound.set(symbol);
      everBound.set(symbol);
    }
  }

  private void write(String where, int slot) {
    index(where, slot);
    require(!written.get(slot), "%s writes slot %d, which is written before", where, slot);
    for (Extent extent : program.slots().get(slot).shape()) {
      contracts.symbols(where + ", slot " + slot, extent);
    }
    written.set(slot);
    visible.set(slot);
    sections[slot] = section;
  }

  private void read(String where, int slot) {
    index(where, slot);
    require(visible.get(slot), "%s reads slot %d before it is written", where, slot);
    boolean crosses = sections[slot] != ANYWHERE && sections[slot] != section;
    require(
        !crosses || program.slots().get(slot).layout() == Layout.PLAIN || isList(slot),
        "%s reads slot %d from another section, so it should be PLAIN",
        where,
        slot);
  }

  /// Whether a slot holds something else than a tensor.
  private boolean isList(int slot) {
    return program.slots().get(slot).layout().holder() != Holder.TENSOR;
  }

  private void tensor(String where, int slot) {
    index(where, slot);
    require(!isList(slot), "%s names slot %d, which is no tensor", where, slot);
  }

  private void index(String where, int slot) {
    int count = program.slots().size();
    require(slot >= 0 && slot < count, "%s names slot %d of %d", where, slot, count);
  }

  static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new InvalidPlanException(
          "invalid plan: " + message.formatted(values) + ". " + PlanReader.ADVICE);
    }
  }
}
