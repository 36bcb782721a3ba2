package dev.crease.runtime.exec;

import dev.crease.runtime.InvalidPlanException;
import dev.crease.runtime.plan.ConvPacking;
import dev.crease.runtime.plan.Nullable;
import dev.crease.runtime.plan.Packing;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.Slot;
import dev.crease.runtime.plan.Weights;
import java.lang.reflect.Array;

/// The elements of a program's constants, held once and packed for the lanes that kernels use.
final class Constants {
  private Constants() {}

  /// Asks for every constant once.
  ///
  /// @param groups for each slot that holds convolution weights, the convolution's groups
  /// @return the array of each slot that is constant, else null
  /// @throws InvalidPlanException if an array is not what its slot says
  static @Nullable Object[] read(Program program, int[] groups, int lanes) {
    var packed = new BoundShapes(program, program.lanes(), groups, new long[0]);
    @Nullable Object[] constants = new @Nullable Object[program.slots().size()];
    for (Weights weights : program.weights()) {
      int slot = weights.slot();
      Object elements = weights.elements().get();
      requireFits(program, packed, slot, elements);
      constants[slot] =
          lanes == program.lanes() ? elements : repack(packed, slot, groups[slot], elements, lanes);
    }
    return constants;
  }

  private static void requireFits(Program program, BoundShapes shapes, int slot, Object elements) {
    Slot expected = program.slots().get(slot);
    Class<?> kind = expected.type().storage().allocate(0).getClass();
    int length = Array.getLength(elements);
    if (elements.getClass() != kind || !hasLength(shapes, slot, length)) {
      throw new InvalidPlanException(
          "invalid plan: the constant of slot %d is a %s of %d elements, which is not %s of shape %s in %s layout. Compile the model again."
              .formatted(
                  slot,
                  elements.getClass().getSimpleName(),
                  length,
                  expected.type(),
                  expected.shape(),
                  expected.layout()));
    }
  }

  /// A layout only ever adds elements, so a shape with more than there are needs no further look.
  private static boolean hasLength(BoundShapes shapes, int slot, int length) {
    try {
      return shapes.elements(slot) <= length && shapes.length(slot) == length;
    } catch (ArithmeticException | IllegalArgumentException e) {
      return false;
    }
  }

  /// The same tensor packed for another number of lanes.
  private static Object repack(
      BoundShapes shapes, int slot, int group, Object elements, int lanes) {
    int[] shape = shapes.of(slot);
    int from = shapes.lanes();
    int rank = shape.length;
    int taps = BoundShapes.product(shape, Math.min(2, rank), rank);
    return switch (shapes.slot(slot).layout()) {
      case PLAIN, PLANES -> elements;
      case SEQUENCE, OPTIONAL, OPTIONAL_SEQUENCE ->
          throw new IllegalArgumentException("slot %d is no tensor".formatted(slot));
      case BLOCKED -> {
        float[] plain = Packing.unpackBlocked((float[]) elements, shape[0], shape[1], taps, from);
        yield Packing.blocked(plain, shape[0], shape[1], taps, lanes);
      }
      case CONV_WEIGHTS -> {
        int inputs = shape[1] * group;
        float[] plain =
            new ConvPacking(shape[0], inputs, group, taps, from).unpack((float[]) elements);
        yield new ConvPacking(shape[0], inputs, group, taps, lanes).pack(plain);
      }
      case DEPTHWISE_WEIGHTS -> {
        float[] plain = Packing.unpackDepthwise((float[]) elements, shape[0], taps, from);
        yield Packing.depthwise(plain, shape[0], taps, lanes);
      }
      case GEMM_WEIGHTS -> {
        int batch = BoundShapes.product(shape, 0, rank - 2);
        float[] plain =
            Packing.unpackGemm((float[]) elements, batch, shape[rank - 2], shape[rank - 1], from);
        yield Packing.gemm(plain, batch, shape[rank - 2], shape[rank - 1], lanes);
      }
    };
  }
}
