package dev.crease.compiler.folding;

/// What must become of the normalizations of a case: how many are left, and which rule fires or
/// declines. All expectations stand here.
public enum Expected {
  /// Into the linear operator before it.
  BEHIND(0, "fold-batch-norm"),
  /// Parts of what a linear operator computes, each with a normalization of its own.
  PARTS(0, "fold-parts"),
  /// As arithmetic with constants, into the linear operator before it.
  ARITHMETIC(0, "fold-channel-affine"),
  /// Into the linear operator behind it.
  AHEAD(0, "fold-forward"),
  /// Into one normalization, since nothing linear is near.
  MERGED(1, "merge-affine"),
  /// Normalized convolutions that a sum reads.
  BRANCHES(0, "fold-batch-norm"),
  /// A normalization of what these convolutions read is one more operand of the sum.
  BRANCH_OF_IDENTITY(0, "merge-branches"),
  /// A convolution with windows of 1 behind another convolution, both normalized.
  COMPOSED(0, "fold-batch-norm"),

  TRAINING(1, "fold-batch-norm", "training_mode = 1: it normalizes by the statistics of the batch"),
  PARAMETER_OVERRIDABLE(1, "fold-batch-norm", "is an input with an overridable default"),
  WEIGHTS_OVERRIDABLE(1, "fold-batch-norm", "is an input with an overridable default"),
  FACTOR_OVERRIDABLE(0, "fold-channel-affine", "is an input with an overridable default"),
  PARAMETER_GIVEN(1, "fold-batch-norm", "is an input of the graph"),
  WEIGHTS_GIVEN(1, "fold-batch-norm", "is an input of the graph"),
  WEIGHTS_COMPUTED(1, "fold-batch-norm", "is computed by"),
  OTHER_TYPE(1, "fold-batch-norm", "` is f32, but `"),

  RESULT_IS_OUTPUT(1, "fold-batch-norm", "is an output of the graph"),
  AHEAD_IS_OUTPUT(1, "fold-forward", "is an output of the graph"),
  FACTOR_OF_OUTPUT(0, "fold-channel-affine", "is an output of the graph"),
  SEVERAL_CONSUMERS(1, "fold-batch-norm", "has 2 consumers"),
  FACTOR_OF_SEVERAL(0, "fold-channel-affine", "has 2 consumers"),
  BOTH_NORMALIZED(2, "fold-batch-norm", "has 2 consumers"),
  MERGE_OF_SEVERAL(2, "merge-affine", "has 2 consumers"),

  DIVISOR(0, "fold-channel-affine", "is the divisor"),
  OTHER_AXIS(0, "fold-channel-affine", "neither a scalar nor aligned with the channel"),
  NORM_OF_OTHER_AXIS(1, "fold-batch-norm", "neither a scalar nor aligned with the channels"),
  DIVIDES_BY_ZERO(0, "fold-channel-affine", "which are not both finite"),

  NORM_OF_OTHER_SIZE(1, "fold-batch-norm", "what else it adds is not scaled alike"),
  ACROSS_FUNCTION(1, "fold-batch-norm", "stands between it and"),
  ACROSS_FORWARD(1, "fold-forward", "it does not move through"),
  NOTHING_LINEAR(1, "fold-batch-norm", "not from a linear operator"),
  NOT_ALL_BRANCHES(1, "fold-batch-norm", "not all operands of Concat"),
  READ_TWICE(1, "fold-batch-norm", "are read more than once, to scale or shift them differently"),
  PARTS_OVERLAP(2, "fold-parts", "are read more than once, to scale or shift them differently"),
  PARTS_OVERLAP_RAW(1, "fold-parts", "are read more than once, to scale or shift them differently"),
  PARTS_BESIDE_THE_WHOLE(1, "fold-batch-norm", "has 2 consumers"),
  PARTS_OF_OTHER_AXIS(2, "fold-parts", "neither a scalar nor aligned with the channels"),
  PARTS_CANCEL(2, "fold-parts", "cancellation bound exceeded"),
  TIED_TO_AN_OUTPUT(2, "fold-forward", "is an output of the graph"),

  TRANSPOSED_SHIFT(
      1, "fold-forward", "its shift would differ from place to place in the result of"),
  MATRICES_SHIFT(1, "fold-forward", "its shift would differ between the matrices of"),
  WEIGHTS_AHEAD_GIVEN(1, "fold-forward", "is an input of the graph"),

  CANCELLATION(1, "fold-batch-norm", "cancellation bound exceeded"),
  CANCELLATION_AHEAD(1, "fold-forward", "cancellation bound exceeded"),
  VARIANCE_NOT_POSITIVE(1, "fold-batch-norm", "variance + epsilon is"),
  SLOPE_NOT_FINITE(1, "fold-batch-norm", "which are not both finite"),
  OVERFLOW(1, "fold-batch-norm", "beyond the range of"),
  SUBNORMAL(1, "fold-batch-norm", "subnormal in f16"),
  OVERFLOW_AHEAD(1, "fold-forward", "beyond the range of");

  private final int left;
  private final String rule;
  private final String reason;

  Expected(int left, String rule) {
    this(left, rule, "");
  }

  Expected(int left, String rule, String reason) {
    this.left = left;
    this.rule = rule;
    this.reason = reason;
  }

  /// How many BatchNormalizations the optimized graph has.
  public int left() {
    return left;
  }

  /// The rule that fires, or declines.
  public String rule() {
    return rule;
  }

  public boolean fires() {
    return reason.isEmpty();
  }

  /// A part of the reason that the rule gives; empty if it fires.
  public String reason() {
    return reason;
  }
}
