package dev.crease.runtime.exec;

import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Instruction.Binary;
import dev.crease.runtime.plan.Instruction.Border;
import dev.crease.runtime.plan.Instruction.Channelwise;
import dev.crease.runtime.plan.Instruction.Concat;
import dev.crease.runtime.plan.Instruction.Reshape;
import dev.crease.runtime.plan.Instruction.ScatterNd;
import dev.crease.runtime.plan.Instruction.Unary;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.Program;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which slots share memory, as trees: a slot lies inside its parent at an offset, and the slots of
/// one tree lie in the memory of its root.
///
/// - A reshaped slot lies in the slot it comes from.
/// - An element-wise result overwrites an operand in place if nothing in that operand's tree is
///   needed any more.
/// - An operand of a concatenation is written inside the result from the start, where its place
///   there is contiguous (PLAIN), or begins and ends on whole channel blocks (BLOCKED).
/// - A bordered tensor lies in the slot it comes from if nobody reads what is around that slot any
///   more, be it zeros or another border.
///
/// The halo of a tree's memory holds one thing at a time. A tree without borders has zeros there
/// from the first write to the last read. In one with a border, whatever is read is written anew
/// with each slot that needs it, and the tree never becomes part of another, whose other slots may
/// want zeros at the same time.
///
/// Offsets are counted in elements, in BLOCKED trees in channel blocks. All slots of a BLOCKED tree
/// have one batch and picture, so they share the root's strides and halo.
final class SharedStorage {
  private static final int NONE = -1;

  private final BoundShapes shapes;
  private final BitSet constants;

  /// Roots of trees with a port: it keeps its memory, which the caller's arrays are copied from and
  /// to.
  private final BitSet withPort = new BitSet();

  /// Roots of trees with a border.
  private final BitSet bordered = new BitSet();

  private final int[] parent;
  private final int[] offset;
  private final int[] begin;
  private final int[] end;

  /// Last position at which the halo of a root's tree is read.
  private final int[] haloEnd;

  SharedStorage(
      Program program, Timeline timeline, BoundShapes shapes, BitSet constants, Halos halos) {
    int slots = program.slots().size();
    this.shapes = shapes;
    this.constants = constants;
    parent = new int[slots];
    Arrays.fill(parent, NONE);
    offset = new int[slots];
    begin = new int[slots];
    end = new int[slots];
    haloEnd = new int[slots];
    for (int slot = 0; slot < slots; slot++) {
      begin[slot] = timeline.begin(slot);
      end[slot] = timeline.end(slot);
      haloEnd[slot] = halos.lastRead(slot);
    }
    for (Port input : program.inputs()) {
      withPort.set(input.slot());
    }
    for (Port output : program.outputs()) {
      withPort.set(output.slot());
    }
    for (int position = 0; position < timeline.events().size(); position++) {
      share(timeline.events().get(position).instruction(), position);
    }
  }

  /// Every other instruction has memory of its own for its result.
  private void share(Instruction instruction, int position) {
    if (instruction instanceof Reshape i) {
      if (!constants.get(i.x())) {
        place(i.y(), root(i.x()), offset(i.x()));
      }
    } else if (instruction instanceof Unary i) {
      overwrite(i.x(), i.y(), position);
    } else if (instruction instanceof Channelwise i) {
      overwriteApart(i.x(), PostOp.vectors(i.postOps()), i.y(), position);
    } else if (instruction instanceof ScatterNd i) {
      overwriteApart(i.x(), List.of(i.indices(), i.updates()), i.y(), position);
    } else if (instruction instanceof Binary i) {
      boolean apart = i.a() == i.b() || !overlaps(i.a(), i.b());
      List<Integer> vectors = PostOp.vectors(i.postOps());
      if (apart && !overwriteApart(i.a(), vectors, i.y(), position)) {
        overwriteApart(i.b(), vectors, i.y(), position);
      }
    } else if (instruction instanceof Border i) {
      surround(i, position);
    } else if (instruction instanceof Concat i) {
      join(i);
    }
  }

  /// Overwrites `x` unless it lies in the memory of another operand, which is read with it.
  private boolean overwriteApart(int x, List<Integer> others, int y, int position) {
    return others.stream().noneMatch(other -> overlaps(x, other)) && overwrite(x, y, position);
  }

  private boolean overwrite(int x, int y, int position) {
    boolean legal =
        !constants.get(x)
            && end[root(x)] <= position
            && shapes.slot(x).type() == shapes.slot(y).type()
            && Arrays.equals(shapes.of(x), shapes.of(y));
    if (legal) {
      place(y, root(x), offset(x));
    }
    return legal;
  }

