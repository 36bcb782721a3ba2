package dev.crease.runtime.exec;

import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.Program;
import java.util.Arrays;
import java.util.List;

/// Matches the shapes that a caller gives with those that a program asks for.
final class InputShapes {
  private static final long UNBOUND = -1;

  private InputShapes() {}

  /// The value of each symbol: each is bound by the first input dimension that is exactly it.
  ///
  /// @param shapes one for each input of the program
  /// @throws IllegalArgumentException naming the input and dimension that do not match
  static long[] symbols(Program program, int[][] shapes) {
    long[] symbols = new long[program.symbols().size()];
    Arrays.fill(symbols, UNBOUND);
    for (int i = 0; i < shapes.length; i++) {
      bind(program, program.inputs().get(i), shapes[i], symbols);
    }
    for (int i = 0; i < shapes.length; i++) {
      match(program, program.inputs().get(i), shapes[i], symbols);
    }
    return symbols;
  }

  private static void bind(Program program, Port input, int[] shape, long[] symbols) {
    List<Extent> expected = program.slots().get(input.slot()).shape();
    if (shape.length != expected.size()) {
      throw new IllegalArgumentException(
          "input '%s' should have %d dimensions %s, but has shape %s"
              .formatted(
                  input.name(), expected.size(), input.dimensions(), Arrays.toString(shape)));
    }
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] < 0) {
        throw new IllegalArgumentException(
            "dimension %d of input '%s' is negative: its shape is %s"
                .formatted(axis, input.name(), Arrays.toString(shape)));
      }
      if (expected.get(axis) instanceof Extent.Symbol(int index) && symbols[index] == UNBOUND) {
        symbols[index] = shape[axis];
      }
    }
  }

  private static void match(Program program, Port input, int[] shape, long[] symbols) {
    List<Extent> expected = program.slots().get(input.slot()).shape();
    for (int axis = 0; axis < shape.length; axis++) {
      long wanted = evaluate(expected.get(axis), input, shape, symbols);
      if (shape[axis] != wanted) {
        throw new IllegalArgumentException(
            "dimension %d of input '%s' should be %d%s, but its shape is %s"
                .formatted(axis, input.name(), wanted, named(input, axis), Arrays.toString(shape)));
      }
    }
  }

  private static long evaluate(Extent extent, Port input, int[] shape, long[] symbols) {
    try {
      return extent.evaluate(symbols);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "the shape %s of input '%s' does not fit %s: %s"
              .formatted(Arrays.toString(shape), input.name(), input.dimensions(), e.getMessage()),
          e);
    }
  }

  /// The dimension's name where it has one, since other inputs may have bound it.
  private static String named(Port input, int axis) {
    boolean known =
        axis < input.dimensions().size()
            && !input.dimensions().get(axis).isEmpty()
            && !Character.isDigit(input.dimensions().get(axis).charAt(0));
    return known ? " (" + input.dimensions().get(axis) + ")" : "";
  }
}
