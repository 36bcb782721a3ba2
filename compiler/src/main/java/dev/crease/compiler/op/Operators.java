package dev.crease.compiler.op;

import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.op.attention.Attention;
import dev.crease.compiler.op.attention.CausalConvWithState;
import dev.crease.compiler.op.attention.LinearAttention;
import dev.crease.compiler.op.attention.RotaryEmbedding;
import dev.crease.compiler.op.control.If;
import dev.crease.compiler.op.control.Loop;
import dev.crease.compiler.op.control.Scan;
import dev.crease.compiler.op.crease.ChannelClamp;
import dev.crease.compiler.op.crease.ChannelPad;
import dev.crease.compiler.op.crease.Expect;
import dev.crease.compiler.op.crease.FusedConv;
import dev.crease.compiler.op.loss.NegativeLogLikelihoodLoss;
import dev.crease.compiler.op.loss.SoftmaxCrossEntropyLoss;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.BitShift;
import dev.crease.compiler.op.math.Bitwise;
import dev.crease.compiler.op.math.BitwiseNot;
import dev.crease.compiler.op.math.Clip;
import dev.crease.compiler.op.math.Comparison;
import dev.crease.compiler.op.math.Elementwise;
import dev.crease.compiler.op.math.Elu;
import dev.crease.compiler.op.math.Gelu;
import dev.crease.compiler.op.math.HardSigmoid;
import dev.crease.compiler.op.math.IsInf;
import dev.crease.compiler.op.math.IsNaN;
import dev.crease.compiler.op.math.LeakyRelu;
import dev.crease.compiler.op.math.Logic;
import dev.crease.compiler.op.math.Mod;
import dev.crease.compiler.op.math.Not;
import dev.crease.compiler.op.math.PRelu;
import dev.crease.compiler.op.math.Parametric;
import dev.crease.compiler.op.math.Pow;
import dev.crease.compiler.op.math.Relu;
import dev.crease.compiler.op.math.SwiGlu;
import dev.crease.compiler.op.math.Variadic;
import dev.crease.compiler.op.nn.AveragePool;
import dev.crease.compiler.op.nn.BatchNormalization;
import dev.crease.compiler.op.nn.Col2Im;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.ConvTranspose;
import dev.crease.compiler.op.nn.Determinant;
import dev.crease.compiler.op.nn.Dropout;
import dev.crease.compiler.op.nn.Einsum;
import dev.crease.compiler.op.nn.Gemm;
import dev.crease.compiler.op.nn.GlobalLpPool;
import dev.crease.compiler.op.nn.GlobalPool;
import dev.crease.compiler.op.nn.LpPool;
import dev.crease.compiler.op.nn.Lrn;
import dev.crease.compiler.op.nn.MatMul;
import dev.crease.compiler.op.nn.MaxPool;
import dev.crease.compiler.op.nn.MaxUnpool;
import dev.crease.compiler.op.normalization.GroupNormalization;
import dev.crease.compiler.op.normalization.InstanceNormalization;
import dev.crease.compiler.op.normalization.LayerNormalization;
import dev.crease.compiler.op.normalization.LpNormalization;
import dev.crease.compiler.op.normalization.MeanVarianceNormalization;
import dev.crease.compiler.op.normalization.RmsNormalization;
import dev.crease.compiler.op.random.Bernoulli;
import dev.crease.compiler.op.random.Multinomial;
import dev.crease.compiler.op.random.RandomLike;
import dev.crease.compiler.op.random.RandomTensor;
import dev.crease.compiler.op.recurrent.Recurrent;
import dev.crease.compiler.op.reduce.ArgExtreme;
import dev.crease.compiler.op.reduce.Cumulative;
import dev.crease.compiler.op.reduce.Hardmax;
import dev.crease.compiler.op.reduce.Norm;
import dev.crease.compiler.op.reduce.Reduction;
import dev.crease.compiler.op.reduce.Softmax;
import dev.crease.compiler.op.sequence.ConcatFromSequence;
import dev.crease.compiler.op.sequence.OptionalGetElement;
import dev.crease.compiler.op.sequence.OptionalHasElement;
import dev.crease.compiler.op.sequence.OptionalOf;
import dev.crease.compiler.op.sequence.SequenceAt;
import dev.crease.compiler.op.sequence.SequenceConstruct;
import dev.crease.compiler.op.sequence.SequenceEmpty;
import dev.crease.compiler.op.sequence.SequenceErase;
import dev.crease.compiler.op.sequence.SequenceInsert;
import dev.crease.compiler.op.sequence.SequenceLength;
import dev.crease.compiler.op.sequence.SequenceMap;
import dev.crease.compiler.op.sequence.SplitToSequence;
import dev.crease.compiler.op.signal.CosineWindow;
import dev.crease.compiler.op.signal.Dft;
import dev.crease.compiler.op.signal.MelWeightMatrix;
import dev.crease.compiler.op.signal.Stft;
import dev.crease.compiler.op.tensor.BitCast;
import dev.crease.compiler.op.tensor.Cast;
import dev.crease.compiler.op.tensor.CastLike;
import dev.crease.compiler.op.tensor.CenterCropPad;
import dev.crease.compiler.op.tensor.Compress;
import dev.crease.compiler.op.tensor.Concat;
import dev.crease.compiler.op.tensor.ConstantOfShape;
import dev.crease.compiler.op.tensor.DepthToSpace;
import dev.crease.compiler.op.tensor.Expand;
import dev.crease.compiler.op.tensor.EyeLike;
import dev.crease.compiler.op.tensor.Flatten;
import dev.crease.compiler.op.tensor.Gather;
import dev.crease.compiler.op.tensor.GatherElements;
import dev.crease.compiler.op.tensor.GatherNd;
import dev.crease.compiler.op.tensor.Identity;
import dev.crease.compiler.op.tensor.NonZero;
import dev.crease.compiler.op.tensor.OneHot;
import dev.crease.compiler.op.tensor.Pad;
import dev.crease.compiler.op.tensor.Range;
import dev.crease.compiler.op.tensor.Reshape;
import dev.crease.compiler.op.tensor.Resize;
import dev.crease.compiler.op.tensor.ReverseSequence;
import dev.crease.compiler.op.tensor.ScatterElements;
import dev.crease.compiler.op.tensor.ScatterNd;
import dev.crease.compiler.op.tensor.Shape;
import dev.crease.compiler.op.tensor.Size;
import dev.crease.compiler.op.tensor.Slice;
import dev.crease.compiler.op.tensor.SpaceToDepth;
import dev.crease.compiler.op.tensor.Split;
import dev.crease.compiler.op.tensor.Squeeze;
import dev.crease.compiler.op.tensor.TensorScatter;
import dev.crease.compiler.op.tensor.Tile;
import dev.crease.compiler.op.tensor.TopK;
import dev.crease.compiler.op.tensor.Transpose;
import dev.crease.compiler.op.tensor.Trilu;
import dev.crease.compiler.op.tensor.Unique;
import dev.crease.compiler.op.tensor.Unsqueeze;
import dev.crease.compiler.op.tensor.Where;
import dev.crease.compiler.op.vision.AffineGrid;
import dev.crease.compiler.op.vision.DeformConv;
import dev.crease.compiler.op.vision.GridSample;
import dev.crease.compiler.op.vision.ImageDecoder;
import dev.crease.compiler.op.vision.MaxRoiPool;
import dev.crease.compiler.op.vision.NonMaxSuppression;
import dev.crease.compiler.op.vision.RoiAlign;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The one list of operators.
public final class Operators {
  private static final List<OpSchema> MATH =
      join(
          Elementwise.SCHEMAS,
          List.of(
              Relu.SCHEMA,
              LeakyRelu.SCHEMA,
              Elu.SCHEMA,
              Gelu.SCHEMA,
              HardSigmoid.SCHEMA,
              Clip.SCHEMA),
          Parametric.SCHEMAS,
          Arithmetic.SCHEMAS,
          List.of(Pow.SCHEMA, PRelu.SCHEMA, Mod.SCHEMA, IsInf.SCHEMA, IsNaN.SCHEMA, SwiGlu.SCHEMA),
          Bitwise.SCHEMAS,
          List.of(BitwiseNot.SCHEMA, BitShift.SCHEMA),
          Variadic.SCHEMAS,
          Comparison.SCHEMAS,
          Logic.SCHEMAS,
          List.of(Not.SCHEMA));

