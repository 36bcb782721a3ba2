package dev.crease.compiler.op.random;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Routine;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// How random numbers are distributed: names of its two parameters, their defaults, and a number
/// from the next draws.
enum Distribution {
  /// From `low` to `high`.
  UNIFORM("Uniform", "low", 0, "high", 1, Routine.RANDOM_UNIFORM) {
    @Override
    double next(SplittableRandom draws, double low, double high) {
      return low + draws.nextDouble() * (high - low);
    }
  },
  /// Of `mean` and standard deviation `scale`, from two draws (Box and Muller, 1958).
  NORMAL("Normal", "mean", 0, "scale", 1, Routine.RANDOM_NORMAL) {
    @Override
    double next(SplittableRandom draws, double mean, double scale) {
      double radius = Math.sqrt(-2 * Math.log(1 - draws.nextDouble()));
      return mean + radius * Math.cos(2 * Math.PI * draws.nextDouble()) * scale;
    }
  };

  private final String name;
  private final String first;
  private final float firstDefault;
  private final String second;
  private final float secondDefault;
  private final Routine routine;

  Distribution(
      String name,
      String first,
      float firstDefault,
      String second,
      float secondDefault,
      Routine routine) {
    this.name = name;
    this.first = first;
    this.firstDefault = firstDefault;
    this.second = second;
    this.secondDefault = secondDefault;
    this.routine = routine;
  }

  abstract double next(SplittableRandom draws, double first, double second);

  /// The schema of `RandomUniform` or `RandomNormal`, or, with `Like`, of the one that takes its
  /// shape from an operand, as far as they are the same.
  OpSchema.Builder schema(String suffix) {
    return OpSchema.named("Random" + name + suffix)
        .since(22)
        .attribute(first, firstDefault)
        .attribute(second, secondDefault)
        .optional("seed", Attribute.Kind.FLOAT);
  }

  Parameters parameters(Attributes attributes) {
    return new Parameters(
        this, attributes.real(first), attributes.real(second), Seed.of(attributes));
  }

  /// What is drawn: a distribution with its parameters, and the seed.
  record Parameters(Distribution distribution, float first, float second, Optional<Float> seed) {
    Attributes attributes() {
      return Seed.with(
          Attributes.NONE.with(distribution.first, first).with(distribution.second, second), seed);
    }

    DoubleTensor draw(ElementType type, int[] shape) {
      SplittableRandom draws = Seed.draws(seed);
      DoubleTensor y = DoubleTensor.zeros(type, shape);
      for (int i = 0; i < y.data().length; i++) {
        y.data()[i] = distribution.next(draws, first, second);
      }
      return y;
    }

    void lower(Node node, Lowering to) {
      List<Double> numbers = List.of((double) first, (double) second);
      List<Dim> integers = List.of(Dim.of(Seed.bits(seed)));
      Calling.lower(node, to, distribution.routine, List.of(), integers, numbers);
    }
  }
}
