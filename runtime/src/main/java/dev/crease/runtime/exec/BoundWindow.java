package dev.crease.runtime.exec;

import dev.crease.runtime.plan.Window;
import java.util.Arrays;

/// A window with its paddings evaluated, over depth, height and width: dimensions that are not
/// there have a kernel of 1 and no padding.
record BoundWindow(int[] kernel, int[] strides, int[] dilations, int[] padsBegin, int[] padsEnd) {
  /// Longer than any array's picture, and short enough that positions in it never overflow.
  private static final int LONGEST = 1 << 30;

  /// @param x the slot of the picture
  /// @param y the slot of the result, one pixel per window
  /// @throws IllegalArgumentException if a window does not fit into the padded picture, or starts
  ///   beyond it
  static BoundWindow of(Window window, int x, int y, BoundShapes shapes) {
    int[][] rows = new int[5][3];
    for (int[] ones : Arrays.asList(rows).subList(0, 3)) {
      Arrays.fill(ones, 1);
    }
    for (int i = 0; i < window.rank(); i++) {
      int to = 3 - window.rank() + i;
      rows[0][to] = window.kernel().get(i);
      rows[1][to] = window.strides().get(i);
      rows[2][to] = window.dilations().get(i);
      rows[3][to] = shapes.evaluateInt(window.padsBegin().get(i));
      rows[4][to] = shapes.evaluateInt(window.padsEnd().get(i));
    }
    BoundWindow bound = new BoundWindow(rows[0], rows[1], rows[2], rows[3], rows[4]);
    for (int i = 0; i < 3; i++) {
      bound.requireRoom(i, x, y, shapes);
    }
    return bound;
  }

  private void requireRoom(int axis, int x, int y, BoundShapes shapes) {
    long span = (kernel[axis] - 1L) * dilations[axis] + 1;
    long room = (long) shapes.picture(x)[axis] + padsBegin[axis] + padsEnd[axis];
    long last = (shapes.picture(y)[axis] - 1L) * strides[axis];
    String picture = "the padded picture " + shapes.name(x) + Arrays.toString(shapes.of(x));
    BoundShapes.require(
        span <= room,
        "a window spans %d pixels, but %s has %d; give larger inputs"
            .formatted(span, picture, room));
    BoundShapes.require(
        last < room,
        "the last window starts at pixel %d, but %s has %d".formatted(last, picture, room));
    BoundShapes.require(
        room <= LONGEST,
        "%s has %d pixels, more than %d; give smaller paddings".formatted(picture, room, LONGEST));
  }
}
