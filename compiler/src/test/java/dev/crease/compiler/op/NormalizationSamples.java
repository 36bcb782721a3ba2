package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.normalization.GroupNormalization;
import dev.crease.compiler.op.normalization.InstanceNormalization;
import dev.crease.compiler.op.normalization.LayerNormalization;
import dev.crease.compiler.op.normalization.LpNormalization;
import dev.crease.compiler.op.normalization.MeanVarianceNormalization;
import dev.crease.compiler.op.normalization.RmsNormalization;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;

/// Samples of normalizations by statistics of what they are given.
final class NormalizationSamples {
  static final List<Sample> ALL = all();

  private NormalizationSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    layers(samples);
    means(samples);
    groups(samples);
    norms(samples);
    return samples;
  }

  private static Operand doubles(int... shape) {
    DoubleTensor x = floats(shape).value();
    return new Operand(new DoubleTensor(ElementType.FLOAT64, x.shape(), x.data()), false);
  }

  private static LayerNormalization layer(long axis) {
    return new LayerNormalization(axis, 1e-5f, ElementType.FLOAT32);
  }

  private static void layers(List<Sample> samples) {
    Operand x = floats(2, 3, 4, 5);
    samples.add(Sample.of("last axis", layer(-1), x, floats(5), floats(5)).withOutputs(3));
    samples.add(Sample.of("two axes", layer(2), x, floats(4, 5), floats(4, 5)).withOutputs(3));
    samples.add(Sample.of("all axes", layer(0), x, floats(2, 3, 4, 5)).withOutputs(2));
    samples.add(Sample.of("no bias", layer(3), x, floats(5)));
    samples.add(Sample.of("repeated scale", layer(1), x, floats(4, 1), floats(1)).withOutputs(3));
    Sample large =
        Sample.of(
            "large epsilon",
            new LayerNormalization(-1, 2, ElementType.FLOAT32),
            floats(3, 70),
            floats(70),
            floats(70));
    samples.add(large);
    samples.add(Sample.of("long rows", layer(1), floats(2, 4099), floats(4099), floats(4099)));
    samples.add(Sample.of("doubles", layer(-1), doubles(3, 7), doubles(7), doubles(7)));
    samples.add(Sample.of("no rows", layer(-1), floats(0, 7), floats(7)).withOutputs(3));
    samples.add(
        Sample.of("constant parameters", layer(-1), x, floats(5).known(), floats(5).known()));
  }

  private static void means(List<Sample> samples) {
    Operand x = floats(2, 3, 4, 5);
    samples.add(Sample.of("last axis", new RmsNormalization(-1, 1e-5f, 1), x, floats(5)));
    samples.add(Sample.of("three axes", new RmsNormalization(1, 0.1f, 1), x, floats(3, 4, 5)));
    samples.add(Sample.of("repeated scale", new RmsNormalization(-2, 0.1f, 1), x, floats(4, 1)));
    samples.add(
        Sample.of("of another type", new RmsNormalization(0, 0.1f, 1), doubles(6), floats(6)));
  }

  private static void groups(List<Sample> samples) {
    GroupNormalization two = new GroupNormalization(1e-5f, 2, 1);
    Operand x = floats(2, 6, 3, 5);
    samples.add(Sample.of("two groups", two, x, floats(6), floats(6)));
    samples.add(Sample.of("vectors", two, floats(3, 4), floats(4), floats(4)));
    samples.add(Sample.of("doubles", two, doubles(2, 4, 3), doubles(4), doubles(4)));
    samples.add(
        Sample.of("one group", new GroupNormalization(0.01f, 1, 1), x, floats(6), floats(6)));
    InstanceNormalization instance = new InstanceNormalization(1e-5f);
    samples.add(Sample.of("pictures", instance, x, floats(6), floats(6)));
    samples.add(Sample.of("signals", instance, floats(2, 3, 70), floats(3), floats(3)));
    samples.add(Sample.of("doubles", instance, doubles(1, 3, 4), doubles(3), doubles(3)));
    samples.add(Sample.of("no images", instance, floats(0, 3, 4), floats(3), floats(3)));
  }

  private static void norms(List<Sample> samples) {
    Operand x = floats(2, 3, 4);
    for (long p : List.of(1L, 2L)) {
      samples.add(Sample.of("last axis, p " + p, new LpNormalization(-1, p), x));
      samples.add(Sample.of("first axis, p " + p, new LpNormalization(0, p), x));
      Operand zeros = tensor(ElementType.FLOAT32, new int[] {2, 2}, 0, 0, 3, -4);
      samples.add(Sample.of("zeros, p " + p, new LpNormalization(1, p), zeros));
    }
    Operand pictures = floats(2, 3, 4, 5);
    for (List<Long> axes : List.of(List.of(0L, 2L, 3L), List.of(-1L), List.<Long>of())) {
      samples.add(Sample.of("axes " + axes, new MeanVarianceNormalization(axes), pictures));
    }
  }
}
