package dev.crease.runtime.plan;

import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A small valid program that holds every kind of instruction, expression and layout. It is for
/// codecs and verifiers, and computes nothing sensible.
public final class SampleProgram {
  private static final Extent N = new Extent.Symbol(0);
  private static final Activation RELU = new Activation(UnaryFunction.RELU, 0, 0);

  private final int lanes;
  private final List<Slot> slots = new ArrayList<>();
  private final List<Weights> weights = new ArrayList<>();
  private final List<Instruction> instructions = new ArrayList<>();

  private SampleProgram(int lanes) {
    this.lanes = lanes;
  }

  public static Program everyInstruction(int lanes) {
    return new SampleProgram(lanes).build();
  }

  private Program build() {
    int x = slot(ElementType.FLOAT32, Layout.PLAIN, N, 3, 8, 8);
    int flag = slot(ElementType.BOOL, Layout.PLAIN);
    int blocked = blocked(N, 3, 8, 8);
    instructions.add(new Instruction.Reorder(x, blocked));
    int planes = slot(ElementType.FLOAT32, Layout.PLANES, N, 3, 8, 8);
    instructions.add(new Instruction.Reorder(x, planes));
    convolutions(planes, blocked);
    int y = products(x);
    recurrence();
    int joined = shapes(x);
    branch(flag, y);
    decisions(flag, x);
    int strings = slot(ElementType.STRING, Layout.PLAIN, 2);
    weights.add(new Weights(strings, () -> new String[] {"grün", ""}));
    return new Program(
        lanes,
        List.of("N", "first", "count", "turns", "height"),
        slots,
        weights,
        new Block(instructions),
        List.of(new Port("x", x, List.of("N", "3", "8", "8")), new Port("flag", flag, List.of())),
        List.of(new Port("joined", joined, List.of("?")), new Port("names", strings, List.of("2"))),
        Map.of("model", "sample", "compiler", "none"));
  }

  private void convolutions(int planes, int x) {
    int weight = slot(ElementType.FLOAT32, Layout.CONV_WEIGHTS, 3, 3, 3, 3);
    weights.add(new Weights(weight, () -> new float[new ConvPacking(3, 3, 1, 9, lanes).size()]));
    int bias = slot(ElementType.FLOAT32, Layout.BLOCKED, 1, 3);
    weights.add(new Weights(bias, () -> Packing.vector(new float[] {1, -2, 3.5f}, lanes)));
    var window =
        new Window(
            List.of(3, 3), List.of(1, 1), List.of(1, 1), extents(1, 1), List.of(N, Extent.of(1)));
    int conv = blocked(N, 3, 8, 8);
    instructions.add(
        new Instruction.Conv(
            x,
            weight,
            bias,
            Instruction.ABSENT,
            conv,
            window,
            1,
            List.of(RELU, new PostOp.Normalize(bias, bias, bias), RELU)));
    instructions.add(
        new Instruction.Conv(
            planes, weight, bias, conv, blocked(N, 3, 8, 8), window, 1, List.of(RELU)));
    int transformed = slot(ElementType.FLOAT32, Layout.CONV_WEIGHTS, 36 * 16, 3, 1, 1);
    var packing = new ConvPacking(36 * 16, 36 * 3, 36, 1, lanes);
    weights.add(new Weights(transformed, () -> new float[packing.size()]));
    instructions.add(
        new Instruction.Conv(
            conv,
            transformed,
            Instruction.ABSENT,
            Instruction.ABSENT,
            blocked(N, 16, 8, 8),
            window,
            1,
            Optional.of(Winograd.F4),
            List.of(RELU)));
    int plain = slot(ElementType.FLOAT32, Layout.PLAIN, 3, 1, 3, 3);
    weights.add(new Weights(plain, () -> new float[27]));
    int depthwise = slot(ElementType.FLOAT32, Layout.DEPTHWISE_WEIGHTS, 3, 1, 3, 3);
    instructions.add(new Instruction.Pack(plain, depthwise, 1));
    int deep = blocked(N, 3, 8, 8);
    var clamp = new PostOp.Clamp(bias, bias);
    instructions.add(
        new Instruction.DepthwiseConv(
            conv, depthwise, Instruction.ABSENT, conv, deep, window, List.of(clamp)));
    int pooled = blocked(N, 3, 8, 8);
    instructions.add(
        new Instruction.Pool(
            PoolKind.AVERAGE_WITH_PADDING, deep, pooled, window, List.of(RELU, clamp)));
    instructions.add(new Instruction.GlobalPool(PoolKind.MAX, pooled, blocked(N, 3, 1, 1)));
    instructions.add(new Instruction.Lrn(pooled, blocked(N, 3, 8, 8), 5, 1e-4f, 0.75f, 1));
    instructions.add(
        new Instruction.Channelwise(
            deep,
            blocked(N, 3, 8, 8),
            List.of(new PostOp.Normalize(bias, bias, bias), RELU, clamp)));
    instructions.add(
        new Instruction.Binary(
            BinaryFunction.ADD, deep, conv, blocked(N, 3, 8, 8), List.of(clamp, RELU)));
    instructions.add(new Instruction.Border(deep, bias, blocked(N, 3, 8, 8)));
    instructions.add(
        new Instruction.Interleave(
            List.of(deep, Instruction.ABSENT, pooled), bias, blocked(N, 3, 8, 24), List.of(1, 3)));
    instructions.add(new Instruction.SelectChannels(deep, blocked(N, 2, 8, 8), List.of(2, 0)));
  }

