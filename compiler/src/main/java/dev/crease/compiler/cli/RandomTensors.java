package dev.crease.compiler.cli;

import dev.crease.compiler.ir.Elements;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.Random;

/// Inputs made up from a seed: normally distributed numbers, integers 0 and 1, random booleans.
///
/// Integers stay that small because they are mostly indices.
final class RandomTensors {
  private final Random random;

  RandomTensors(long seed) {
    random = new Random(seed);
  }

  /// @throws InputException for strings, which nothing can make up
  Tensor next(String name, ElementType type, int... shape) {
    if (type == ElementType.STRING) {
      throw new InputException("input `" + name + "` holds strings: give a file for it");
    }
    int count = 1;
    for (int dim : shape) {
      count = Math.multiplyExact(count, dim);
    }
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = type.isFloating() ? random.nextGaussian() : random.nextInt(2);
    }
    return Tensor.of(type, Elements.fromDoubles(type, values), shape);
  }
}
