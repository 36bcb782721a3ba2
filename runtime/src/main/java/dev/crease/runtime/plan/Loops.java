package dev.crease.runtime.plan;

import dev.crease.runtime.ElementType;
import java.util.List;

/// What the loops are that do the work of an instruction where a machine has vectors: for those who
/// tell of a program. No program depends on it.
public enum Loops {
  /// On vectors; they hold numbers of float32.
  VECTOR,
  /// One element after another.
  PLAIN,
  /// Elements are copied as they are, or nothing is done to elements.
  MOVE;

  /// @param slots those of the program that the instruction is of
  public static Loops of(Instruction instruction, List<Slot> slots) {
    return switch (instruction) {
      case Instruction.Conv _,
          Instruction.DepthwiseConv _,
          Instruction.Pool _,
          Instruction.GlobalPool _,
          Instruction.Lrn _,
          Instruction.Gemm _,
          Instruction.Recurrent _ ->
          VECTOR;
      case Instruction.Channelwise i -> vectorIf(has(i.postOps()));
      case Instruction.Unary i ->
          vectorIf(isReal(slots.get(i.y())) && has(i.activation().function()));
      case Instruction.Binary i ->
          vectorIf(isReal(slots.get(i.y())) && (has(i.function()) || has(i.postOps())));
      case Instruction.Softmax i -> vectorIf(isReal(slots.get(i.y())));
      case Instruction.Reduce i -> vectorIf(isReal(slots.get(i.y())));
      case Instruction.Resize i -> vectorIf(slots.get(i.y()).layout() == Layout.BLOCKED);
      case Instruction.Call i -> of(i.routine(), isReal(slots.get(first(i.y()))));
      case Instruction.Cast i -> slots.get(i.x()).type() == slots.get(i.y()).type() ? MOVE : PLAIN;
      case Instruction.Compare _, Instruction.Select _, Instruction.Range _ -> PLAIN;
      case Instruction.ScatterNd i -> i.function() == ScatterFunction.ASSIGN ? MOVE : PLAIN;
      case Instruction.Border _,
          Instruction.Pack _,
          Instruction.Reorder _,
          Instruction.Reshape _,
          Instruction.Transpose _,
          Instruction.Slice _,
          Instruction.Concat _,
          Instruction.Interleave _,
          Instruction.SelectChannels _,
          Instruction.Expand _,
          Instruction.Gather _,
          Instruction.Pad _,
          Instruction.Fill _,
          Instruction.Extents _,
          Instruction.If _ ->
          MOVE;
      case Instruction.Produce i -> of(i.production());
      case Instruction.Measure _, Instruction.Branch _, Instruction.Loop _ -> MOVE;
    };
  }

  /// Whether a function of one number is computed on vectors.
  public static boolean has(UnaryFunction function) {
    return switch (function) {
      case ABS,
          CELU,
          CLIP,
          ELU,
          ERF,
          EXP,
          GELU,
          GELU_TANH,
          HARD_SIGMOID,
          HARD_SWISH,
          LEAKY_RELU,
          MISH,
          NEG,
          RECIPROCAL,
          RELU,
          SELU,
          SHRINK,
          SIGMOID,
          SOFTSIGN,
          SQRT,
          SWISH,
          TANH,
          THRESHOLDED_RELU ->
          true;
      case IDENTITY,
          ACOS,
          ACOSH,
          ASIN,
          ASINH,
          ATAN,
          ATANH,
          CEIL,
          COS,
          COSH,
          FLOOR,
          LOG,
          ROUND,
          SIGN,
          SIN,
          SINH,
          SOFTPLUS,
          TAN ->
          false;
    };
  }

  /// Whether a function of two numbers is computed on vectors.
  public static boolean has(BinaryFunction function) {
    return switch (function) {
      case ADD, SUB, MUL, DIV, MIN, MAX, PRELU -> true;
      case POW, MOD, FMOD, SHIFT_LEFT, SHIFT_RIGHT, BIT_AND, BIT_OR, BIT_XOR -> false;
    };
  }

  private static Loops of(Routine routine, boolean isReal) {
    return switch (routine) {
      case BATCH_NORMALIZATION, GROUP_NORMALIZATION, LAYER_NORMALIZATION, RMS_NORMALIZATION ->
          vectorIf(isReal);
      case BIT_CAST,
          EXPANDED_SHAPE,
          EXPECT,
          EYE,
          GATHER_ELEMENTS,
          GATHER_ND,
          MAX_UNPOOL,
          ONE_HOT,
          PADDED_SHAPE,
          RANGE_LENGTH,
          REDUCED_SHAPE,
          RESHAPED_SHAPE,
          RESIZED_SHAPE,
          REVERSE_SEQUENCE,
          SIZES,
          SLICED_SHAPE,
          SPLIT_LENGTHS,
          TENSOR_SCATTER,
          TILE,
          TRILU,
          UNSQUEEZED_SHAPE ->
          MOVE;
      case AFFINE_GRID,
          ARG_MAX,
          ARG_MIN,
          AVERAGE_POOL,
          COL2IM,
          CONV,
          CONV_TRANSPOSE,
          COSINE_WINDOW,
          CUMULATIVE_PRODUCT,
          CUMULATIVE_SUM,
          DEFORM_CONV,
          DETERMINANT,
          DFT,
          DROPOUT,
          GRID_SAMPLE,
          HARDMAX,
          LINEAR_ATTENTION,
          LOCAL_RESPONSE_NORMALIZATION,
          LP_POOL,
          MAX_POOL,
          MAX_ROI_POOL,
          MEL_WEIGHTS,
          MULTINOMIAL,
          PRODUCT,
          RANDOM_NORMAL,
          RANDOM_UNIFORM,
          RECURRENT,
          ROI_ALIGN,
          SCATTER_ELEMENTS,
          STFT,
          TOP_K ->
          PLAIN;
    };
  }

  private static Loops of(Production production) {
    return switch (production) {
      case COMPRESS, DECODE_PICTURE, NON_MAX_SUPPRESSION, NON_ZERO, UNIQUE -> PLAIN;
      case CONSTRUCT_SEQUENCE,
          EMPTY_SEQUENCE,
          ERASE_FROM_SEQUENCE,
          GET_ELEMENT,
          HAS_ELEMENT,
          HOLD,
          INSERT_INTO_SEQUENCE,
          JOIN_SEQUENCE,
          LENGTH_OF_SEQUENCE,
          SPLIT_TO_SEQUENCE,
          TAKE_FROM_SEQUENCE ->
          MOVE;
    };
  }

  private static int first(List<Integer> results) {
    return results.stream().filter(y -> y != Instruction.ABSENT).findFirst().orElseThrow();
  }

  private static boolean has(List<PostOp> postOps) {
    return postOps.stream()
        .anyMatch(postOp -> !(postOp instanceof Activation(var function, _, _)) || has(function));
  }

  private static boolean isReal(Slot slot) {
    return slot.type() == ElementType.FLOAT32;
  }

  private static Loops vectorIf(boolean vectors) {
    return vectors ? VECTOR : PLAIN;
  }
}
