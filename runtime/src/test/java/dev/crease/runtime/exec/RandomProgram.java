package dev.crease.runtime.exec;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.ProgramBuilder;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Packing;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A random program of the instructions that share memory (reshapes, element-wise chains,
/// concatenations, convolutions that read halos of blocks and of planes, borders, post-ops,
/// branches), with each value computed beside by plain loops that share nothing.
final class RandomProgram {
  private static final int HEIGHT = 4;
  private static final int WIDTH = 3;
  private static final Activation HALVE = new Activation(UnaryFunction.LEAKY_RELU, 0.5f, 0);

  /// @param border what convolutions read around each channel
  private record Value(int slot, int channels, float[] elements, float[] border) {
    Value(int slot, int channels, float[] elements) {
      this(slot, channels, elements, new float[channels]);
    }
  }

  private final long seed;
  private final Random random;
  private final int lanes;
  private final ProgramBuilder program;
  private final int batch;
  private final Map<String, Tensor> inputs = new HashMap<>();
  private final Map<String, float[]> expected = new HashMap<>();
  private List<Value> blocked = new ArrayList<>();
  private List<Value> plain = new ArrayList<>();
  private List<Value> vectors = new ArrayList<>();

  RandomProgram(long seed, int lanes) {
    this.seed = seed;
    this.lanes = lanes;
    this.program = new ProgramBuilder(lanes);
    random = new Random(seed);
    batch = 1 + random.nextInt(2);
  }

  /// Builds it; afterwards [#inputs] and [#expected] belong to it.
  Program build() {
    for (int i = 0; i < 2; i++) {
      float[] elements = ProgramBuilder.values(batch * lanes * HEIGHT * WIDTH, seed + i);
      int x = program.input("x" + i, program.plain(batch, lanes, HEIGHT, WIDTH));
      inputs.put("x" + i, Tensor.of(elements, batch, lanes, HEIGHT, WIDTH));
      plain.add(new Value(x, lanes, elements));
    }
    for (int i = 5 + random.nextInt(20); i > 0; i--) {
      step(true);
    }
    for (int i = 0; i < 4; i++) {
      output(pick(random.nextBoolean() && !blocked.isEmpty() ? blocked : plain), "y" + i);
    }
    output(plain.getLast(), "last");
    return program.build();
  }

  Map<String, Tensor> inputs() {
    return inputs;
  }

  /// The outputs, by plain loops.
  Map<String, float[]> expected() {
    return expected;
  }

  private void output(Value value, String name) {
    int slot = value.slot();
    if (blocked.contains(value)) {
      slot = program.reorder(slot, program.plain(batch, value.channels(), HEIGHT, WIDTH));
    }
    program.output(name, slot);
    expected.put(name, value.elements());
  }

  private void step(boolean mayBranch) {
    switch (random.nextInt(mayBranch ? 13 : 12)) {
      case 0, 1 -> blocked.add(toBlocked(pick(plain)));
      case 2 -> plain.add(blocked.isEmpty() ? unary(pick(plain), false) : toPlain(pick(blocked)));
      case 3 -> add(blocked, plain, this::unary);
      case 4 -> add(blocked, plain, this::binary);
      case 5 -> add(blocked, plain, this::concat);
      case 6 -> plain.add(reshape(pick(plain)));
      case 7, 8 -> {
        if (!blocked.isEmpty()) {
          blocked.add(conv(pick(blocked)));
        }
      }
      case 9 -> {
        if (!blocked.isEmpty()) {
          Value bordered = border(pick(blocked));
          blocked.add(conv(bordered));
          blocked.add(bordered);
        }
      }
      case 10 -> {
        if (!blocked.isEmpty()) {
          blocked.add(channelwise(pick(blocked)));
        }
      }
      case 11 -> {
        if (!blocked.isEmpty()) {
          Value planes = toPlanes(pick(plain));
          blocked.add(conv(planes));
          blocked.add(conv(planes));
        }
      }
      default -> plain.add(branch());
    }
  }

  private interface Operation {
    Value apply(Value x, boolean isBlocked);
  }

  private void add(List<Value> left, List<Value> right, Operation operation) {
    boolean isBlocked = !left.isEmpty() && random.nextBoolean();
    List<Value> values = isBlocked ? left : right;
    values.add(operation.apply(pick(values), isBlocked));
  }

  /// Recent values come up more often, so that chains get long.
  private Value pick(List<Value> values) {
    int back = Math.min(random.nextInt(values.size()), random.nextInt(values.size()));
    return values.get(values.size() - 1 - back);
  }

  private int slot(int channels, boolean isBlocked) {
    Layout layout = isBlocked ? Layout.BLOCKED : Layout.PLAIN;
    return program.slot(ElementType.FLOAT32, layout, batch, channels, HEIGHT, WIDTH);
  }

  private Value toBlocked(Value x) {
    return new Value(
        program.reorder(x.slot(), slot(x.channels(), true)), x.channels(), x.elements());
  }

  private Value toPlanes(Value x) {
    int slot = program.slot(ElementType.FLOAT32, Layout.PLANES, batch, x.channels(), HEIGHT, WIDTH);
    return new Value(program.reorder(x.slot(), slot), x.channels(), x.elements());
  }

  private Value toPlain(Value x) {
    return new Value(
        program.reorder(x.slot(), slot(x.channels(), false)), x.channels(), x.elements());
  }

  private Value unary(Value x, boolean isBlocked) {
    float[] y = x.elements().clone();
    for (int i = 0; i < y.length; i++) {
      y[i] = y[i] < 0 ? 0.5f * y[i] : y[i];
    }
    int slot = program.unary(x.slot(), slot(x.channels(), isBlocked), HALVE);
    return new Value(slot, x.channels(), y);
  }

  private Value binary(Value a, boolean isBlocked) {
    Value b = partner(a, isBlocked ? blocked : plain);
    float[] y = new float[a.elements().length];
    for (int i = 0; i < y.length; i++) {
      float difference = a.elements()[i] - b.elements()[i];
      y[i] = difference < 0 ? 0.5f * difference : difference;
    }
    List<PostOp> postOps = new ArrayList<>(List.of(HALVE));
    if (isBlocked) {
      postOps.addAll(postOps(random.nextInt(2), a.channels(), y));
    }
    int slot = slot(a.channels(), isBlocked);
    program.add(new Instruction.Binary(BinaryFunction.SUB, a.slot(), b.slot(), slot, postOps));
    return new Value(slot, a.channels(), y);
  }

  private Value channelwise(Value x) {
    float[] y = x.elements().clone();
    List<PostOp> postOps = postOps(1 + random.nextInt(2), x.channels(), y);
    int slot = slot(x.channels(), true);
    program.add(new Instruction.Channelwise(x.slot(), slot, postOps));
    return new Value(slot, x.channels(), y);
  }

  /// Post-ops with vectors, applied to `y`.
  private List<PostOp> postOps(int count, int channels, float[] y) {
    List<PostOp> postOps = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      Value a = vector(channels);
      Value b = vector(channels);
      Value c = vector(channels);
      boolean clamps = random.nextBoolean();
      postOps.add(
          clamps
              ? new PostOp.Clamp(a.slot(), b.slot())
              : new PostOp.Normalize(a.slot(), b.slot(), c.slot()));
      for (int i = 0; i < y.length; i++) {
        int channel = i / (HEIGHT * WIDTH) % channels;
        float p = a.elements()[channel];
        float q = b.elements()[channel];
        y[i] =
            clamps ? Math.min(Math.max(y[i], p), q) : Math.fma(y[i] - p, q, c.elements()[channel]);
      }
    }
    return postOps;
  }

  /// A constant, or what is computed of one, now or before, in memory that others share.
  private Value vector(int channels) {
    List<Value> fitting = vectors.stream().filter(v -> v.channels() == channels).toList();
    if (!fitting.isEmpty() && random.nextBoolean()) {
      return pick(fitting);
    }
    float[] elements = ProgramBuilder.values(channels, random.nextInt());
    int constant = program.constant(program.blocked(1, channels), Packing.vector(elements, lanes));
    Value vector = new Value(constant, channels, elements);
    if (random.nextBoolean()) {
      float[] doubled = elements.clone();
      for (int i = 0; i < channels; i++) {
        doubled[i] += elements[i];
      }
      int slot = program.blocked(1, channels);
      program.add(new Instruction.Binary(BinaryFunction.ADD, constant, constant, slot, List.of()));
      vector = new Value(slot, channels, doubled);
    }
    vectors.add(vector);
    return vector;
  }

  private Value partner(Value a, List<Value> values) {
    Value b = pick(values);
    return b.channels() == a.channels() ? b : a;
  }

  private Value concat(Value a, boolean isBlocked) {
    List<Value> operands = new ArrayList<>(List.of(a));
    for (int i = random.nextInt(3); i > 0; i--) {
      operands.add(pick(isBlocked ? blocked : plain));
    }
    int channels = operands.stream().mapToInt(Value::channels).sum();
    if (channels > 10 * lanes) {
      return unary(a, isBlocked);
    }
    int slot = slot(channels, isBlocked);
    program.add(new Instruction.Concat(operands.stream().map(Value::slot).toList(), slot, 1));
    int plane = HEIGHT * WIDTH;
    float[] y = new float[batch * channels * plane];
    int before = 0;
    for (Value x : operands) {
      int count = x.channels() * plane;
      for (int n = 0; n < batch; n++) {
        System.arraycopy(x.elements(), n * count, y, (n * channels + before) * plane, count);
      }
      before += x.channels();
    }
    return new Value(slot, channels, y);
  }

  /// There and back, so that all values keep their rank.
  private Value reshape(Value x) {
    int flat = program.plain(batch * x.channels() * HEIGHT * WIDTH);
    program.add(new Instruction.Reshape(x.slot(), flat));
    int slot = slot(x.channels(), false);
    program.add(new Instruction.Reshape(flat, slot));
    return new Value(slot, x.channels(), x.elements());
  }

  private Value border(Value x) {
    float[] border = ProgramBuilder.values(x.channels(), random.nextInt());
    int values = program.constant(program.blocked(1, x.channels()), Packing.vector(border, lanes));
    int slot = slot(x.channels(), true);
    program.add(new Instruction.Border(x.slot(), values, slot));
    return new Value(slot, x.channels(), x.elements(), border);
  }

  /// The elements of all pictures with `pad` pixels of the border around them.
  private float[] surrounded(Value x, int pad) {
    int height = HEIGHT + 2 * pad;
    int width = WIDTH + 2 * pad;
    float[] y = new float[batch * x.channels() * height * width];
    for (int plane = 0; plane < batch * x.channels(); plane++) {
      int begin = plane * height * width;
      Arrays.fill(y, begin, begin + height * width, x.border()[plane % x.channels()]);
      for (int row = 0; row < HEIGHT; row++) {
        int to = begin + (row + pad) * width + pad;
        System.arraycopy(x.elements(), (plane * HEIGHT + row) * WIDTH, y, to, WIDTH);
      }
    }
    return y;
  }

  private Value conv(Value x) {
    int outputs = random.nextBoolean() ? lanes : 1 + random.nextInt(2 * lanes);
    int size = random.nextBoolean() ? 3 : 1;
    int[] shape = {outputs, x.channels(), size, size};
    float[] filter = ProgramBuilder.values(outputs * x.channels() * size * size, random.nextInt());
    for (int i = 0; i < filter.length; i++) {
      filter[i] /= x.channels() * size;
    }
    Value residual = pick(blocked);
    boolean adds = residual.channels() == outputs;
    int slot = slot(outputs, true);
    int added = adds ? residual.slot() : Instruction.ABSENT;
    int pad = size / 2;
    int[] in = {batch, x.channels(), HEIGHT + 2 * pad, WIDTH + 2 * pad};
    float[] y =
        ProgramBuilder.convolve(
            surrounded(x, pad), in, filter, shape, 0, adds ? residual.elements() : new float[0]);
    List<PostOp> postOps = new ArrayList<>(List.of(ProgramBuilder.RELU));
    postOps.addAll(postOps(random.nextInt(3), outputs, y));
    program.conv(x.slot(), filter, shape, size / 2, added, slot, postOps);
    return new Value(slot, outputs, y);
  }

  /// A branch on a constant, with a few steps in each block.
  private Value branch() {
    boolean taken = random.nextBoolean();
    int flag =
        program.constant(
            program.slot(ElementType.BOOL, Layout.PLAIN), new byte[] {(byte) (taken ? 1 : 0)});
    Value result = pick(plain);
    List<Value> results = new ArrayList<>();
    Block then = program.block(() -> results.add(inner(result)));
    Block otherwise = program.block(() -> results.add(inner(result)));
    int slot = slot(result.channels(), false);
    program.add(
        new Instruction.If(
            flag,
            then,
            List.of(results.get(0).slot()),
            otherwise,
            List.of(results.get(1).slot()),
            List.of(slot)));
    return new Value(slot, result.channels(), results.get(taken ? 0 : 1).elements());
  }

  private Value inner(Value result) {
    List<Value> outerBlocked = blocked;
    List<Value> outerPlain = plain;
    List<Value> outerVectors = vectors;
    blocked = new ArrayList<>(blocked);
    plain = new ArrayList<>(plain);
    vectors = new ArrayList<>(vectors);
    for (int i = random.nextInt(4); i > 0; i--) {
      step(false);
    }
    Value last = plain.getLast();
    Value value = last.channels() == result.channels() ? last : unary(result, false);
    blocked = outerBlocked;
    plain = outerPlain;
    vectors = outerVectors;
    return value;
  }
}