  private static final List<OpSchema> NN =
      join(
          List.of(
              Conv.SCHEMA,
              ConvTranspose.SCHEMA,
              Determinant.SCHEMA,
              Einsum.SCHEMA,
              MaxPool.SCHEMA,
              AveragePool.SCHEMA,
              BatchNormalization.SCHEMA,
              Gemm.SCHEMA,
              MatMul.SCHEMA,
              Lrn.SCHEMA,
              Dropout.SCHEMA,
              Col2Im.SCHEMA,
              GlobalLpPool.SCHEMA,
              LpPool.SCHEMA,
              MaxUnpool.SCHEMA),
          GlobalPool.SCHEMAS);

  private static final List<OpSchema> NORMALIZATION =
      List.of(
          GroupNormalization.SCHEMA,
          InstanceNormalization.SCHEMA,
          LayerNormalization.SCHEMA,
          LpNormalization.SCHEMA,
          MeanVarianceNormalization.SCHEMA,
          RmsNormalization.SCHEMA);

  private static final List<OpSchema> ATTENTION =
      List.of(
          Attention.SCHEMA,
          CausalConvWithState.SCHEMA,
          LinearAttention.SCHEMA,
          RotaryEmbedding.SCHEMA);

  private static final List<OpSchema> REDUCE =
      join(
          Softmax.SCHEMAS,
          Reduction.SCHEMAS,
          Norm.SCHEMAS,
          ArgExtreme.SCHEMAS,
          Cumulative.SCHEMAS,
          List.of(Hardmax.SCHEMA));

