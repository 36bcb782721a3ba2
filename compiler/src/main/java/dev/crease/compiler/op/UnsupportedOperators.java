package dev.crease.compiler.op;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/// What [Operators] does not have of the younger names in ONNX's default domain, to tell a name
/// that exists from one that is mistyped.
public final class UnsupportedOperators {
  /// As of operator set 28.
  public static final Set<String> NAMES =
      Arrays.stream(
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
                  .split("\\s+"))
          .filter(name -> Operators.find(name).isEmpty())
          .collect(Collectors.toUnmodifiableSet());

  private UnsupportedOperators() {}
}
