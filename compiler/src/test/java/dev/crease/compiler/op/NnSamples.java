package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.integers;
import static dev.crease.compiler.op.Sample.longs;
import static dev.crease.compiler.op.Sample.range;
import static dev.crease.compiler.op.Sample.scalar;
import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.crease.ChannelClamp;
import dev.crease.compiler.op.crease.ChannelPad;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.AveragePool;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.Dropout;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.GlobalPool;
import dev.crease.compiler.op.nn.Lrn;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.compiler.op.reduce.Norm;
import dev.crease.compiler.op.reduce.ReducedAxes;
import dev.crease.compiler.op.reduce.Reduction;
import dev.crease.compiler.op.reduce.Softmax;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.UnaryFunction;
import dev.crease.runtime.plan.Winograd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Convolutions, pools, normalization, matrix products, softmax.
final class NnSamples {
  private static final WindowAttributes PADDED =
      window(List.of(3L, 3L), List.of(), List.of(), List.of(1L, 1L, 1L, 1L));

  private static final WindowAttributes STRIDED =
      window(List.of(), List.of(2L, 1L), List.of(), List.of(0L, 1L, 2L, 0L));

  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static final Operand EXTREMES =
      tensor(
          ElementType.FLOAT32,
          new int[] {5, 2},
          INFINITY,
          1,
          -INFINITY,
          1,
          -INFINITY,
          -INFINITY,
          INFINITY,
          -INFINITY,
          Double.NaN,
          1);

  static final List<Sample> ALL = all();