  private static final List<OpSchema> LOSS =
      List.of(NegativeLogLikelihoodLoss.SCHEMA, SoftmaxCrossEntropyLoss.SCHEMA);

  private static final List<OpSchema> RANDOM =
      join(RandomTensor.SCHEMAS, RandomLike.SCHEMAS, List.of(Bernoulli.SCHEMA, Multinomial.SCHEMA));

  private static final List<OpSchema> SIGNAL =
      join(CosineWindow.SCHEMAS, List.of(Dft.SCHEMA, MelWeightMatrix.SCHEMA, Stft.SCHEMA));

  private static final List<OpSchema> RECURRENT = Recurrent.SCHEMAS;

  private static final List<OpSchema> TENSOR =
      List.of(
          BitCast.SCHEMA,
          Cast.SCHEMA,
          CastLike.SCHEMA,
          CenterCropPad.SCHEMA,
          Compress.SCHEMA,
          Concat.SCHEMA,
          ConstantOfShape.SCHEMA,
          DepthToSpace.SCHEMA,
          Expand.SCHEMA,
          EyeLike.SCHEMA,
          Flatten.SCHEMA,
          Gather.SCHEMA,
          GatherElements.SCHEMA,
          GatherNd.SCHEMA,
          Identity.SCHEMA,
          NonZero.SCHEMA,
          OneHot.SCHEMA,
          Pad.SCHEMA,
          Range.SCHEMA,
          Reshape.SCHEMA,
          Resize.SCHEMA,
          ReverseSequence.SCHEMA,
          ScatterElements.SCHEMA,
          ScatterNd.SCHEMA,
          Shape.SCHEMA,
          Size.SCHEMA,
          Slice.SCHEMA,
          SpaceToDepth.SCHEMA,
          Split.SCHEMA,
          Squeeze.SCHEMA,
          TensorScatter.SCHEMA,
          Tile.SCHEMA,
          TopK.SCHEMA,
          Transpose.SCHEMA,
          Trilu.SCHEMA,
          Unique.SCHEMA,
          Unsqueeze.SCHEMA,
          Where.SCHEMA);

