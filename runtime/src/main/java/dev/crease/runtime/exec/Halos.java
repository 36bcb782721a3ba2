package dev.crease.runtime.exec;

import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Conv;
import dev.crease.runtime.plan.Instruction.DepthwiseConv;
import java.util.BitSet;

/// How many zeros each BLOCKED slot needs around its picture: the most that a convolution reads.
/// Pools clip their windows and need none.
final class Halos {
  private final BitSet needed = new BitSet();
  private final int[][] before;
  private final int[][] after;

  Halos(Timeline timeline, BoundShapes shapes, int slots) {
    before = new int[slots][3];
    after = new int[slots][3];
    for (Timeline.Event event : timeline.events()) {
      Instruction instruction = event.instruction();
      if (instruction instanceof Conv conv) {
        need(conv.x(), conv.y(), BoundWindow.of(conv.window(), conv.x(), conv.y(), shapes), shapes);
      } else if (instruction instanceof DepthwiseConv conv) {
        need(conv.x(), conv.y(), BoundWindow.of(conv.window(), conv.x(), conv.y(), shapes), shapes);
      }
    }
  }

  private void need(int x, int y, BoundWindow window, BoundShapes shapes) {
    int[] in = shapes.picture(x);
    int[] out = shapes.picture(y);
    for (int i = 0; i < 3; i++) {
      int last =
          (out[i] - 1) * window.strides()[i]
              + (window.kernel()[i] - 1) * window.dilations()[i]
              - window.padsBegin()[i];
      before[x][i] = Math.max(before[x][i], window.padsBegin()[i]);
      after[x][i] = Math.max(after[x][i], last - in[i] + 1);
      if (before[x][i] + after[x][i] > 0) {
        needed.set(x);
      }
    }
  }

  /// Whether a reader of this very slot wants zeros around it.
  boolean needs(int slot) {
    return needed.get(slot);
  }

  int[] before(int slot) {
    return before[slot];
  }

  int[] after(int slot) {
    return after[slot];
  }

  /// Makes room for zeros: `slot`'s halo becomes at least as wide as that of `other`.
  void widen(int slot, int other) {
    for (int i = 0; i < 3; i++) {
      before[slot][i] = Math.max(before[slot][i], before[other][i]);
      after[slot][i] = Math.max(after[slot][i], after[other][i]);
    }
  }
}