  private int products(int x) {
    int b = slot(ElementType.FLOAT32, Layout.GEMM_WEIGHTS, 8, 8);
    weights.add(new Weights(b, () -> new float[Packing.gemmSize(1, 8, 8, lanes)]));
    int y = slot(ElementType.FLOAT32, Layout.PLAIN, N, 3, 8, 8);
    var clip = new Activation(UnaryFunction.CLIP, -0.0f, Float.MIN_VALUE);
    instructions.add(new Instruction.Gemm(x, b, Instruction.ABSENT, y, clip));
    int z = slot(ElementType.FLOAT32, Layout.PLAIN, N, 3, 8, 8);
    instructions.add(new Instruction.Unary(y, z, RELU));
    int sum = slot(ElementType.FLOAT32, Layout.PLAIN, N, 3, 8, 8);
    instructions.add(new Instruction.Binary(BinaryFunction.POW, y, z, sum, List.of()));
    int soft = slot(ElementType.FLOAT32, Layout.PLAIN, N, 3, 8, 8);
    instructions.add(new Instruction.Softmax(sum, soft, 3, true));
    instructions.add(new Instruction.Cast(soft, slot(ElementType.INT8, Layout.PLAIN, N, 3, 8, 8)));
    return soft;
  }

  private void recurrence() {
    int x = slot(ElementType.FLOAT32, Layout.PLAIN, 3, 2, 12);
    weights.add(new Weights(x, () -> new float[72]));
    int joined = slot(ElementType.FLOAT32, Layout.GEMM_WEIGHTS, 4, 8);
    weights.add(new Weights(joined, () -> new float[Packing.gemmSize(1, 4, 8, lanes)]));
    int candidate = slot(ElementType.FLOAT32, Layout.GEMM_WEIGHTS, 4, 4);
    weights.add(new Weights(candidate, () -> new float[Packing.gemmSize(1, 4, 4, lanes)]));
    int no = Instruction.ABSENT;
    int states = slot(ElementType.FLOAT32, Layout.PLAIN, 3, 2, 4);
    int last = slot(ElementType.FLOAT32, Layout.PLAIN, 2, 4);
    var sigmoid = new Activation(UnaryFunction.SIGMOID, 0, 0);
    instructions.add(
        new Instruction.Recurrent(
            Cell.GRU,
            x,
            joined,
            candidate,
            no,
            no,
            no,
            no,
            no,
            states,
            last,
            no,
            true,
            true,
            0.5f,
            List.of(sigmoid, RELU)));
  }

