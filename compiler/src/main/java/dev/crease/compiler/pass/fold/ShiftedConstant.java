package dev.crease.compiler.pass.fold;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.pass.Preconditions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/// A constant among operands that are scaled and shifted, which is so itself.
///
/// @param value the constant as it was
/// @param given its elements
/// @param elements what they become
/// @param channelOf which channel an element is in
record ShiftedConstant(Value value, Constant given, double[] elements, IntUnaryOperator channelOf) {
  /// What `affine` makes of a constant that has all its dimensions, or lacks some before, along
  /// which it is uniform; empty if elements would have to become several.
  static Optional<ShiftedConstant> of(Value value, Constant constant, Affine affine) {
    long[] wide = AffineNode.ones(affine.rank());
    long[] dims = constant.dims();
    System.arraycopy(dims, 0, wide, wide.length - dims.length, dims.length);
    for (int axis = 0; axis < wide.length; axis++) {
      if (!affine.isUniformAlong(axis) && affine.dims()[axis] != wide[axis]) {
        return Optional.empty();
      }
    }
    Affine each = affine.broadcast(wide);
    double[] elements = constant.doubles();
    Arrays.setAll(elements, i -> each.apply(i, elements[i]));
    return Optional.of(new ShiftedConstant(value, constant, elements, i -> channel(i, wide)));
  }

  private static int channel(int index, long[] dims) {
    long inner = Arrays.stream(dims).skip(2).reduce(1, (a, b) -> a * b);
    return dims.length < 2 ? 0 : (int) (index / inner % dims[1]);
  }

  /// It, if it can be stored.
  Search search() {
    StoredRange range = StoredRange.of(given.element());
    Preconditions checked =
        Preconditions.of(
            range.fact("elements of `%s`".formatted(value.name())),
            range.defect(
                "an element of `%s`".formatted(value.name()),
                given::doubles,
                () -> elements,
                channelOf));
    return checked.hold()
        ? new Search.Found(
            new Rebuilt.Stored(
                FoldedOperator.foldedName(value.name()),
                Constant.derived(given.element(), given.dims(), elements::clone)),
            List.of(),
            List.of("constant `%s`".formatted(value.name())),
            checked)
        : Search.Obstacle.reached(checked.obstacle().get());
  }
}
