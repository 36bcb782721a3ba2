package dev.crease.runtime.exec;

import dev.crease.runtime.Storage;
import dev.crease.runtime.kernel.Blocked;
import dev.crease.runtime.kernel.RowFunction;
import dev.crease.runtime.kernel.Strided;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.PostOp;
import java.util.List;
import java.util.Map;

/// Slots as kernels see them: arrays with offsets and strides, in an arena or a constant's own
/// array.
final class Views {
  private final BoundShapes shapes;
  private final MemoryPlan memory;
  private final Map<Storage, Object> arenas;
  private final @Nullable Object[] constants;

  /// @param constants the array of each slot that is constant, else null
  Views(
      BoundShapes shapes,
      MemoryPlan memory,
      Map<Storage, Object> arenas,
      @Nullable Object[] constants) {
    this.shapes = shapes;
    this.memory = memory;
    this.arenas = arenas;
    this.constants = constants;
  }

  boolean isConstant(int slot) {
    return constants[slot] != null;
  }

  Object array(int slot) {
    Object constant = constants[slot];
    if (constant != null) {
      return constant;
    }
    Object arena = arenas.get(shapes.slot(slot).type().storage());
    if (arena == null) {
      throw new IllegalStateException("slot " + slot + " has no memory");
    }
    return arena;
  }

  float[] floats(int slot) {
    return (float[]) array(slot);
  }

  /// Where a slot that is neither BLOCKED nor PLANES begins in its array.
  int offset(int slot) {
    return constants[slot] != null ? 0 : memory.rootOffset(slot) + memory.shared().offset(slot);
  }

  /// The array of an optional vector, BLOCKED or PLAIN, or null if it is absent.
  float @Nullable [] vector(int slot) {
    return slot == Instruction.ABSENT ? null : floats(slot);
  }

  /// Where it begins in its array.
  int vectorOffset(int slot) {
    if (slot == Instruction.ABSENT) {
      return 0;
    }
    return shapes.slot(slot).layout() == Layout.BLOCKED ? blocked(slot).offset() : offset(slot);
  }

  /// The post-ops of a BLOCKED result.
  ///
  /// @throws IllegalArgumentException if a vector has not `y`'s channels
  List<RowFunction> functions(List<PostOp> postOps, int y) {
    for (int vector : PostOp.vectors(postOps)) {
      shapes.requireVector("the vector " + shapes.name(vector), vector, shapes.of(y)[1]);
    }
    return postOps.stream().map(this::function).toList();
  }

  private RowFunction function(PostOp postOp) {
    return switch (postOp) {
      case Activation activation -> new RowFunction.Apply(activation);
      case PostOp.Normalize(int mean, int slope, int bias) ->
          new RowFunction.Normalize(blocked(mean), blocked(slope), blocked(bias));
      case PostOp.Clamp(int lower, int upper) ->
          new RowFunction.Clamp(blocked(lower), blocked(upper));
    };
  }

  Strided plain(int slot) {
    int[] shape = shapes.of(slot);
    return new Strided(array(slot), offset(slot), shape, rowMajor(shape));
  }

  /// A PLAIN slot as it lies in an array of the caller's, which takes the place of this one.
  Strided outside(int slot) {
    int[] shape = shapes.of(slot);
    return new Strided(array(slot), 0, shape, rowMajor(shape));
  }

  /// A slot that is PLANES, without its halo.
  Strided planes(int slot) {
    Blocked planes = blocked(slot);
    int[] shape = shapes.of(slot);
    int[] all = {planes.depthStride(), planes.rowStride(), 1};
    int[] strides = new int[shape.length];
    strides[0] = planes.batchStride();
    strides[1] = planes.blockStride();
    System.arraycopy(all, 5 - shape.length, strides, 2, shape.length - 2);
    return new Strided(planes.array(), planes.offset(), shape, strides);
  }

  static int[] rowMajor(int[] shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return strides;
  }

  /// A slot that is BLOCKED, or PLANES with one lane.
  Blocked blocked(int slot) {
    if (constants[slot] != null) {
      Blocked dense = blocked(slot, 0, 0, shapes.blocks(slot), new int[3], new int[3]);
      return memory.halos().needs(slot) ? padded(slot, dense) : dense;
    }
    int root = memory.shared().root(slot);
    return blocked(
        slot,
        memory.rootOffset(slot),
        memory.shared().offset(slot),
        shapes.blocks(root),
        memory.halos().before(root),
        memory.halos().after(root));
  }

  private Blocked blocked(
      int slot, int rootOffset, int block, int rootBlocks, int[] before, int[] after) {
    return blocked(slot, floats(slot), rootOffset, block, rootBlocks, before, after);
  }

  private Blocked blocked(
      int slot,
      float[] array,
      int rootOffset,
      int block,
      int rootBlocks,
      int[] before,
      int[] after) {
    int lanes = shapes.lanes(slot);
    int[] picture = shapes.picture(slot);
    int rowStride = lanes * (before[2] + picture[2] + after[2]);
    int depthStride = rowStride * (before[1] + picture[1] + after[1]);
    int blockStride = depthStride * (before[0] + picture[0] + after[0]);
    int inside = before[0] * depthStride + before[1] * rowStride + before[2] * lanes;
    return new Blocked(
        array,
        rootOffset + block * blockStride + inside,
        lanes,
        shapes.of(slot)[0],
        shapes.of(slot)[1],
        picture[0],
        picture[1],
        picture[2],
        rootBlocks * blockStride,
        blockStride,
        depthStride,
        rowStride,
        before,
        after);
  }

  /// A copy of a constant with zeros around it.
  private Blocked padded(int slot, Blocked dense) {
    int[] before = memory.halos().before(slot);
    int[] after = memory.halos().after(slot);
    Blocked empty = blocked(slot, new float[0], 0, 0, dense.blocks(), before, after);
    float[] array = new float[memory.length(slot)];
    Blocked padded = blocked(slot, array, 0, 0, dense.blocks(), before, after);
    int rows = dense.depth() * dense.height();
    for (int plane = 0; plane < dense.batch() * dense.blocks(); plane++) {
      for (int row = 0; row < rows; row++) {
        System.arraycopy(
            dense.array(),
            (plane * rows + row) * dense.rowStride(),
            array,
            padded.offset()
                + plane * padded.blockStride()
                + row / dense.height() * padded.depthStride()
                + row % dense.height() * padded.rowStride(),
            dense.rowStride());
      }
    }
    return padded;
  }
}