  private int shapes(int x) {
    Extent some =
        new Extent.Max(
            new Extent.Min(N, new Extent.Broadcast(N, Extent.of(1))),
            new Extent.Sum(
                new Extent.CeilDiv(N, Extent.of(2)),
                new Extent.FloorDiv(new Extent.Product(N, N), Extent.of(3))));
    int flat = slot(ElementType.FLOAT32, Layout.PLAIN, new Extent.Product(N, Extent.of(192)));
    instructions.add(new Instruction.Reshape(x, flat));
    int turned = slot(ElementType.FLOAT32, Layout.PLAIN, 8, 3, N, 8);
    instructions.add(new Instruction.Transpose(x, turned, List.of(3, 1, 0, 2)));
    int part = slot(ElementType.FLOAT32, Layout.PLAIN, 2);
    instructions.add(new Instruction.Slice(flat, part, List.of(some), List.of(Extent.of(-3))));
    int indices = slot(ElementType.INT64, Layout.PLAIN, 2);
    instructions.add(new Instruction.Extents(List.of(N, some), indices));
    int picked = slot(ElementType.FLOAT32, Layout.PLAIN, 2);
    instructions.add(new Instruction.Gather(part, indices, picked, 0));
    int wide = slot(ElementType.FLOAT32, Layout.PLAIN, N, 2);
    instructions.add(new Instruction.Expand(picked, wide));
    int most = slot(ElementType.FLOAT32, Layout.PLAIN, N, 1);
    instructions.add(new Instruction.Reduce(ReduceFunction.MAX, wide, most));
    instructions.add(
        new Instruction.ScatterNd(
            ScatterFunction.MAX,
            part,
            indices,
            picked,
            slot(ElementType.FLOAT32, Layout.PLAIN, 2)));
    instructions.add(
        new Instruction.Call(
            Routine.GATHER_ELEMENTS,
            List.of(part, indices),
            List.of(slot(ElementType.FLOAT32, Layout.PLAIN, 2)),
            List.of(Extent.of(0)),
            List.of(0.5)));
    int one = slot(ElementType.FLOAT32, Layout.PLAIN);
    weights.add(new Weights(one, () -> new float[] {1}));
    int filled = slot(ElementType.FLOAT32, Layout.PLAIN, N, 2);
    instructions.add(new Instruction.Fill(one, filled));
    int flags = slot(ElementType.BOOL, Layout.PLAIN, N, 2);
    instructions.add(new Instruction.Compare(ComparisonFunction.LESS, wide, filled, flags));
    int chosen = slot(ElementType.FLOAT32, Layout.PLAIN, N, 2);
    instructions.add(new Instruction.Select(flags, wide, filled, chosen));
    int padded = slot(ElementType.FLOAT32, Layout.PLAIN, N, 5);
    instructions.add(
        new Instruction.Pad(
            PadMode.CONSTANT, chosen, one, padded, List.of(Extent.of(0), Extent.of(1))));
    instructions.add(
        new Instruction.Resize(
            padded,
            slot(ElementType.FLOAT32, Layout.PLAIN, N, 9),
            new Resampling(
                ResizeMode.CUBIC,
                CoordinateMode.TF_CROP_AND_RESIZE,
                NearestMode.CEIL,
                -0.5f,
                true,
                false,
                7),
            Extent.bits(List.of(0d, 1.75)),
            Extent.bits(List.of(0d, 0.25, 1d, 0.5))));
    instructions.add(new Instruction.Range(one, one, slot(ElementType.FLOAT32, Layout.PLAIN, 3)));
    int joined = slot(ElementType.FLOAT32, Layout.PLAIN, N, 4);
    instructions.add(new Instruction.Concat(List.of(wide, filled), joined, 1));
    return joined;
  }

  private void branch(int flag, int x) {
    int then = slot(ElementType.FLOAT32, Layout.PLAIN, N, 3, 8, 8);
    int y = slot(ElementType.FLOAT32, Layout.PLAIN, N, 3, 8, 8);
    instructions.add(
        new Instruction.If(
            flag,
            new Block(List.of(new Instruction.Unary(x, then, RELU))),
            List.of(then),
            new Block(List.of()),
            List.of(x),
            List.of(y)));
  }

