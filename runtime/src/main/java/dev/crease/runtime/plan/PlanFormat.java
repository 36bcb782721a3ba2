package dev.crease.runtime.plan;

import dev.crease.runtime.ElementType;

/// The constants and codes of the plan file; the format is specified in the package's
/// documentation. A code once given is never given again.
final class PlanFormat {
  /// Not text: its first byte is above 127, and it holds a line end that transfers as text change.
  static final long MAGIC = 0x0A1A_0A0D_4E4C_5089L;

  static final int MAJOR = 1;
  static final int MINOR = 0;

  static final int HEADER_BYTES = 64;
  static final int TENSOR_PREFIX_BYTES = 64;
  static final int ALIGNMENT = 64;

  /// Deeper expressions are refused, so that no plan exhausts the stack.
  static final int MAX_EXTENT_DEPTH = 64;

  private PlanFormat() {}

  static int code(ElementType type) {
    return switch (type) {
      case FLOAT32 -> 1;
      case FLOAT64 -> 2;
      case FLOAT16 -> 3;
      case BFLOAT16 -> 4;
      case INT8 -> 5;
      case INT16 -> 6;
      case INT32 -> 7;
      case INT64 -> 8;
      case UINT8 -> 9;
      case UINT16 -> 10;
      case UINT32 -> 11;
      case UINT64 -> 12;
      case BOOL -> 13;
      case STRING -> 14;
    };
  }

  static int code(Layout layout) {
    return switch (layout) {
      case PLAIN -> 1;
      case BLOCKED -> 2;
      case CONV_WEIGHTS -> 3;
      case DEPTHWISE_WEIGHTS -> 4;
      case GEMM_WEIGHTS -> 5;
      case SEQUENCE -> 6;
      case OPTIONAL -> 7;
      case OPTIONAL_SEQUENCE -> 8;
      case PLANES -> 9;
    };
  }

  static int code(PoolKind kind) {
    return switch (kind) {
      case MAX -> 1;
      case AVERAGE -> 2;
      case AVERAGE_WITH_PADDING -> 3;
    };
  }

  static int code(BinaryFunction function) {
    return switch (function) {
      case ADD -> 1;
      case SUB -> 2;
      case MUL -> 3;
      case DIV -> 4;
      case MIN -> 5;
      case MAX -> 6;
      case POW -> 7;
      case PRELU -> 8;
      case MOD -> 9;
      case FMOD -> 10;
      case SHIFT_LEFT -> 11;
      case SHIFT_RIGHT -> 12;
      case BIT_AND -> 13;
      case BIT_OR -> 14;
      case BIT_XOR -> 15;
    };
  }

  static int code(Winograd form) {
    return switch (form) {
      case F2 -> 2;
      case F4 -> 4;
    };
  }

  static int code(ComparisonFunction function) {
    return switch (function) {
      case EQUAL -> 1;
      case LESS -> 2;
      case LESS_OR_EQUAL -> 3;
    };
  }

  static int code(ReduceFunction function) {
    return switch (function) {
      case MAX -> 1;
      case MEAN -> 2;
      case MIN -> 3;
      case PROD -> 4;
      case SUM -> 5;
    };
  }

  static int code(ResizeMode mode) {
    return switch (mode) {
      case NEAREST -> 1;
      case LINEAR -> 2;
      case CUBIC -> 3;
    };
  }

  static int code(CoordinateMode mode) {
    return switch (mode) {
      case HALF_PIXEL -> 1;
      case HALF_PIXEL_SYMMETRIC -> 2;
      case PYTORCH_HALF_PIXEL -> 3;
      case ALIGN_CORNERS -> 4;
      case ASYMMETRIC -> 5;
      case TF_CROP_AND_RESIZE -> 6;
      case TF_HALF_PIXEL_FOR_NN -> 7;
    };
  }

  static int code(NearestMode mode) {
    return switch (mode) {
      case ROUND_PREFER_FLOOR -> 1;
      case ROUND_PREFER_CEIL -> 2;
      case FLOOR -> 3;
      case CEIL -> 4;
    };
  }

  static int code(Cell cell) {
    return switch (cell) {
      case RNN -> 1;
      case GRU -> 2;
      case LSTM -> 3;
    };
  }

  static int code(ScatterFunction function) {
    return switch (function) {
      case ASSIGN -> 1;
      case ADD -> 2;
      case MUL -> 3;
      case MAX -> 4;
      case MIN -> 5;
    };
  }

  static int code(PadMode mode) {
    return switch (mode) {
      case CONSTANT -> 1;
      case EDGE -> 2;
      case REFLECT -> 3;
      case WRAP -> 4;
    };
  }

  static int code(UnaryFunction function) {
    return switch (function) {
      case IDENTITY -> 1;
      case ABS -> 2;
      case CEIL -> 3;
      case CLIP -> 4;
      case ELU -> 5;
      case ERF -> 6;
      case EXP -> 7;
      case FLOOR -> 8;
      case HARD_SIGMOID -> 9;
      case HARD_SWISH -> 10;
      case LEAKY_RELU -> 11;
      case LOG -> 12;
      case NEG -> 13;
      case RECIPROCAL -> 14;
      case RELU -> 15;
      case SIGMOID -> 16;
      case SOFTPLUS -> 17;
      case SQRT -> 18;
      case TANH -> 19;
      case ACOS -> 20;
      case ACOSH -> 21;
      case ASIN -> 22;
      case ASINH -> 23;
      case ATAN -> 24;
      case ATANH -> 25;
      case CELU -> 26;
      case COS -> 27;
      case COSH -> 28;
      case GELU -> 29;
      case GELU_TANH -> 30;
      case MISH -> 31;
      case ROUND -> 32;
      case SELU -> 33;
      case SHRINK -> 34;
      case SIGN -> 35;
      case SIN -> 36;
      case SINH -> 37;
      case SOFTSIGN -> 38;
      case SWISH -> 39;
      case TAN -> 40;
      case THRESHOLDED_RELU -> 41;
    };
  }
}
