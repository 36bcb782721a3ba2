package dev.crease.runtime.exec;

import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Conv;
import dev.crease.runtime.plan.Instruction.DepthwiseConv;
import dev.crease.runtime.plan.Window;
import java.util.Arrays;
import java.util.BitSet;

/// How much padding each BLOCKED slot needs around its picture: the most that a convolution reads.
/// Pools clip their windows and need none.
final class Halos {
  private final BitSet needed = new BitSet();
  private final int[][] before;
  private final int[][] after;
  private final int[] lastRead;

  Halos(Timeline timeline, BoundShapes shapes, int slots) {
    before = new int[slots][3];
    after = new int[slots][3];
    lastRead = new int[slots];
    Arrays.fill(lastRead, -1);
    for (int position = 0; position < timeline.events().size(); position++) {
      Instruction instruction = timeline.events().get(position).instruction();
      if (instruction instanceof Conv conv) {
        need(conv.x(), conv.y(), conv.window(), shapes, position);
      } else if (instruction instanceof DepthwiseConv conv) {
        need(conv.x(), conv.y(), conv.window(), shapes, position);
      }
    }
  }

  private void need(int x, int y, Window unbound, BoundShapes shapes, int position) {
    BoundWindow window = BoundWindow.of(unbound, x, y, shapes);
    int[] in = shapes.picture(x);
    int[] out = shapes.picture(y);
    for (int i = 0; i < 3; i++) {
      int last =
          (out[i] - 1) * window.strides()[i]
              + (window.kernel()[i] - 1) * window.dilations()[i]
              - window.padsBegin()[i];
      before[x][i] = Math.max(before[x][i], window.padsBegin()[i]);
      after[x][i] = Math.max(after[x][i], last - in[i] + 1);
      if (window.padsBegin()[i] > 0 || last >= in[i]) {
        needed.set(x);
        lastRead[x] = position;
      }
    }
  }

  /// Whether a reader of this very slot reads padding around it.
  boolean needs(int slot) {
    return needed.get(slot);
  }

  /// The last position at which padding around this very slot is read, or -1.
  int lastRead(int slot) {
    return lastRead[slot];
  }

  int[] before(int slot) {
    return before[slot];
  }

  int[] after(int slot) {
    return after[slot];
  }

  /// Makes room for padding: `slot`'s halo becomes at least as wide as that of `other`.
  void widen(int slot, int other) {
    for (int i = 0; i < 3; i++) {
      before[slot][i] = Math.max(before[slot][i], before[other][i]);
      after[slot][i] = Math.max(after[slot][i], after[other][i]);
    }
  }
}
