package dev.crease.compiler.cli;

import dev.crease.compiler.ir.Elements;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.Arrays;
import java.util.Random;

/// Inputs made up from a seed: normally distributed numbers, integers 0 and 1, random booleans.
///
/// Integers stay that small because they are mostly indices.
final class RandomTensors {
  private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  private final Random random;

  RandomTensors(long seed) {
    random = new Random(seed);
  }

  /// @throws InputException for strings, which nothing can make up, and tensors that are too large
  Tensor next(String name, ElementType type, int... shape) {
    if (type == ElementType.STRING) {
      throw new InputException("input `" + name + "` holds strings: give a file for it");
    }
    double[] values = new double[count(name, shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = type.isFloating() ? random.nextGaussian() : random.nextInt(2);
    }
    return Tensor.of(type, Elements.fromDoubles(type, values), shape);
  }

  private static int count(String name, int[] shape) {
    long count = 1;
    for (int dim : shape) {
      count *= dim;
      if (count > MAX_ELEMENTS) {
        throw new InputException(
            "input `%s` of shape %s has more elements than a tensor may have; give less by --dim"
                .formatted(name, Arrays.toString(shape)));
      }
    }
    return (int) count;
  }
}
