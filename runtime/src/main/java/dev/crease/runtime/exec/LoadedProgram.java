package dev.crease.runtime.exec;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidPlanException;
import dev.crease.runtime.KernelChoice;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.kernel.BriefMicrokernels;
import dev.crease.runtime.kernel.MicrokernelSelection;
import dev.crease.runtime.kernel.Microkernels;
import dev.crease.runtime.kernel.ScalarMicrokernels;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.ProgramVerifier;
import java.lang.System.Logger.Level;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// A verified program with its constants in memory, packed for this machine: what all sessions of a
/// plan share. Immutable once made.
public final class LoadedProgram {
  /// An instruction has few steps: its own, a copy for each operand, halos.
  private static final int STEPS_PER_INSTRUCTION = 4;

  /// With fewer constants there is little work for which plain loops would pay.
  private static final long WORTH_WARMING = 1 << 15;

  private final Program program;
  private final MicrokernelSelection best;
  private final int[] groups;
  private final @Nullable Object[] weights;
  private final @Nullable Object[] constants;
  private final BitSet constantSlots = new BitSet();
  private final Timeline timeline;
  private final @Nullable Flow flow;
  private final Warmth warmth;

  /// @throws InvalidPlanException if the program contradicts itself
  public static LoadedProgram of(Program program) {
    ProgramVerifier.verify(program);
    return ofVerified(program);
  }

  /// A program that has been verified, as by [dev.crease.runtime.plan.PlanReader].
  public static LoadedProgram ofVerified(Program program) {
    return new LoadedProgram(program, bestFor(program));
  }

  /// @param program one that has been verified
  /// @param selection the kernels of this machine, whose lanes the constants are packed for
  LoadedProgram(Program program, MicrokernelSelection selection) {
    this.program = program.withWeights(List.of());
    this.best = selection;
    this.groups = new int[program.slots().size()];
    Arrays.fill(groups, 1);
    program.main().allInstructions().forEach(this::findGroup);
    if (lanes() != program.lanes()) {
      log("the plan is packed for %d lanes; repacked for %d".formatted(program.lanes(), lanes()));
    }
    this.weights = Constants.read(program, groups, lanes());
    this.constants = weights.clone();
    for (Port input : program.inputs()) {
      constants[input.slot()] = null;
    }
    for (int slot = 0; slot < constants.length; slot++) {
      constantSlots.set(slot, constants[slot] != null);
    }
    boolean decides = program.main().decides() || !hasTensorsOnly(program);
    this.timeline = decides ? Timeline.EMPTY : new Timeline(program);
    this.flow = decides ? Flow.of(this) : null;
    this.warmth =
        new Warmth(STEPS_PER_INSTRUCTION * (int) program.main().allInstructions().count());
  }

  /// A section of a program, with its constants.
  private LoadedProgram(LoadedProgram whole, Program section) {
    this.program = section;
    this.best = whole.best;
    this.groups = whole.groups;
    this.weights = whole.weights;
    this.constants = whole.constants;
    this.constantSlots.or(whole.constantSlots);
    this.timeline = new Timeline(section);
    this.flow = null;
    this.warmth = new Warmth(0);
  }

  /// Some of its instructions, as a program over the same slots and symbols.
  LoadedProgram section(List<Instruction> instructions, List<Port> inputs, List<Port> outputs) {
    return new LoadedProgram(
        this,
        new Program(
            program.lanes(),
            program.symbols(),
            program.slots(),
            List.of(),
            new Block(instructions),
            inputs,
            outputs,
            Map.of()));
  }

  /// Whether all inputs and outputs are tensors.
  static boolean hasTensorsOnly(Program program) {
    return Stream.of(program.inputs(), program.outputs())
        .flatMap(List::stream)
        .allMatch(port -> program.slots().get(port.slot()).layout() == Layout.PLAIN);
  }

  /// How its parts follow each other, or null if nothing in it decides by data and all it takes and
  /// gives is tensors.
  @Nullable
  Flow flow() {
    return flow;
  }

  /// Plain loops do any number of lanes, so there is nothing to repack for them.
  private static MicrokernelSelection bestFor(Program program) {
    var best = MicrokernelSelection.best();
    return best.vector()
        ? best
        : new MicrokernelSelection(new ScalarMicrokernels(program.lanes()), false, best.reason());
  }

  private static void log(String message) {
    System.getLogger("dev.crease.runtime").log(Level.INFO, message);
  }

  private void findGroup(Instruction instruction) {
    if (instruction instanceof Instruction.Conv conv) {
      groups[conv.weights()] = conv.weightGroups();
    } else if (instruction instanceof Instruction.Pack pack) {
      groups[pack.y()] = pack.group();
    }
  }

  /// The program without its weights.
  public Program program() {
    return program;
  }

  /// The kernels for a session.
  ///
  /// @throws IllegalStateException if vector kernels are asked for and there are none
  Microkernels microkernels(KernelChoice choice) {
    return switch (choice) {
      case AUTO -> best.microkernels();
      case SCALAR -> MicrokernelSelection.scalar(lanes()).microkernels();
      case VECTOR -> {
        if (!best.vector()) {
          throw new IllegalStateException("there are no vector kernels: " + best.reason());
        }
        yield best.microkernels();
      }
    };
  }

  /// The kernels for a rehearsal; none if there is nothing to warm.
  Optional<BriefMicrokernels> brief() {
    return best.brief();
  }

  Warmth warmth() {
    return warmth;
  }

  /// Whether first runs on plain loops pay: there are vectors, and work enough.
  boolean isWorthWarming() {
    long elements = 0;
    for (Object array : weights) {
      elements += array == null ? 0 : Array.getLength(array);
    }
    return best.vector() && elements >= WORTH_WARMING;
  }

  int lanes() {
    return best.microkernels().lanes();
  }

  Timeline timeline() {
    return timeline;
  }

  BoundShapes bind(long[] symbols) {
    BoundShapes shapes = new BoundShapes(program, lanes(), groups, symbols);
    shapes.findMisfits();
    return shapes;
  }

  BitSet constantSlots() {
    return constantSlots;
  }

  /// The array of each slot that is constant, else null; inputs are not, even if they have a
  /// default.
  @Nullable
  Object[] constants() {
    return constants;
  }

  /// What an input is when the caller gives none, or null if it must be given.
  @Nullable
  Tensor defaultOf(int slot) {
    Object elements = weights[slot];
    if (elements == null) {
      return null;
    }
    ElementType type = program.slots().get(slot).type();
    return Tensor.of(
        type, elements, new BoundShapes(program, lanes(), groups, new long[0]).of(slot));
  }

  /// Whether a slot is an input that may be left out.
  public boolean hasDefault(int slot) {
    return weights[slot] != null;
  }

  /// Bytes that each constant takes in memory.
  List<Long> constantSizes() {
    List<Long> sizes = new ArrayList<>();
    for (int slot = 0; slot < weights.length; slot++) {
      Object array = weights[slot];
      if (array != null) {
        int bytes = MemoryPlan.bytes(program.slots().get(slot).type().storage());
        sizes.add((long) Array.getLength(array) * bytes);
      }
    }
    return sizes;
  }
}
