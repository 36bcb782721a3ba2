package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.range;
import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.signal.CosineWindow;
import dev.crease.compiler.op.signal.Dft;
import dev.crease.compiler.op.signal.MelWeightMatrix;
import dev.crease.compiler.op.signal.Stft;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;

/// Fourier transforms, windows and mel bands.
final class SignalSamples {
  static final List<Sample> ALL = all();

  private SignalSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    for (CosineWindow.Function function : CosineWindow.Function.values()) {
      windows(samples, function);
    }
    mels(samples);
    transforms(samples);
    halves(samples);
    frames(samples);
    return samples;
  }

  private static Operand scalar(long value) {
    return tensor(ElementType.INT64, new int[0], value).known();
  }

  private static void windows(List<Sample> samples, CosineWindow.Function function) {
    for (boolean periodic : new boolean[] {false, true}) {
      String name = periodic ? "periodic " : "symmetric ";
      Op op = new CosineWindow(function, ElementType.FLOAT32, periodic);
      for (int size : new int[] {0, 1, 2, 9, 10}) {
        samples.add(Sample.of(name + size, op, scalar(size)));
      }
      Op doubles = new CosineWindow(function, ElementType.FLOAT64, periodic);
      Op integers = new CosineWindow(function, ElementType.INT32, periodic);
      Operand seven = tensor(ElementType.INT32, new int[0], 7).known();
      samples.add(Sample.of(name + "float64", doubles, seven));
      samples.add(Sample.of(name + "int32", integers, seven));
    }
  }

  private static void mels(List<Sample> samples) {
    for (ElementType type : List.of(ElementType.FLOAT32, ElementType.FLOAT64, ElementType.INT64)) {
      Op op = new MelWeightMatrix(type);
      Operand top = tensor(ElementType.FLOAT32, new int[0], 8192 / 2.0);
      samples.add(mel("8 bands " + type, op, 8, 16, top));
      samples.add(mel("odd length " + type, op, 5, 51, top));
      samples.add(mel("no bands " + type, op, 0, 8, top));
    }
    Operand beyond = tensor(ElementType.FLOAT64, new int[0], 9000);
    samples.add(
        Sample.of(
            "beyond the spectrum",
            new MelWeightMatrix(ElementType.FLOAT32),
            scalar(6),
            scalar(32),
            scalar(8192),
            tensor(ElementType.FLOAT64, new int[0], 100),
            beyond));
  }

  private static Sample mel(String name, Op op, int bands, int length, Operand top) {
    Operand bottom = tensor(ElementType.FLOAT32, new int[0], 0);
    return Sample.of(name, op, scalar(bands), scalar(length), scalar(8192), bottom, top);
  }

  private static void transforms(List<Sample> samples) {
    for (boolean inverse : new boolean[] {false, true}) {
      String name = inverse ? "inverse " : "";
      Op op = new Dft(inverse, false);
      for (int length : new int[] {1, 2, 8, 10, 7}) {
        samples.add(
            Sample.of(name + "real " + length, op, floats(2, length, 3, 1), none(), scalar(1)));
        samples.add(Sample.of(name + "complex " + length, op, floats(2, length, 2)));
      }
      Operand x = floats(3, 10, 2);
      samples.add(Sample.of(name + "cut", op, x, scalar(6), scalar(-2)));
      samples.add(Sample.of(name + "filled up", op, x, scalar(16), scalar(1)));
      samples.add(Sample.of(name + "first axis", op, x, none(), scalar(-3)));
      samples.add(Sample.of(name + "nothing", op, floats(0, 4, 2)));
      samples.add(Sample.of(name + "float64", op, x.as(ElementType.FLOAT64)));
    }
  }

  private static void halves(List<Sample> samples) {
    Op half = new Dft(false, true);
    Op whole = new Dft(true, true);
    for (int length : new int[] {2, 7, 8, 10}) {
      samples.add(Sample.of("half of " + length, half, floats(2, length, 1)));
      samples.add(
          Sample.of("inverse of half, " + length, whole, floats(length, 3, 2), none(), scalar(0)));
      samples.add(
          Sample.of("inverse of half, odd " + length, whole, floats(2, length, 2), scalar(9)));
    }
    samples.add(Sample.of("half, cut", half, floats(2, 9, 1), scalar(5)));
    samples.add(Sample.of("half, filled up", half, floats(2, 9, 3, 1), scalar(12), scalar(1)));
    samples.add(Sample.of("half, float64", half, floats(2, 9, 1).as(ElementType.FLOAT64)));
  }

  private static Operand none() {
    return Operand.ABSENT;
  }

  private static void frames(List<Sample> samples) {
    Op half = new Stft(true);
    Op whole = new Stft(false);
    Operand signal = floats(2, 40, 1);
    Operand window = range(0, 1, 12);
    samples.add(Sample.of("length", half, signal, scalar(8), none(), scalar(16)));
    samples.add(Sample.of("window", half, signal, scalar(5), window));
    samples.add(Sample.of("both", half, signal, scalar(5), window.known(), scalar(12)));
    samples.add(Sample.of("neither", half, signal, scalar(3)));
    samples.add(Sample.of("whole spectrum", whole, signal, scalar(5), window));
    samples.add(Sample.of("complex", whole, floats(2, 40, 2), scalar(7), window));
    samples.add(Sample.of("without parts", half, floats(2, 40), scalar(7), window));
    samples.add(
        Sample.of(
            "float64",
            half,
            signal.as(ElementType.FLOAT64),
            scalar(7),
            window.as(ElementType.FLOAT64)));
  }
}
