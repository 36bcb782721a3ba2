package dev.crease.runtime;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.ConvPacking;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.Slot;
import dev.crease.runtime.plan.UnaryFunction;
import dev.crease.runtime.plan.Weights;
import dev.crease.runtime.plan.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Builds programs by hand. A dimension is a number, an [Extent], or a symbol's name.
public final class ProgramBuilder {
  public static final Activation RELU = new Activation(UnaryFunction.RELU, 0, 0);

  private final int lanes;
  private final List<String> symbols = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();
  private final List<Weights> weights = new ArrayList<>();
  private final List<Port> inputs = new ArrayList<>();
  private final List<Port> outputs = new ArrayList<>();
  private List<Instruction> instructions = new ArrayList<>();

  public ProgramBuilder(int lanes) {
    this.lanes = lanes;
  }

  public Extent symbol(String name) {
    if (!symbols.contains(name)) {
      symbols.add(name);
    }
    return new Extent.Symbol(symbols.indexOf(name));
  }

  public int slot(ElementType type, Layout layout, Object... dims) {
    List<Extent> shape = new ArrayList<>();
    for (Object dim : dims) {
      shape.add(
          switch (dim) {
            case Extent extent -> extent;
            case String name -> symbol(name);
            default -> Extent.of((Integer) dim);
          });
    }
    slots.add(new Slot("", type, shape, layout));
    return slots.size() - 1;
  }

  public int plain(Object... dims) {
    return slot(ElementType.FLOAT32, Layout.PLAIN, dims);
  }

  public int blocked(Object... dims) {
    return slot(ElementType.FLOAT32, Layout.BLOCKED, dims);
  }

  public int input(String name, int slot) {
    List<String> dimensions =
        slots.get(slot).shape().stream()
            .map(
                extent ->
                    switch (extent) {
                      case Extent.Fixed(long value) -> value + "";
                      case Extent.Symbol(int index) -> symbols.get(index);
                      default -> "?";
                    })
            .toList();
    inputs.add(new Port(name, slot, dimensions));
    return slot;
  }

  public void output(String name, int slot) {
    outputs.add(new Port(name, slot, List.of()));
  }

  public int constant(int slot, Object elements) {
    weights.add(new Weights(slot, () -> elements));
    return slot;
  }

  public void add(Instruction instruction) {
    instructions.add(instruction);
  }

  /// What `body` adds, as a block of its own.
  public Block block(Runnable body) {
    List<Instruction> outer = instructions;
    instructions = new ArrayList<>();
    body.run();
    Block block = new Block(instructions);
    instructions = outer;
    return block;
  }

  /// `x` in blocked layout.
  public int reorder(int x, int y) {
    add(new Instruction.Reorder(x, y));
    return y;
  }

  public int unary(int x, int y, Activation activation) {
    add(new Instruction.Unary(x, y, activation));
    return y;
  }

  /// A two-dimensional convolution with stride 1, equal padding all round and a Relu.
  public int conv(int x, float[] filter, int[] shape, int pad, int residual, int y) {
    return conv(x, filter, shape, pad, residual, y, List.of(RELU));
  }

  /// Such a convolution with other post-ops.
  public int conv(
      int x, float[] filter, int[] shape, int pad, int residual, int y, List<PostOp> postOps) {
    int taps = shape[2] * shape[3];
    int packed =
        constant(
            slot(ElementType.FLOAT32, Layout.CONV_WEIGHTS, Arrays.stream(shape).boxed().toArray()),
            new ConvPacking(shape[0], shape[1], 1, taps, lanes).pack(filter));
    add(
        new Instruction.Conv(
            x, packed, Instruction.ABSENT, residual, y, window(shape, pad), 1, postOps));
    return y;
  }

  public static Window window(int[] filter, int pad) {
    return new Window(
        List.of(filter[2], filter[3]),
        List.of(1, 1),
        List.of(1, 1),
        List.of(Extent.of(pad), Extent.of(pad)),
        List.of(Extent.of(pad), Extent.of(pad)));
  }

  public Program build() {
    return new Program(
        lanes, symbols, slots, weights, new Block(instructions), inputs, outputs, Map.of());
  }

  /// The plain definition of [#conv]: `relu(conv(x) + residual)`.
  public static float[] convolve(
      float[] x, int[] in, float[] filter, int[] shape, int pad, float[] residual) {
    int height = in[2] + 2 * pad - shape[2] + 1;
    int width = in[3] + 2 * pad - shape[3] + 1;
    float[] y = new float[in[0] * shape[0] * height * width];
    int at = 0;
    for (int n = 0; n < in[0]; n++) {
      for (int m = 0; m < shape[0]; m++) {
        for (int h = 0; h < height; h++) {
          for (int w = 0; w < width; w++, at++) {
            double sum = residual.length == 0 ? 0 : residual[at];
            for (int c = 0; c < in[1]; c++) {
              for (int i = 0; i < shape[2]; i++) {
                for (int j = 0; j < shape[3]; j++) {
                  int row = h + i - pad;
                  int column = w + j - pad;
                  if (row >= 0 && row < in[2] && column >= 0 && column < in[3]) {
                    double tap = filter[((m * in[1] + c) * shape[2] + i) * shape[3] + j];
                    sum += tap * x[((n * in[1] + c) * in[2] + row) * in[3] + column];
                  }
                }
              }
            }
            y[at] = (float) Math.max(0, sum);
          }
        }
      }
    }
    return y;
  }

  /// Values between -1 and 1 that depend on the seed alone.
  public static float[] values(int count, long seed) {
    var random = new java.util.Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    return values;
  }
}
