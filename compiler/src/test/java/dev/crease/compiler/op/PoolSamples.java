package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.integers;
import static dev.crease.compiler.op.Sample.longs;
import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.nn.AutoPad;
import dev.crease.compiler.op.nn.AveragePool;
import dev.crease.compiler.op.nn.Col2Im;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.GlobalLpPool;
import dev.crease.compiler.op.nn.GlobalPool;
import dev.crease.compiler.op.nn.LpPool;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.nn.MaxUnpool;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.ArrayList;
import java.util.List;

/// Windows in plain loops: types and results that the vector kernels do not have.
final class PoolSamples {
  static final List<Sample> ALL = all();

  private PoolSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    List<WindowAttributes> windows =
        List.of(
            NnSamples.window(List.of(2L, 2L), List.of(2L, 2L), List.of(), List.of()),
            NnSamples.window(
                List.of(3L, 2L), List.of(1L, 3L), List.of(2L, 1L), List.of(0L, 1L, 2L, 0L)),
            NnSamples.window(AutoPad.SAME_UPPER, List.of(3L, 4L), List.of(2L, 3L)),
            NnSamples.window(AutoPad.SAME_LOWER, List.of(3L, 4L), List.of(2L, 3L)));
    Operand x = floats(2, 3, 9, 8);
    for (int i = 0; i < windows.size(); i++) {
      WindowAttributes window = windows.get(i);
      for (boolean ceil : List.of(false, true)) {
        String name = "window " + i + (ceil ? ", rounding up" : "");
        for (long order : List.of(0L, 1L)) {
          Op most = new MaxPool(window, ceil, order);
          samples.add(Sample.of(name + ", indices in order " + order, most, x).withOutputs(2));
        }
        Op most = new MaxPool(window, ceil, 0);
        samples.add(Sample.of(name + ", f64", most, x.as(ElementType.FLOAT64)));
        for (ElementType type : List.of(ElementType.INT8, ElementType.UINT8)) {
          samples.add(
              Sample.of(name + ", " + type, most, integers(type, 1, 2, 9, 8)).withOutputs(2));
        }
        for (boolean padding : List.of(false, true)) {
          Op mean = new AveragePool(window, ceil, padding);
          String counted = padding ? ", padding counts, f64" : ", f64";
          samples.add(Sample.of(name + counted, mean, x.as(ElementType.FLOAT64)));
        }
        for (long p : List.of(1L, 2L, 3L)) {
          samples.add(Sample.of(name + ", norm " + p, new LpPool(window, ceil, p), x));
        }
      }
    }
    WindowAttributes line = NnSamples.window(List.of(3L), List.of(2L), List.of(), List.of(1L, 1L));
    samples.add(Sample.of("line", new LpPool(line, false, 2), floats(1, 4, 11)));
    samples.add(Sample.of("line", new MaxPool(line, true, 0), floats(1, 4, 11)).withOutputs(2));
    WindowAttributes cube = NnSamples.window(List.of(2L, 2L, 3L), List.of(), List.of(), List.of());
    Operand volume = floats(1, 2, 4, 5, 6);
    samples.add(Sample.of("volume", new LpPool(cube, false, 2), volume));
    samples.add(Sample.of("volume", new MaxPool(cube, false, 1), volume).withOutputs(2));
    fourAxes(samples);
    global(samples);
    unpooled(samples);
    columns(samples);
    convolutions(samples);
    return samples;
  }

  /// No instruction on vectors is for so many dimensions.
  private static void fourAxes(List<Sample> samples) {
    WindowAttributes window =
        NnSamples.window(
            List.of(2L, 1L, 3L, 2L),
            List.of(1L, 2L, 1L, 2L),
            List.of(1L, 1L, 2L, 1L),
            List.of(1L, 0L, 1L, 1L, 0L, 0L, 2L, 0L));
    Operand x = floats(2, 4, 3, 3, 5, 4);
    String name = "four spatial axes";
    for (long order : List.of(0L, 1L)) {
      Op most = new MaxPool(window, false, order);
      samples.add(Sample.of(name + ", indices in order " + order, most, x).withOutputs(2));
    }
    samples.add(Sample.of(name, new AveragePool(window, true, false), x));
    samples.add(Sample.of(name + ", padding counts", new AveragePool(window, true, true), x));
    samples.add(Sample.of(name, new LpPool(window, false, 2), x));
    samples.add(
        Sample.of(name, new Conv(window, 2), x, floats(6, 2, 2, 1, 3, 2).known(), floats(6)));
    Op back = new ConvTranspose(window, 2, List.of(0L, 1L, 0L, 0L), List.of());
    samples.add(Sample.of(name, back, x, floats(4, 3, 2, 1, 3, 2).known(), floats(6)));
    Activation relu = new Activation(UnaryFunction.RELU, 0, 0);
    Op fused = new FusedConv(new Conv(window, 2), relu);
    Operand residual = floats(2, 6, 3, 2, 4, 2);
    samples.add(
        Sample.of(name, fused, x, floats(6, 2, 2, 1, 3, 2), floats(6), residual, floats(4)));
  }

  private static void global(List<Sample> samples) {
    Operand x = floats(2, 3, 5, 4);
    for (Op op :
        List.of(
            new GlobalPool(GlobalPool.Function.AVERAGE),
            new GlobalPool(GlobalPool.Function.MAX),
            new GlobalLpPool(2),
            new GlobalLpPool(3))) {
      samples.add(Sample.of("f64 " + op, op, x.as(ElementType.FLOAT64)));
      samples.add(Sample.of("no spatial axes " + op, op, floats(2, 3)));
      samples.add(Sample.of("four spatial axes " + op, op, floats(1, 2, 2, 3, 2, 2)));
    }
    samples.add(Sample.of("picture", new GlobalLpPool(1), x));
  }

  private static void unpooled(List<Sample> samples) {
    List<Long> two = List.of(2L, 2L);
    Op plain = new MaxUnpool(two, List.of(), two);
    Operand x = floats(1, 2, 2, 2);
    Operand at = tensor(ElementType.INT64, new int[] {1, 2, 2, 2}, 0, 3, 12, 10, 16, 23, 31, 29);
    samples.add(Sample.of("twice as large", plain, x, at));
    samples.add(Sample.of("within more", plain, x, at, longs(1, 2, 5, 6)));
    Op padded = new MaxUnpool(List.of(3L, 3L), List.of(0L, 1L, 1L, 0L), two);
    samples.add(Sample.of("padded", padded, x.as(ElementType.FLOAT64), at));
    Operand line = tensor(ElementType.INT64, new int[] {1, 1, 3}, 0, 2, 3);
    Op unit = new MaxUnpool(List.of(2L), List.of(), List.of());
    samples.add(Sample.of("line", unit, floats(1, 1, 3), line));
  }

  private static void columns(List<Sample> samples) {
    Op plain = new Col2Im(List.of(), List.of(), List.of());
    samples.add(Sample.of("plain", plain, floats(2, 12, 8), longs(3, 5), longs(2, 2)));
    Op strided = new Col2Im(List.of(2L, 1L), List.of(1L, 0L, 0L, 2L), List.of(1L, 2L));
    samples.add(Sample.of("strided", strided, floats(1, 12, 9), longs(6, 4), longs(3, 2)));
    samples.add(
        Sample.of("integers", plain, integers(ElementType.INT64, 1, 3, 4), longs(6), longs(3)));
    samples.add(
        Sample.of(
            "volume",
            plain,
            floats(1, 8, 8).as(ElementType.FLOAT64),
            longs(3, 3, 3),
            longs(2, 2, 2)));
  }

  private static void convolutions(List<Sample> samples) {
    ElementType wide = ElementType.FLOAT64;
    Operand x = floats(2, 4, 7, 6).as(wide);
    Operand bias = floats(6).as(wide);
    WindowAttributes window =
        NnSamples.window(
            List.of(3L, 2L), List.of(2L, 1L), List.of(1L, 2L), List.of(1L, 0L, 2L, 1L));
    Operand w = floats(6, 2, 3, 2).as(wide);
    Conv conv = new Conv(window, 2);
    samples.add(Sample.of("f64", conv, x, w, bias));
    samples.add(Sample.of("f64 without bias", conv, x, w));
    Conv small = new Conv(NnSamples.window(List.of(3L), List.of(), List.of(), List.of()), 1);
    samples.add(Sample.of("f64 line", small, floats(1, 2, 8).as(wide), floats(3, 2, 3).as(wide)));
    Op back = new ConvTranspose(window, 2, List.of(1L, 0L), List.of());
    Operand turned = floats(4, 3, 3, 2).as(wide);
    samples.add(Sample.of("f64", back, x, turned, bias));
    samples.add(Sample.of("f64 without bias", back, x, turned));
    WindowAttributes same = NnSamples.window(AutoPad.SAME_LOWER, List.of(3L, 2L), List.of(2L, 3L));
    Op sized = new ConvTranspose(same, 2, List.of(), List.of());
    samples.add(Sample.of("f64 of one size", sized, x, turned));
    Operand residual = floats(2, 6, 4, 5).as(wide);
    Operand padding = floats(4).as(wide);
    Op fused = new FusedConv(conv, new Activation(UnaryFunction.RELU, 0, 0));
    Op added = new FusedConv(conv, Activation.NONE);
    samples.add(Sample.of("f64", fused, x, w, bias, residual, padding));
    samples.add(Sample.of("f64 activated", fused, x, w));
    samples.add(Sample.of("f64 residual", added, x, w, Operand.ABSENT, residual));
  }
}