  /// A slot that is BLOCKED has no port.
  private void surround(Border border, int position) {
    int x = border.x();
    boolean free =
        !constants.get(x)
            && coversItsRoot(x)
            && haloEnd[root(x)] < position
            && !overlaps(x, border.values())
            && Arrays.equals(shapes.of(x), shapes.of(border.y()));
    if (free) {
      place(border.y(), root(x), offset(x));
    }
    bordered.set(root(border.y()));
  }

  private void join(Concat concat) {
    Set<Integer> joined = new HashSet<>();
    int before = 0;
    for (int x : concat.x()) {
      boolean last = before + shapes.of(x)[concat.axis()] == shapes.of(concat.y())[concat.axis()];
      if (canJoin(x, concat, before, last) && joined.add(x)) {
        boolean blocked = shapes.slot(x).layout() == Layout.BLOCKED;
        int inner = shapes.elements(x) / Math.max(1, shapes.of(x)[concat.axis()]);
        place(root(x), concat.y(), blocked ? before / shapes.lanes() : before * inner);
      }
      before += shapes.of(x)[concat.axis()];
    }
  }

  private boolean canJoin(int x, Concat concat, int before, boolean last) {
    if (constants.get(x) || !coversItsRoot(x) || root(x) == concat.y()) {
      return false;
    }
    if (withPort.get(root(x)) || bordered.get(root(x))) {
      return false;
    }
    int[] shape = shapes.of(x);
    int lanes = shapes.lanes();
    return switch (shapes.slot(x).layout()) {
      case PLAIN -> BoundShapes.product(shape, 0, concat.axis()) == 1;
      case BLOCKED -> concat.axis() == 1 && before % lanes == 0 && (last || shape[1] % lanes == 0);
      case PLANES, CONV_WEIGHTS, DEPTHWISE_WEIGHTS, GEMM_WEIGHTS -> false;
      case SEQUENCE, OPTIONAL, OPTIONAL_SEQUENCE -> false;
    };
  }

  /// Whether a slot takes all of its root's memory, so that moving the root moves just this slot
  /// and what lies in it.
  private boolean coversItsRoot(int slot) {
    int root = root(slot);
    return root(slot) == slot
        || offset(slot) == 0
            && shapes.elements(slot) == shapes.elements(root)
            && shapes.slot(slot).type() == shapes.slot(root).type();
  }

  /// Puts the tree of `root` inside the slot `into`, whose own root takes over its life.
  private void place(int root, int into, int at) {
    parent[root] = into;
    offset[root] = at;
    int newRoot = root(into);
    withPort.set(newRoot, withPort.get(newRoot) || withPort.get(root));
    bordered.set(newRoot, bordered.get(newRoot) || bordered.get(root));
    haloEnd[newRoot] = Math.max(haloEnd[newRoot], haloEnd[root]);
    begin[newRoot] = Math.min(begin[newRoot], begin[root]);
    end[newRoot] = Math.max(end[newRoot], end[root]);
  }

  private boolean overlaps(int a, int b) {
    return !constants.get(a) && !constants.get(b) && root(a) == root(b);
  }

  /// The root of a slot's tree, which becomes the parent of all slots on the way: each question
  /// shortens the way for the next.
  int root(int slot) {
    int root = slot;
    int fromRoot = 0;
    while (parent[root] != NONE) {
      fromRoot += offset[root];
      root = parent[root];
    }
    int at = slot;
    while (parent[at] != NONE) {
      int next = parent[at];
      int step = offset[at];
      parent[at] = root;
      offset[at] = fromRoot;
      fromRoot -= step;
      at = next;
    }
    return root;
  }

  /// Where a slot begins in its root.
  int offset(int slot) {
    return root(slot) == slot ? 0 : offset[slot];
  }

  boolean isRoot(int slot) {
    return parent[slot] == NONE;
  }

  /// Whether two slots are the same memory.
  boolean coincide(int a, int b) {
    return root(a) == root(b) && offset(a) == offset(b) && shapes.elements(a) == shapes.elements(b);
  }

  /// Whether a border is ever written around a slot of the same tree.
  boolean isBordered(int slot) {
    return bordered.get(root(slot));
  }

  /// First position at which a slot of a root's tree is written.
  int begin(int root) {
    return begin[root];
  }

  /// Last position at which a slot of a root's tree is needed.
  int end(int root) {
    return end[root];
  }
}
