package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.integers;
import static dev.crease.compiler.op.Sample.range;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.random.Bernoulli;
import dev.crease.compiler.op.random.Multinomial;
import dev.crease.compiler.op.random.RandomLike;
import dev.crease.compiler.op.random.RandomTensor;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Operators that draw random numbers.
final class RandomNumberSamples {
  static final List<Sample> ALL = all();

  private RandomNumberSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    for (OpSchema schema : RandomTensor.SCHEMAS) {
      for (ElementType type : List.of(ElementType.FLOAT32, ElementType.FLOAT64)) {
        Attributes given =
            Attributes.NONE.with("dtype", TypeCodes.code(type)).with("shape", List.of(3L, 1L, 5L));
        samples.add(Sample.of("unseeded " + type, schema.create(given)));
        samples.add(Sample.of("seeded " + type, schema.create(given.with("seed", 2.5f))));
      }
      Attributes empty = Attributes.NONE.with("shape", List.of(0L, 2L));
      samples.add(Sample.of("nothing", schema.create(empty)));
      samples.add(Sample.of("scalar", schema.create(empty.with("shape", List.of()))));
      samples.add(Sample.of("many", schema.create(empty.with("shape", List.of(9000L)))));
    }
    for (OpSchema schema : RandomLike.SCHEMAS) {
      Attributes type = Attributes.NONE.with("dtype", TypeCodes.code(ElementType.FLOAT32));
      samples.add(Sample.of("unseeded", schema.create(Attributes.NONE), floats(3, 4)));
      samples.add(
          Sample.of("seeded", schema.create(Attributes.NONE.with("seed", -1f)), floats(3, 4)));
      samples.add(Sample.of("of a type", schema.create(type), integers(ElementType.INT32, 5)));
      samples.add(
          Sample.of(
              "float64", schema.create(Attributes.NONE), floats(3, 4).as(ElementType.FLOAT64)));
    }
    bernoulli(samples);
    multinomial(samples);
    return samples;
  }

  private static void bernoulli(List<Sample> samples) {
    Operand p = range(0, 1, 4, 25);
    for (Optional<Float> seed : List.of(Optional.<Float>empty(), Optional.of(7f))) {
      String name = seed.isPresent() ? "seeded" : "unseeded";
      samples.add(Sample.of(name, new Bernoulli(Optional.empty(), seed), p));
      samples.add(
          Sample.of(
              name + " float64", new Bernoulli(Optional.empty(), seed), p.as(ElementType.FLOAT64)));
      for (ElementType type :
          List.of(ElementType.BOOL, ElementType.INT32, ElementType.UINT8, ElementType.FLOAT64)) {
        samples.add(Sample.of(name + " to " + type, new Bernoulli(Optional.of(type), seed), p));
      }
    }
  }

  private static void multinomial(List<Sample> samples) {
    Operand x = range(-3, 0, 3, 7);
    Op seeded = new Multinomial(ElementType.INT32, 20, Optional.of(3f));
    Op unseeded = new Multinomial(ElementType.INT64, 4, Optional.empty());
    samples.add(Sample.of("seeded", seeded, x));
    samples.add(Sample.of("unseeded", unseeded, x));
    samples.add(Sample.of("float64", unseeded, x.as(ElementType.FLOAT64)));
    samples.add(Sample.of("no rows", unseeded, floats(0, 3)));
    samples.add(
        Sample.of("no samples", new Multinomial(ElementType.INT32, 0, Optional.empty()), x));
  }
}
