package dev.crease.runtime.exec;

import dev.crease.runtime.plan.Window;
import java.util.Arrays;

/// A window with its paddings evaluated, over depth, height and width: dimensions that are not
/// there have a kernel of 1 and no padding.
record BoundWindow(int[] kernel, int[] strides, int[] dilations, int[] padsBegin, int[] padsEnd) {
  static BoundWindow of(Window window, BoundShapes shapes) {
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
    return new BoundWindow(rows[0], rows[1], rows[2], rows[3], rows[4]);
  }
}