  private NnSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    convolutions(samples);
    fusedConvolutions(samples);
    tiledConvolutions(samples);
    paddedConvolutions(samples);
    pools(samples);
    normalizations(samples);
    largeMean(samples);
    channelClamps(samples);
    channelPads(samples);
    products(samples);
    dropouts(samples);
    reductions(samples);
    samples.add(Sample.of("odd", new Lrn(0.5f, 0.75f, 2, 3), floats(2, 7, 4, 5)));
    samples.add(Sample.of("even", new Lrn(0.1f, 0.5f, 1, 4), floats(1, 6, 5)));
    samples.add(Sample.of("blocks", new Lrn(1, 0.75f, 1, 5), floats(2, 37, 2, 3)));
    samples.add(Sample.of("all channels", new Lrn(1, 2, 0.5f, 1000), floats(1, 20, 2, 2, 3)));
    samples.add(Sample.of("no pixels", new Lrn(1, 0.75f, 1, 3), floats(1, 3, 0, 2)));
    for (Softmax.Function function : Softmax.Function.values()) {
      samples.add(Sample.of("last axis", new Softmax(function, -1), floats(3, 10)));
      samples.add(Sample.of("channels", new Softmax(function, 1), floats(2, 5, 3, 4)));
      samples.add(Sample.of("first axis", new Softmax(function, 0), floats(7)));
    }
    return samples;
  }

  static WindowAttributes window(
      List<Long> kernel, List<Long> strides, List<Long> dilations, List<Long> pads) {
    return new WindowAttributes(AutoPad.NOTSET, dilations, kernel, pads, strides);
  }

  static WindowAttributes window(AutoPad autoPad, List<Long> kernel, List<Long> strides) {
    return new WindowAttributes(autoPad, List.of(), kernel, List.of(), strides);
  }

  private static void convolutions(List<Sample> samples) {
    Operand x = floats(2, 4, 9, 8);
    Operand w = floats(6, 4, 3, 3).known();
    Operand b = floats(6).known();
    samples.add(Sample.of("plain", new Conv(WindowAttributes.NONE, 1), x, w));
    samples.add(Sample.of("padded with bias", new Conv(PADDED, 1), x, w, b));
    samples.add(Sample.of("strided", new Conv(STRIDED, 1), x, w, b));
    samples.add(
        Sample.of(
            "dilated",
            new Conv(window(List.of(), List.of(), List.of(2L, 3L), List.of(2L, 3L, 2L, 3L)), 1),
            x,
            w));
    samples.add(Sample.of("grouped", new Conv(PADDED, 2), x, floats(6, 2, 3, 3).known(), b));
    samples.add(
        Sample.of("depthwise", new Conv(PADDED, 4), x, floats(4, 1, 3, 3).known(), Operand.ABSENT));
    samples.add(
        Sample.of("two maps a channel", new Conv(PADDED, 4), x, floats(8, 1, 3, 3).known()));
    samples.add(
        Sample.of("pointwise", new Conv(WindowAttributes.NONE, 1), x, floats(5, 4, 1, 1).known()));
    for (AutoPad autoPad : AutoPad.values()) {
      Op conv = new Conv(window(autoPad, List.of(), List.of(2L, 3L)), 1);
      samples.add(Sample.of("auto_pad " + autoPad, conv, x, floats(3, 4, 2, 4).known()));
    }
    samples.add(
        Sample.of(
            "even kernel at the end",
            new Conv(window(AutoPad.SAME_LOWER, List.of(), List.of()), 1),
            x,
            floats(3, 4, 2, 4).known()));
    samples.add(
        Sample.of(
            "one dimension",
            new Conv(window(List.of(), List.of(2L), List.of(), List.of(1L, 2L)), 1),
            floats(2, 3, 20),
            floats(4, 3, 5).known(),
            floats(4).known()));
    samples.add(
        Sample.of(
            "three dimensions",
            new Conv(window(List.of(), List.of(1L, 2L, 1L), List.of(), List.of()), 1),
            floats(1, 2, 5, 6, 7),
            floats(3, 2, 2, 3, 3).known()));
    samples.add(
        Sample.of("weights at run time", new Conv(PADDED, 1), x, floats(6, 4, 3, 3), floats(6)));
    samples.add(
        Sample.of(
            "many channels",
            new Conv(PADDED, 1),
            floats(1, 20, 6, 7),
            floats(33, 20, 3, 3).known()));
  }

  private static void fusedConvolutions(List<Sample> samples) {
    Operand x = floats(2, 4, 9, 8);
    Operand w = floats(6, 4, 3, 3).known();
    Operand b = floats(6).known();
    Conv padded = new Conv(PADDED, 1);
    Operand residual = floats(2, 6, 9, 8);
    for (Activation activation :
        List.of(
            Activation.NONE,
            new Activation(UnaryFunction.RELU, 0, 0),
            new Activation(UnaryFunction.CLIP, 0, 6),
            new Activation(UnaryFunction.LEAKY_RELU, 0.1f, 0),
            new Activation(UnaryFunction.ELU, 1, 0),
            new Activation(UnaryFunction.HARD_SIGMOID, 0.2f, 0.5f),
            new Activation(UnaryFunction.HARD_SWISH, 1 / 6f, 0.5f),
            new Activation(UnaryFunction.SIGMOID, 0, 0),
            new Activation(UnaryFunction.TANH, 0, 0))) {
      Op op = new FusedConv(padded, activation);
      samples.add(Sample.of(activation.function() + " alone", op, x, w, b));
      samples.add(Sample.of(activation.function() + " and residual", op, x, w, b, residual));
    }
    Activation relu = new Activation(UnaryFunction.RELU, 0, 0);
    samples.add(Sample.of("no bias", new FusedConv(padded, relu), x, w, Operand.ABSENT, residual));
    samples.add(
        Sample.of(
            "depthwise",
            new FusedConv(new Conv(PADDED, 4), relu),
            x,
            floats(4, 1, 3, 3).known(),
            floats(4).known(),
            floats(2, 4, 9, 8)));
  }

  /// In tiles, which the picture does not fill.
  private static void tiledConvolutions(List<Sample> samples) {
    Operand x = floats(2, 5, 9, 6);
    Operand w = floats(16, 5, 3, 3).known();
    Operand b = floats(16).known();
    Operand no = Operand.ABSENT;
    Activation relu = new Activation(UnaryFunction.RELU, 0, 0);
    Operand residual = floats(2, 16, 9, 6);
    // So that the bias of the expansion is not rounded.
    Operand whole = integers(ElementType.FLOAT32, 16, 5, 3, 3).known();
    Operand p = integers(ElementType.FLOAT32, 5).known();
    for (Winograd form : Winograd.values()) {
      Op padded = new FusedConv(new Conv(PADDED, 1), relu, Optional.of(form));
      samples.add(Sample.of("by " + form, padded, x, w, b, residual));
      samples.add(Sample.of("by %s, padding".formatted(form), padded, x, whole, no, no, p));
      Op lower =
          new FusedConv(
              new Conv(window(AutoPad.SAME_LOWER, List.of(), List.of()), 1),
              Activation.NONE,
              Optional.of(form));
      samples.add(Sample.of("by %s, auto_pad".formatted(form), lower, x, w));
      samples.add(
          Sample.of(
              "by %s, weights at run time".formatted(form), padded, x, floats(16, 5, 3, 3), b));
    }
  }

  /// Whole numbers, so that the bias of the expansion is not rounded.
  private static void paddedConvolutions(List<Sample> samples) {
    Operand x = floats(2, 4, 9, 8);
    Operand w = integers(ElementType.FLOAT32, 6, 4, 3, 3);
    Operand b = integers(ElementType.FLOAT32, 6);
    Operand p = integers(ElementType.FLOAT32, 4);
    Operand no = Operand.ABSENT;
    Activation relu = new Activation(UnaryFunction.RELU, 0, 0);
    Op padded = new FusedConv(new Conv(PADDED, 1), relu);
    Operand residual = floats(2, 6, 9, 8);
    samples.add(Sample.of("padding", padded, x, w.known(), b.known(), residual, p.known()));
    samples.add(Sample.of("padding alone", padded, x, w.known(), no, no, p.known()));
    samples.add(Sample.of("padding at run time", padded, x, w, b, no, p));
    samples.add(Sample.of("padding at run time, no bias", padded, x, w.known(), no, residual, p));
    Op unpadded = new FusedConv(new Conv(WindowAttributes.NONE, 1), Activation.NONE);
    samples.add(Sample.of("padding of no pixels", unpadded, x, w.known(), no, no, p.known()));
    Op strided = new FusedConv(new Conv(STRIDED, 1), Activation.NONE);
    samples.add(Sample.of("padding, strided", strided, x, w.known(), b.known(), no, p.known()));
    for (AutoPad autoPad : AutoPad.values()) {
      Conv conv = new Conv(window(autoPad, List.of(), List.of(2L, 3L)), 2);
      Operand grouped = integers(ElementType.FLOAT32, 6, 2, 2, 4);
      samples.add(
          Sample.of(
              "padding, grouped, auto_pad " + autoPad,
              new FusedConv(conv, Activation.NONE),
              x,
              grouped.known(),
              b.known(),
              no,
              p.known()));
    }
    Op depthwise = new FusedConv(new Conv(PADDED, 4), relu);
    Operand taps = integers(ElementType.FLOAT32, 4, 1, 3, 3);
    samples.add(Sample.of("padding, depthwise", depthwise, x, taps.known(), no, no, p.known()));
    samples.add(Sample.of("padding, depthwise, at run time", depthwise, x, taps, p, no, p));
    Conv line = new Conv(window(List.of(), List.of(2L), List.of(3L), List.of(1L, 4L)), 1);
    samples.add(
        Sample.of(
            "padding, one dimension",
            new FusedConv(line, relu),
            floats(2, 4, 20),
            integers(ElementType.FLOAT32, 3, 4, 5).known(),
            no,
            no,
            p));
    Conv volume =
        new Conv(window(List.of(), List.of(), List.of(), List.of(1L, 0L, 2L, 0L, 3L, 1L)), 1);
    samples.add(
        Sample.of(
            "padding, three dimensions, many channels",
            new FusedConv(volume, Activation.NONE),
            floats(2, 20, 3, 4, 5),
            integers(ElementType.FLOAT32, 17, 20, 2, 3, 3).known(),
            no,
            no,
            integers(ElementType.FLOAT32, 20).known()));
    Conv wide = new Conv(window(List.of(), List.of(), List.of(), List.of(2L, 2L, 2L, 2L)), 1);
    samples.add(
        Sample.of(
            "padding around no pixels",
            new FusedConv(wide, Activation.NONE),
            floats(2, 4, 0, 3),
            w.known(),
            b.known(),
            no,
            p.known()));
  }

  private static void pools(List<Sample> samples) {
    Operand x = floats(2, 3, 9, 8);
    List<WindowAttributes> windows =
        List.of(
            window(List.of(2L, 2L), List.of(2L, 2L), List.of(), List.of()),
            window(List.of(3L, 3L), List.of(2L, 2L), List.of(), List.of(1L, 1L, 1L, 1L)),
            window(List.of(3L, 2L), List.of(1L, 3L), List.of(2L, 1L), List.of(0L, 1L, 2L, 0L)),
            window(AutoPad.SAME_UPPER, List.of(3L, 4L), List.of(2L, 3L)),
            window(AutoPad.SAME_LOWER, List.of(3L, 4L), List.of(2L, 3L)),
            window(AutoPad.VALID, List.of(3L, 4L), List.of(2L, 3L)));
    for (int i = 0; i < windows.size(); i++) {
      for (boolean ceil : List.of(false, true)) {
        String name = "window " + i + (ceil ? ", rounding up" : "");
        samples.add(Sample.of(name, new MaxPool(windows.get(i), ceil, 0), x));
        samples.add(Sample.of(name, new AveragePool(windows.get(i), ceil, false), x));
        samples.add(
            Sample.of(name + ", padding counts", new AveragePool(windows.get(i), ceil, true), x));
      }
    }
    samples.add(Sample.of("indices", new MaxPool(windows.get(1), false, 0), x).withOutputs(2));
    samples.add(
        Sample.of("indices by column", new MaxPool(windows.get(1), false, 1), x).withOutputs(2));
    WindowAttributes line = window(List.of(3L), List.of(2L), List.of(), List.of(1L, 1L));
    samples.add(Sample.of("one dimension", new MaxPool(line, false, 0), floats(1, 4, 11)));
    samples.add(Sample.of("one dimension", new AveragePool(line, false, false), floats(1, 4, 11)));
    WindowAttributes cube = window(List.of(2L, 2L, 3L), List.of(), List.of(), List.of());
    samples.add(Sample.of("three dimensions", new MaxPool(cube, false, 0), floats(1, 2, 4, 5, 6)));
    samples.add(
        Sample.of("three dimensions", new AveragePool(cube, false, true), floats(1, 2, 4, 5, 6)));
    for (GlobalPool.Function function : GlobalPool.Function.values()) {
      samples.add(Sample.of("picture", new GlobalPool(function), x));
      samples.add(Sample.of("line", new GlobalPool(function), floats(2, 20, 5)));
      samples.add(Sample.of("volume", new GlobalPool(function), floats(1, 2, 3, 4, 5)));
    }
  }

  private static void normalizations(List<Sample> samples) {
    Operand[] vectors = {floats(5), floats(5), range(-1, 1, 5), range(0.3, 3, 5)};
    Operand[] known = {
      vectors[0].known(), vectors[1].known(), vectors[2].known(), vectors[3].known()
    };
    Op inference = new BatchNormalization(1e-3f, 0.9f, false);
    Op training = new BatchNormalization(1e-5f, 0.8f, true);
    for (int[] shape : List.of(new int[] {3, 5}, new int[] {2, 5, 7}, new int[] {2, 5, 4, 3})) {
      String rank = "rank " + shape.length;
      Operand x = floats(shape);
      samples.add(Sample.of(rank, inference, x, known[0], known[1], known[2], known[3]));
      samples.add(
          Sample.of(
              rank + " at run time", inference, x, vectors[0], vectors[1], vectors[2], vectors[3]));
      samples.add(
          Sample.of(rank + " training", training, x, known[0], known[1], known[2], known[3])
              .withOutputs(3));
    }
  }

  private static void largeMean(List<Sample> samples) {
    Op norm = new BatchNormalization(1e-5f, 0.9f, false);
    double[] values = IntStream.range(0, 24).mapToDouble(i -> 1e6 + i * 7 % 19 - 9).toArray();
    Operand x = tensor(ElementType.FLOAT32, new int[] {2, 3, 4}, values);
    Operand scale = floats(3).known();
    Operand mean = tensor(ElementType.FLOAT32, new int[] {3}, 1e6, 999_999.5, 1_000_001).known();
    Operand variance = tensor(ElementType.FLOAT32, new int[] {3}, 9, 16, 25).known();
    samples.add(Sample.of("large mean", norm, x, scale, scale, mean, variance));
  }

  private static void channelClamps(List<Sample> samples) {
    Op clamp = new ChannelClamp();
    Operand low = range(-2, 0, 5);
    Operand high = range(0.5, 2, 5);
    Operand never = tensor(ElementType.FLOAT32, new int[] {5}, all(5, INFINITY)).known();
    Operand least = tensor(ElementType.FLOAT32, new int[] {5}, all(5, -INFINITY)).known();
    Operand mixed = tensor(ElementType.FLOAT32, new int[] {5}, -INFINITY, 0, -1, -INFINITY, 1.5);
    for (int[] shape :
        List.of(
            new int[] {3, 5},
            new int[] {2, 5, 7},
            new int[] {2, 5, 4, 3},
            new int[] {1, 5, 2, 3, 2})) {
      String rank = "rank " + shape.length;
      Operand x = floats(shape);
      samples.add(Sample.of(rank, clamp, x, low.known(), high.known()));
      samples.add(Sample.of(rank + " at run time", clamp, x, low, high));
      samples.add(Sample.of(rank + " partly unbounded", clamp, x, mixed.known(), never));
    }
    Operand x = floats(2, 5, 4, 3);
    samples.add(Sample.of("only above", clamp, x, least, high.known()));
    samples.add(Sample.of("unbounded", clamp, x, least, never));
    samples.add(Sample.of("unbounded at run time", clamp, x, mixed, range(3, 4, 5)));
    samples.add(
        Sample.of("blocks", clamp, floats(2, 37, 3, 3), range(-1, 1, 37).known(), range(0, 2, 37)));
    samples.add(
        Sample.of("NaN", clamp, EXTREMES, range(-1, 0, 2).known(), range(0.5, 1, 2).known()));
    samples.add(Sample.of("no pixels", clamp, floats(1, 5, 0, 2), low.known(), high.known()));
  }

  private static void channelPads(List<Sample> samples) {
    Operand value = range(-2, 3, 3);
    add(samples, new ChannelPad(List.of(1L, 0L, 2L, 0L)), floats(2, 3), value);
    add(samples, new ChannelPad(List.of(0L, 0L, 1L, 0L, 0L, 2L)), floats(2, 3, 4), value);
    add(samples, new ChannelPad(List.of(0L, 0L, -1L, 0L, 0L, 2L)), floats(2, 3, 4), value);
    add(
        samples,
        new ChannelPad(List.of(1L, 0L, 1L, 2L, 0L, 0L, 0L, 3L)),
        floats(1, 3, 2, 4),
        value);
    add(
        samples,
        new ChannelPad(List.of(0L, 0L, 0L, 1L, 0L, 0L, 2L, -2L)),
        floats(2, 3, 2, 4),
        value);
    add(
        samples,
        new ChannelPad(List.of(0L, 0L, 1L, 0L, 2L, 0L, 0L, 0L, 1L, 0L)),
        floats(1, 3, 2, 3, 2),
        value);
    add(
        samples,
        new ChannelPad(List.of(0L, 0L, 1L, 1L, 0L, 0L, 1L, 1L)),
        floats(1, 1, 2, 2),
        range(7, 7, 1));
  }

  private static void add(List<Sample> samples, ChannelPad pad, Operand x, Operand value) {
    samples.add(Sample.of("pads " + pad.pads(), pad, x, value.known()));
    samples.add(Sample.of("pads " + pad.pads() + " at run time", pad, x, value));
  }

  private static double[] all(int count, double value) {
    double[] values = new double[count];
    Arrays.fill(values, value);
    return values;
  }

  private static void products(List<Sample> samples) {
    Operand a = floats(4, 7);
    Operand b = floats(7, 5);
    Op plain = new Gemm(1, 1, false, false);
    samples.add(Sample.of("no addend", plain, a, b.known()));
    samples.add(Sample.of("row", plain, a, b.known(), floats(5).known()));
    samples.add(Sample.of("row of one", plain, a, b.known(), floats(1, 5).known()));
    samples.add(Sample.of("scalar", plain, a, b.known(), scalar(0.5)));
    samples.add(Sample.of("column", plain, a, b.known(), floats(4, 1).known()));
    samples.add(Sample.of("whole", plain, a, b.known(), floats(4, 5)));
    samples.add(Sample.of("all at run time", plain, a, b, floats(5)));
    Op scaled = new Gemm(0.5f, 2f, true, true);
    Operand at = floats(7, 4);
    Operand bt = floats(5, 7);
    samples.add(Sample.of("transposed, scaled", scaled, at, bt.known(), floats(5).known()));
    samples.add(Sample.of("transposed, scaled, at run time", scaled, at, bt, floats(4, 5)));
    samples.add(Sample.of("scaled without addend", new Gemm(0.5f, 1, false, true), a, bt));
    samples.add(
        Sample.of(
            "row at run time, scaled", new Gemm(1, 2, false, true), a, bt.known(), floats(5)));
    Op product = new MatMul();
    samples.add(Sample.of("matrices", product, a, b.known()));
    samples.add(Sample.of("matrices at run time", product, a, b));
    samples.add(Sample.of("batch", product, floats(2, 3, 4, 7), floats(2, 3, 7, 5)));
    samples.add(Sample.of("batch by matrix", product, floats(2, 3, 4, 7), b.known()));
    samples.add(Sample.of("broadcast batch", product, floats(2, 1, 4, 7), floats(3, 7, 5)));
    samples.add(Sample.of("row by matrix", product, floats(7), b.known()));
    samples.add(Sample.of("matrix by column", product, a, floats(7)));
    samples.add(Sample.of("row by column", product, floats(7), floats(7).known()));
    samples.add(Sample.of("row by batch", product, floats(7), floats(3, 7, 5)));
    samples.add(Sample.of("batch by column", product, floats(2, 4, 7), floats(7).known()));
    samples.add(Sample.of("long sum", product, floats(20, 300), floats(300, 33).known()));
  }

  private static void reductions(List<Sample> samples) {
    Operand x = range(0.25, 4, 2, 3, 4, 5);
    ReducedAxes dropped = new ReducedAxes(false, false);
    ReducedAxes maybeNone = new ReducedAxes(true, true);
    for (Reduction.Function function : Reduction.Function.values()) {
      samples.add(Sample.of("spatial", new Reduction(function, ReducedAxes.KEPT), x, longs(2, -1)));
      samples.add(Sample.of("dropped", new Reduction(function, dropped), x, longs(3, 2)));
      samples.add(Sample.of("all", new Reduction(function, dropped), x));
      samples.add(Sample.of("outer", new Reduction(function, ReducedAxes.KEPT), x, longs(0, 2)));
      samples.add(Sample.of("nothing", new Reduction(function, maybeNone), x, longs()));
      samples.add(Sample.of("first axis", new Reduction(function, dropped), x, longs(0)));
      Operand tall = range(0.999, 1.001, 3000, 3);
      samples.add(Sample.of("many rows", new Reduction(function, dropped), tall, longs(0)));
      samples.add(Sample.of("inner axis", new Reduction(function, dropped), x, longs(1)));
      samples.add(
          Sample.of(
              "long rows", new Reduction(function, dropped), range(0.9, 1.1, 3, 70), longs(1)));
      samples.add(
          Sample.of(
              "infinities and NaN", new Reduction(function, ReducedAxes.KEPT), EXTREMES, longs(1)));
      samples.add(
          Sample.of("empty axis", new Reduction(function, dropped), floats(2, 0, 3), longs(1)));
      samples.add(
          Sample.of(
              "whole numbers",
              new Reduction(function, dropped),
              tensor(ElementType.INT32, new int[] {2, 3}, 7, -3, 3, 1, 0, -6),
              longs(0)));
    }
    for (Norm.Function function : Norm.Function.values()) {
      samples.add(Sample.of("one axis", new Norm(function, ReducedAxes.KEPT), x, longs(1)));
      samples.add(Sample.of("dropped", new Norm(function, dropped), x, longs(0, -1)));
      samples.add(Sample.of("nothing", new Norm(function, maybeNone), x, longs()));
      samples.add(
          Sample.of(
              "infinities and NaN", new Norm(function, ReducedAxes.KEPT), EXTREMES, longs(1)));
      for (ElementType type : List.of(ElementType.INT32, ElementType.INT64, ElementType.UINT32)) {
        Operand whole = tensor(type, new int[] {2, 3}, 7, 3, 3, 1, 2, 6);
        samples.add(Sample.of("of " + type, new Norm(function, ReducedAxes.KEPT), whole, longs(1)));
      }
      samples.add(Sample.of("empty axis", new Norm(function, dropped), floats(2, 0, 3), longs(1)));
    }
  }

  private static void dropouts(List<Sample> samples) {
    Op dropout = new Dropout(Optional.empty());
    Operand x = floats(2, 3, 4, 5);
    Operand no = tensor(ElementType.BOOL, new int[0], 0).known();
    samples.add(Sample.of("inference", dropout, x));
    samples.add(Sample.of("with mask", dropout, x, scalar(0.25)).withOutputs(2));
    samples.add(Sample.of("not training", dropout, x, scalar(0.75), no).withOutputs(2));
    samples.add(
        Sample.of(
                "training",
                new Dropout(Optional.of(7L)),
                x,
                scalar(0.5),
                tensor(ElementType.BOOL, new int[0], 1).known())
            .withOutputs(2));
  }
}
