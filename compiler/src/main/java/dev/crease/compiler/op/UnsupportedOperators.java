package dev.crease.compiler.op;

import java.util.Set;

/// What [Operators] does not have of ONNX's default domain, to tell a name that exists from one
/// that is mistyped.
public final class UnsupportedOperators {
  /// As of operator set 27.
  public static final Set<String> NAMES =
      Set.of(
          """
          Acos Acosh AffineGrid ArgMax ArgMin Asin Asinh Atan Atanh Attention Bernoulli BitCast
          BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor BlackmanWindow CastLike
          CausalConvWithState Celu CenterCropPad Col2Im Compress ConcatFromSequence ConvInteger Cos
          Cosh CumProd CumSum DFT DeformConv DepthToSpace DequantizeLinear Det
          DynamicQuantizeLinear Einsum EyeLike GatherElements GatherND Gelu GlobalLpPool GridSample
          GroupNormalization HammingWindow HannWindow Hardmax ImageDecoder InstanceNormalization
          IsInf IsNaN LayerNormalization LinearAttention Loop LpNormalization LpPool MaxRoiPool
          MaxUnpool MeanVarianceNormalization MelWeightMatrix Mod Multinomial
          NegativeLogLikelihoodLoss NonMaxSuppression NonZero OneHot Optional OptionalGetElement
          OptionalHasElement QLinearConv QLinearMatMul QuantizeLinear RMSNormalization RandomNormal
          RandomNormalLike RandomUniform RandomUniformLike RegexFullMatch ReverseSequence RoiAlign
          RotaryEmbedding Round STFT Scan ScatterElements Selu SequenceAt SequenceConstruct
          SequenceEmpty SequenceErase SequenceInsert SequenceLength SequenceMap Shrink Sign Sin Sinh
          SoftmaxCrossEntropyLoss Softsign SpaceToDepth SplitToSequence StringConcat
          StringNormalizer StringSplit SwiGLU Swish Tan TensorScatter TfIdfVectorizer
          ThresholdedRelu Tile TopK Trilu Unique
          """
              .split("\\s+"));

  private UnsupportedOperators() {}
}
