package dev.crease.compiler.op;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.AveragePool;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.compiler.op.recurrent.Recurrent;
import dev.crease.compiler.op.reduce.ReducedAxes;
import dev.crease.compiler.op.reduce.Reduction;
import dev.crease.compiler.op.tensor.AspectPolicy;
import dev.crease.compiler.op.tensor.Pad;
import dev.crease.compiler.op.tensor.Resize;
import dev.crease.compiler.op.tensor.ScatterNd;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Cell;
import dev.crease.runtime.plan.CoordinateMode;
import dev.crease.runtime.plan.NearestMode;
import dev.crease.runtime.plan.PadMode;
import dev.crease.runtime.plan.Resampling;
import dev.crease.runtime.plan.ResizeMode;
import dev.crease.runtime.plan.ScatterFunction;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Samples of operators with windows or axes, drawn at random: shapes and attributes that nobody
/// would think of. The same at each run.
public final class RandomSamples {
  private static final int EACH = 150;

  private final Random random = new Random(11);
  private final List<Sample> samples = new ArrayList<>();

  private RandomSamples() {}

  public static List<Sample> all() {
    RandomSamples drawn = new RandomSamples();
    for (int i = 0; i < EACH; i++) {
      drawn.convolution();
      drawn.transposedConvolution();
      drawn.pool();
      drawn.reduction();
      drawn.pad();
      drawn.resize();
      drawn.recurrence();
      drawn.scatter();
    }
    for (int i = 0; i < EACH; i++) {
      drawn.paddedConvolution();
    }
    return drawn.samples;
  }

  /// Attributes that do not fit the shapes are drawn again at the next turn.
  private void add(Op op, Operand... operands) {
    Sample sample = Sample.of("random " + samples.size(), op, operands);
    try {
      op.evaluate(sample.evaluationInputs());
      samples.add(sample);
      boolean windowed = op.schema().name().contains("Conv") || op.schema().name().contains("Pool");
      if (windowed && samples.size() % 3 == 0) {
        samples.add(sample.wide());
      }
    } catch (InvalidOperandException e) {
      if (samples.isEmpty()) {
        throw e;
      }
    }
  }

  private void convolution() {
    int rank = random.nextInt(1, 4);
    int group = random.nextInt(1, 4);
    int[] x = shape(random.nextInt(1, 3), group * random.nextInt(1, 4), rank, 7);
    int[] w = shape(group * random.nextInt(1, 4), x[1] / group, rank, 4);
    add(new Conv(window(w, rank), group), operand(x), operand(w), maybe(w[0]));
  }

  /// As [#convolution], depthwise now and then, with something other than zeros in the padding.
  private void paddedConvolution() {
    int rank = random.nextInt(1, 4);
    int group = random.nextInt(1, 7);
    int[] x = shape(random.nextInt(1, 4), group * random.nextInt(1, 5), rank, 7);
    int maps = random.nextInt(3) == 0 ? x[1] : group * random.nextInt(1, 5);
    int[] w = shape(maps, x[1] / group, rank, 4);
    Activation activation =
        random.nextBoolean() ? Activation.NONE : new Activation(UnaryFunction.RELU, 0, 0);
    add(
        new FusedConv(new Conv(window(w, rank), group), activation),
        operand(x),
        operand(w),
        maybe(w[0]),
        Operand.ABSENT,
        operand(new int[] {x[1]}));
  }

  private void transposedConvolution() {
    int rank = random.nextInt(1, 4);
    int group = random.nextInt(1, 4);
    int[] x = shape(random.nextInt(1, 3), group * random.nextInt(1, 4), rank, 4);
    int[] w = shape(x[1], random.nextInt(1, 4), rank, 4);
    List<Long> padding = random.nextInt(3) == 0 ? longs(rank, 0, 2) : List.of();
    List<Long> output = random.nextInt(3) == 0 ? longs(rank, 1, 14) : List.of();
    add(
        new ConvTranspose(window(w, rank), group, padding, output),
        operand(x),
        operand(w),
        maybe(w[1] * group));
  }

  private void pool() {
    int rank = random.nextInt(1, 4);
    int[] x = shape(random.nextInt(1, 3), random.nextInt(1, 20), rank, 7);
    WindowAttributes window = window(shape(1, 1, rank, 3), rank);
    boolean ceil = random.nextBoolean();
    add(new MaxPool(window, ceil, 0), operand(x));
    add(new AveragePool(window, ceil, random.nextBoolean()), operand(x));
  }

  private void reduction() {
    int[] x = random.ints(random.nextInt(0, 6), 0, 6).toArray();
    long[] axes =
        LongStream.range(0, x.length)
            .filter(_ -> random.nextBoolean())
            .map(axis -> random.nextBoolean() ? axis : axis - x.length)
            .toArray();
    ReducedAxes how = new ReducedAxes(random.nextBoolean(), random.nextBoolean());
    var functions = Reduction.Function.values();
    var function = functions[random.nextInt(functions.length)];
    add(new Reduction(function, how), operand(x), Sample.longs(axes));
  }

  private void pad() {
    int[] x = random.ints(random.nextInt(0, 5), 0, 5).toArray();
    long[] pads = random.longs(2L * x.length, -3, 6).toArray();
    PadMode mode = PadMode.values()[random.nextInt(PadMode.values().length)];
    add(new Pad(mode), operand(x), Sample.longs(pads));
  }

