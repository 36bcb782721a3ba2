package dev.crease.compiler.folding;

/// What stands around a normalization, or what is written like one.
public enum Pattern {
  CONV_WITH_BIAS("Conv with bias, then BatchNormalization"),
  CONV_WITHOUT_BIAS("Conv without bias, then BatchNormalization"),
  GROUPED("grouped and depthwise Conv, then BatchNormalization"),
  OTHER_RANKS("Conv over 1 and 3 axes, with every auto_pad"),
  TRANSPOSED("ConvTranspose, then BatchNormalization"),
  TRANSPOSED_GROUPED("grouped ConvTranspose, then BatchNormalization"),
  GEMM("Gemm, then BatchNormalization"),
  MATMUL("MatMul of matrices, then BatchNormalization"),
  MATMUL_OF_HIGHER_RANK("MatMul of higher rank, then BatchNormalization"),
  THROUGH_SHAPES("through Reshape, Transpose, Squeeze, Unsqueeze, Flatten, Identity, Cast"),
  MULTIPLIED("a linear operator, then Mul by constants"),
  ADDED("a linear operator, then Add of constants"),
  SUBTRACTED_DIVIDED("a linear operator, then Sub or Div, either operand order"),
  DECOMPOSED("BatchNormalization written as arithmetic"),
  MERGED("two scales and shifts in a row"),
  AHEAD("BatchNormalization, then Conv without padding"),
  AHEAD_PADDED("BatchNormalization, then padded Conv"),
  AHEAD_OF_MATRICES("BatchNormalization, then Gemm or MatMul"),
  BEHIND_RELU("Conv, Relu, BatchNormalization, then a linear operator"),
  BEFORE_ACTIVATION("BatchNormalization, Relu or Clip, then Conv, also beside a residual"),
  BEHIND_CONCAT("BatchNormalization behind a Concat or a sum"),
  NORMALIZED_PARTS("parts of a result, each with a BatchNormalization"),
  ACROSS_CONSTANTS("a constant along another axis beside a BatchNormalization"),
  AHEAD_OF_MOVES("BatchNormalization, then Concat, Slice, Gather, channel shuffle"),
  AHEAD_OF_POOLS("BatchNormalization, then pools, Resize, Pad, Neg, Expand"),
  OF_THE_INPUT("normalization of the input, then Conv"),
  SEVERAL_CONSUMERS("several consumers"),
  SHARED_WEIGHTS("weights of several operators"),
  CHAINS("chains, rounded once"),
  NOT_CONSTANT("training mode, and parameters that are not constant"),
  EXPLICIT_PAD("Pad before or behind Conv, BatchNormalization"),
  STAYS("nothing linear beside it, or numbers that cannot be stored");

  private final String text;

  Pattern(String text) {
    this.text = text;
  }

  /// Its place in the table, from 1.
  public int number() {
    return ordinal() + 1;
  }

  @Override
  public String toString() {
    return text;
  }
}
