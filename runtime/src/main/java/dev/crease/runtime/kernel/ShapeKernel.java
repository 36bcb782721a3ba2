package dev.crease.runtime.kernel;

import dev.crease.runtime.InvalidDataException;
import java.util.function.Function;

/// A short vector of int64 that says how something that depends on data is shaped; one task.
final class ShapeKernel implements Kernel {
  private final Arguments arguments;
  private final Function<Arguments, long[]> function;

  ShapeKernel(Arguments arguments, Function<Arguments, long[]> function) {
    this.arguments = arguments;
    this.function = function;
  }

  @Override
  public int tasks() {
    return 1;
  }

  @Override
  public long operationsPerTask() {
    return 64;
  }

  @Override
  public void run(int begin, int end) {
    Arguments.Tensor y = arguments.y(0);
    long[] numbers = numbers();
    if (numbers.length != y.elements()) {
      throw new InvalidDataException(
          "there are " + numbers.length + " numbers for a shape of " + y.elements());
    }
    for (int i = begin; i < end * numbers.length; i++) {
      y.setInteger(i, numbers[i]);
    }
  }

  private long[] numbers() {
    try {
      return function.apply(arguments);
    } catch (ArithmeticException e) {
      throw new InvalidDataException("a size cannot be computed: " + e.getMessage(), e);
    }
  }
}