  private static final List<OpSchema> VISION =
      List.of(
          AffineGrid.SCHEMA,
          DeformConv.SCHEMA,
          GridSample.SCHEMA,
          MaxRoiPool.SCHEMA,
          ImageDecoder.SCHEMA,
          NonMaxSuppression.SCHEMA,
          RoiAlign.SCHEMA);

  private static final List<OpSchema> SEQUENCE =
      List.of(
          ConcatFromSequence.SCHEMA,
          OptionalGetElement.SCHEMA,
          OptionalHasElement.SCHEMA,
          OptionalOf.SCHEMA,
          SequenceAt.SCHEMA,
          SequenceConstruct.SCHEMA,
          SequenceEmpty.SCHEMA,
          SequenceErase.SCHEMA,
          SequenceInsert.SCHEMA,
          SequenceLength.SCHEMA,
          SequenceMap.SCHEMA,
          SplitToSequence.SCHEMA);

  private static final List<OpSchema> CONTROL = List.of(If.SCHEMA, Loop.SCHEMA, Scan.SCHEMA);

  private static final List<OpSchema> CREASE =
      List.of(ChannelClamp.SCHEMA, ChannelPad.SCHEMA, Expect.SCHEMA, FusedConv.SCHEMA);

  public static final List<OpSchema> ALL =
      join(
          MATH,
          NN,
          NORMALIZATION,
          ATTENTION,
          REDUCE,
          LOSS,
          RANDOM,
          SIGNAL,
          RECURRENT,
          TENSOR,
          VISION,
          SEQUENCE,
          CONTROL,
          CREASE);

  /// Operators whose results are elements of their operands as they are, or say nothing about
  /// elements: their instructions take any type.
  public static final Set<OpSchema> MOVING =
      Set.of(
          BitCast.SCHEMA,
          Cast.SCHEMA,
          Compress.SCHEMA,
          Concat.SCHEMA,
          ConstantOfShape.SCHEMA,
          Expand.SCHEMA,
          Expect.SCHEMA,
          Flatten.SCHEMA,
          Gather.SCHEMA,
          GatherElements.SCHEMA,
          GatherNd.SCHEMA,
          Identity.SCHEMA,
          NonZero.SCHEMA,
          Pad.SCHEMA,
          Reshape.SCHEMA,
          ReverseSequence.SCHEMA,
          Shape.SCHEMA,
          Size.SCHEMA,
          Slice.SCHEMA,
          Split.SCHEMA,
          Squeeze.SCHEMA,
          Tile.SCHEMA,
          Transpose.SCHEMA,
          Trilu.SCHEMA,
          Unsqueeze.SCHEMA,
          Where.SCHEMA);

  private static final Map<String, OpSchema> BY_NAME = new LinkedHashMap<>();

  static {
    for (OpSchema schema : ALL) {
      if (BY_NAME.put(schema.qualifiedName(), schema) != null) {
        throw new IllegalStateException(schema.qualifiedName() + " is listed twice");
      }
    }
  }

  private Operators() {}

  @SafeVarargs
  private static List<OpSchema> join(List<OpSchema>... parts) {
    return Stream.of(parts).flatMap(List::stream).toList();
  }

  /// The operator of this [qualified name][OpSchema#qualifiedName], in its current form.
  public static Optional<OpSchema> find(String qualifiedName) {
    return Optional.ofNullable(BY_NAME.get(qualifiedName));
  }

  /// All qualified names, in the order of the list.
  public static Set<String> names() {
    return BY_NAME.keySet();
  }
}