  /// Small scales and sizes along some axes, in any order.
  private void resize() {
    int[] x = random.ints(random.nextInt(1, 6), 1, 6).toArray();
    List<Long> axes = new ArrayList<>(LongStream.range(0, x.length).boxed().toList());
    Collections.shuffle(axes, random);
    axes = axes.subList(0, random.nextInt(1, x.length + 1));
    CoordinateMode coordinates = pick(CoordinateMode.values());
    Resampling how =
        new Resampling(
            pick(ResizeMode.values()),
            coordinates,
            pick(NearestMode.values()),
            random.nextBoolean() ? -0.75f : -0.5f,
            random.nextInt(4) == 0,
            random.nextInt(4) == 0,
            random.nextInt(-9, 9));
    double[] roi = new double[2 * axes.size()];
    Arrays.setAll(
        roi, i -> i < roi.length / 2 ? random.nextInt(3) / 4f : random.nextInt(2, 6) / 4f);
    Operand region =
        coordinates == CoordinateMode.TF_CROP_AND_RESIZE
            ? Sample.tensor(ElementType.FLOAT32, new int[] {roi.length}, roi).known()
            : Operand.ABSENT;
    if (random.nextBoolean()) {
      double[] scales = new double[axes.size()];
      Arrays.setAll(scales, _ -> random.nextInt(2, 9) / (random.nextBoolean() ? 4f : 3f));
      Operand by = Sample.tensor(ElementType.FLOAT32, new int[] {scales.length}, scales).known();
      add(new Resize(how, axes, AspectPolicy.STRETCH), operand(x), region, by);
    } else {
      long[] sizes = random.longs(axes.size(), 1, 9).toArray();
      Resize op = new Resize(how, axes, AspectPolicy.STRETCH);
      add(op, operand(x), region, Operand.ABSENT, Sample.longs(sizes));
    }
  }

  private void recurrence() {
    Cell cell = pick(Cell.values());
    Recurrent.Direction direction = pick(Recurrent.Direction.values());
    int directions = direction == Recurrent.Direction.BIDIRECTIONAL ? 2 : 1;
    int layout = random.nextInt(2);
    int steps = random.nextInt(1, 6);
    int batch = random.nextInt(1, 12);
    int features = random.nextInt(1, 6);
    int hidden = random.nextInt(1, 6);
    int gates = cell.gates() * hidden;
    int[] x = layout == 0 ? new int[] {steps, batch, features} : new int[] {batch, steps, features};
    double[] lengths = random.doubles(batch, 0, steps + 1).map(Math::floor).toArray();
    Operand w = Sample.range(-0.3, 0.3, directions, gates, features).known();
    Operand r = Sample.range(-0.3, 0.3, directions, gates, hidden).known();
    Operand b = Sample.range(-0.3, 0.3, directions, 2 * gates).known();
    boolean variant = cell != Cell.RNN && random.nextBoolean();
    add(
        new Recurrent(cell, direction, List.of(), List.of(), List.of(), 0, hidden, layout, variant),
        Sample.range(-1, 1, x),
        w,
        r,
        random.nextBoolean() ? b : Operand.ABSENT,
        random.nextBoolean()
            ? Sample.tensor(ElementType.INT32, new int[] {batch}, lengths)
            : Operand.ABSENT);
  }

  private void scatter() {
    int[] x = random.ints(random.nextInt(1, 5), 1, 5).toArray();
    int named = random.nextInt(1, x.length + 1);
    int count = random.nextInt(0, 4);
    double[] places = new double[count * named];
    Arrays.setAll(places, i -> random.nextInt(-x[i % named], x[i % named]));
    int[] updates = Arrays.copyOfRange(x, named - 1, x.length);
    updates[0] = count;
    add(
        new ScatterNd(pick(ScatterFunction.values())),
        operand(x),
        Sample.tensor(ElementType.INT64, new int[] {count, named}, places),
        operand(updates));
  }

  private <T> T pick(T[] values) {
    return values[random.nextInt(values.length)];
  }

  private WindowAttributes window(int[] kernel, int rank) {
    AutoPad autoPad =
        random.nextBoolean()
            ? AutoPad.NOTSET
            : AutoPad.values()[random.nextInt(AutoPad.values().length)];
    List<Long> taps =
        IntStream.range(2, kernel.length).mapToObj(axis -> (long) kernel[axis]).toList();
    return new WindowAttributes(
        autoPad,
        random.nextBoolean() ? List.of() : longs(rank, 1, 4),
        taps,
        random.nextBoolean() ? List.of() : longs(2 * rank, 0, 4),
        longs(rank, 1, 5));
  }

  /// `(n, c, spatial...)` with spatial dimensions of 1 to `most`.
  private int[] shape(int n, int c, int rank, int most) {
    return IntStream.concat(IntStream.of(n, c), random.ints(rank, 1, most + 1)).toArray();
  }

  private List<Long> longs(int count, int low, int high) {
    return random.longs(count, low, high).boxed().toList();
  }

  /// Small whole numbers, so that sums are exact and a wrong tap is seen; a constant or not.
  private Operand operand(int[] shape) {
    DoubleTensor tensor = DoubleTensor.zeros(ElementType.FLOAT32, shape);
    Arrays.setAll(tensor.data(), _ -> random.nextInt(-4, 5));
    return new Operand(tensor, random.nextInt(3) == 0 && !samples.isEmpty());
  }

  private Operand maybe(int length) {
    return random.nextBoolean() ? Operand.ABSENT : operand(new int[] {length});
  }
}
