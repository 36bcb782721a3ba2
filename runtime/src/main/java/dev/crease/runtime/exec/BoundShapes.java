package dev.crease.runtime.exec;

import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.ConvPacking;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.Operands;
import dev.crease.runtime.plan.Packing;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.Slot;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The shape of every slot of a program for one set of symbol values.
///
/// A branch of an `If` need not fit: it may be made for other sizes, and is then not taken. What it
/// would compute is taken for empty.
final class BoundShapes {
  private final Program program;
  private final int lanes;
  private final int[] groups;
  private final long[] symbols;
  private final int[] @Nullable [] shapes;
  private final Map<Block, String> misfits = new IdentityHashMap<>();

  /// @param groups for each slot that holds convolution weights, the convolution's groups
  BoundShapes(Program program, int lanes, int[] groups, long[] symbols) {
    this.program = program;
    this.lanes = lanes;
    this.groups = groups;
    this.symbols = symbols;
    this.shapes = new int[program.slots().size()][];
  }

  /// Looks for branches that do not fit, before anything is asked of what they compute.
  void findMisfits() {
    findMisfits(program.main());
  }

  private void findMisfits(Block block) {
    for (Instruction instruction : block.instructions()) {
      if (instruction instanceof Instruction.If choice) {
        findMisfitsInside(choice.then());
        findMisfitsInside(choice.otherwise());
      }
    }
  }

  private void findMisfitsInside(Block branch) {
    findMisfits(branch);
    for (Instruction instruction : branch.instructions()) {
      for (int slot : Operands.of(instruction).writes()) {
        try {
          of(slot);
        } catch (IllegalArgumentException e) {
          misfits.putIfAbsent(branch, String.valueOf(e.getMessage()));
          shapes[slot] = new int[slot(slot).shape().size()];
        }
      }
    }
  }

  /// Why sizes in a branch come out negative or too large; null if they do not.
  @Nullable
  String misfit(Block branch) {
    return misfits.get(branch);
  }

  private int[] shape(int slot) {
    List<Extent> extents = program.slots().get(slot).shape();
    int[] shape = new int[extents.size()];
    long elements = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      long dim = evaluate(extents.get(axis));
      if (dim < 0 || dim > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "with these input shapes, dimension %d of %s would be %d (%s)"
                .formatted(axis, name(slot), dim, named()));
      }
      shape[axis] = (int) dim;
      elements *= dim;
      if (elements > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            "with these input shapes, %s would have more than 2^31 elements (%s)"
                .formatted(name(slot), named()));
      }
    }
    return shape;
  }

  /// A slot for messages: the value's name, or a number where it has none.
  String name(int slot) {
    String name = slot(slot).name();
    return name.isEmpty() ? "%" + slot : "`" + name + "`";
  }

  private String named() {
    return program.symbols() + " = " + Arrays.toString(symbols);
  }

  long evaluate(Extent extent) {
    try {
      return extent.evaluate(symbols);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "with these input shapes, a size cannot be computed: %s (%s)"
              .formatted(e.getMessage(), named()),
          e);
    }
  }

  int evaluateInt(Extent extent) {
    long value = evaluate(extent);
    if (value != (int) value) {
      throw new IllegalArgumentException(
          "with these input shapes, a size would be " + value + " (" + named() + ")");
    }
    return (int) value;
  }

  Slot slot(int slot) {
    return program.slots().get(slot);
  }

  Program program() {
    return program;
  }

  int lanes() {
    return lanes;
  }

  /// The shape of a slot.
  ///
  /// @throws IllegalArgumentException if it comes out negative or too large
  int[] of(int slot) {
    int[] shape = shapes[slot];
    if (shape == null) {
      shape = shape(slot);
      shapes[slot] = shape;
    }
    return shape;
  }

  int elements(int slot) {
    return product(of(slot), 0, of(slot).length);
  }

  /// Channels in a block of a BLOCKED or PLANES slot.
  int lanes(int slot) {
    return slot(slot).layout() == Layout.PLANES ? 1 : lanes;
  }

  /// Channel blocks of a BLOCKED or PLANES slot.
  int blocks(int slot) {
    return Math.ceilDiv(of(slot)[1], lanes(slot));
  }

  /// Depth, height and width of a BLOCKED or PLANES slot; 1 where it has no such dimension.
  int[] picture(int slot) {
    int[] shape = of(slot);
    int[] picture = {1, 1, 1};
    for (int axis = 2; axis < shape.length; axis++) {
      picture[axis + 3 - shape.length] = shape[axis];
    }
    return picture;
  }

  /// Elements that a slot takes in memory, without a halo.
  int length(int slot) {
    int group = groups[slot];
    int[] shape = of(slot);
    int taps = product(shape, Math.min(2, shape.length), shape.length);
    return switch (slot(slot).layout()) {
      case PLAIN, PLANES -> elements(slot);
      case SEQUENCE, OPTIONAL, OPTIONAL_SEQUENCE ->
          throw new IllegalArgumentException("slot %d is no tensor".formatted(slot));
      case BLOCKED -> Packing.blockedSize(shape[0], shape[1], taps, lanes);
      case CONV_WEIGHTS -> new ConvPacking(shape[0], shape[1] * group, group, taps, lanes).size();
      case DEPTHWISE_WEIGHTS -> Packing.depthwiseSize(shape[0], taps, lanes);
      case GEMM_WEIGHTS -> {
        int rank = shape.length;
        int batch = product(shape, 0, rank - 2);
        yield Packing.gemmSize(batch, shape[rank - 2], shape[rank - 1], lanes);
      }
    };
  }

  /// @throws IllegalArgumentException unless two slots have one shape
  void requireSame(int x, int y) {
    require(
        Arrays.equals(of(x), of(y)),
        "shapes "
            + Arrays.toString(of(x))
            + " and "
            + Arrays.toString(of(y))
            + " should be the same");
  }

  /// @throws IllegalArgumentException unless slot `x` broadcasts to `y`: aligned at the last
  ///   dimension, BLOCKED ones at the first
  void requireBroadcast(int x, int y) {
    int[] from = of(x);
    int[] to = of(y);
    int missing = slot(x).layout() == Layout.BLOCKED ? 0 : to.length - from.length;
    boolean fits = from.length <= to.length;
    for (int axis = 0; fits && axis < from.length; axis++) {
      fits = from[axis] == 1 || from[axis] == to[missing + axis];
    }
    require(fits, Arrays.toString(from) + " does not broadcast to " + Arrays.toString(to));
  }

  static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  static int product(int[] shape, int from, int to) {
    int product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= shape[axis];
    }
    return product;
  }

  /// @throws IllegalArgumentException if the slot does not hold one element
  void requireOne(String what, int slot) {
    require(elements(slot) == 1, what + " is " + Arrays.toString(of(slot)) + ", not one element");
  }

  /// @throws IllegalArgumentException if the slot is no vector of one element for each place along
  ///   axis 1 of a tensor
  void requireOneForEachChannel(String what, int slot, int tensor) {
    int[] shape = of(tensor);
    require(
        shape.length > 1 && Arrays.equals(of(slot), new int[] {shape[1]}),
        "%s is %s, neither one element nor one for each channel of %s"
            .formatted(what, Arrays.toString(of(slot)), Arrays.toString(shape)));
  }

  /// @throws IllegalArgumentException if the slot does not hold one element a channel
  void requireVector(String what, int slot, int channels) {
    require(
        Arrays.equals(of(slot), new int[] {1, channels}),
        what + " is " + Arrays.toString(of(slot)) + ", not (1, " + channels + ")");
  }
}