  private void decisions(int flag, int x) {
    int sequence = slot(ElementType.FLOAT32, Layout.SEQUENCE);
    instructions.add(
        new Instruction.Produce(
            Production.SPLIT_TO_SEQUENCE,
            List.of(x, Instruction.ABSENT),
            List.of(sequence),
            List.of(Extent.of(1), Extent.of(0)),
            List.of(),
            List.of()));
    for (Layout layout : List.of(Layout.OPTIONAL, Layout.OPTIONAL_SEQUENCE)) {
      int held = layout == Layout.OPTIONAL ? x : sequence;
      instructions.add(
          new Instruction.Produce(
              Production.HOLD,
              List.of(held),
              List.of(slot(ElementType.FLOAT32, layout)),
              List.of(),
              List.of(),
              List.of()));
    }
    Extent first = new Extent.Symbol(1);
    Extent count = new Extent.Symbol(2);
    Extent turns = new Extent.Symbol(3);
    Extent height = new Extent.Symbol(4);
    int numbers = slot(ElementType.INT64, Layout.PLAIN, 2);
    instructions.add(new Instruction.Extents(List.of(N, Extent.of(3)), numbers));
    instructions.add(new Instruction.Measure(numbers, List.of(1, -1)));
    int indexes = slot(ElementType.INT64, Layout.PLAIN, 2, count);
    instructions.add(
        new Instruction.Produce(
            Production.NON_ZERO,
            List.of(x, Instruction.ABSENT),
            List.of(indexes),
            List.of(first),
            List.of(0.25),
            List.of(2)));
    int then = slot(ElementType.FLOAT32, Layout.PLAIN, first, 3, 8, 8);
    int either = slot(ElementType.FLOAT32, Layout.PLAIN, height, 3, 8, 8);
    instructions.add(
        new Instruction.Branch(
            flag,
            new Block(List.of(new Instruction.Unary(x, then, RELU))),
            List.of(then),
            new Block(List.of()),
            List.of(x),
            List.of(either),
            List.of(4)));
    int turn = slot(ElementType.INT64, Layout.PLAIN);
    int going = slot(ElementType.BOOL, Layout.PLAIN);
    int picture = slot(ElementType.FLOAT32, Layout.PLAIN, 3, 8, 8);
    int inside = slot(ElementType.FLOAT32, Layout.PLAIN, 3, 8, 8);
    int next = slot(ElementType.FLOAT32, Layout.PLAIN, 3, 8, 8);
    weights.add(new Weights(picture, () -> new float[192]));
    int slice = slot(ElementType.FLOAT32, Layout.PLAIN, 3, 8, 8);
    instructions.add(
        new Instruction.Loop(
            Instruction.ABSENT,
            flag,
            turn,
            going,
            going,
            List.of(
                new Instruction.Carried(
                    picture, inside, next, slot(ElementType.FLOAT32, Layout.PLAIN, 3, 8, 8))),
            List.of(new Instruction.Scanned(x, slice, 0, true)),
            List.of(
                new Instruction.Stacked(
                    next, slot(ElementType.FLOAT32, Layout.PLAIN, 3, turns, 8, 8), 1, false)),
            new Block(
                List.of(
                    new Instruction.Binary(BinaryFunction.ADD, inside, slice, next, List.of()))),
            List.of(3),
            List.of()));
  }

  private int blocked(Object... dims) {
    return slot(ElementType.FLOAT32, Layout.BLOCKED, dims);
  }

  private int slot(ElementType type, Layout layout, Object... dims) {
    slots.add(new Slot("slot " + slots.size(), type, extents(dims), layout));
    return slots.size() - 1;
  }

  private static List<Extent> extents(Object... dims) {
    return Arrays.stream(dims)
        .map(dim -> dim instanceof Extent extent ? extent : Extent.of((Integer) dim))
        .toList();
  }
}
