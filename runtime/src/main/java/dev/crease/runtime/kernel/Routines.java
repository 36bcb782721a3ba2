package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Routine;

/// The kernel of each [Routine].
public final class Routines {
  private Routines() {}

  /// @throws IllegalArgumentException if the arguments do not fit the routine
  public static Kernel kernel(Routine routine, Arguments arguments, Microkernels microkernels) {
    return switch (routine) {
      case EXPANDED_SHAPE -> new ShapeKernel(arguments, DataShapes::expanded);
      case PADDED_SHAPE -> new ShapeKernel(arguments, DataShapes::padded);
      case RANGE_LENGTH -> new ShapeKernel(arguments, DataShapes::rangeLength);
      case REDUCED_SHAPE -> new ShapeKernel(arguments, DataShapes::reduced);
      case RESIZED_SHAPE -> new ShapeKernel(arguments, ResizedShape::of);
      case RESHAPED_SHAPE -> new ShapeKernel(arguments, DataShapes::reshaped);
      case SIZES -> new ShapeKernel(arguments, DataShapes::sizes);
      case SLICED_SHAPE -> new ShapeKernel(arguments, DataShapes::sliced);
      case SPLIT_LENGTHS -> new ShapeKernel(arguments, DataShapes::split);
      case UNSQUEEZED_SHAPE -> new ShapeKernel(arguments, DataShapes::unsqueezed);
      case AFFINE_GRID -> new AffineGridKernel(arguments);
      case AVERAGE_POOL -> new PlainAveragePoolKernel(arguments);
      case COL2IM -> new Col2ImKernel(arguments);
      case CONV -> new PlainConvKernel(arguments);
      case CONV_TRANSPOSE -> new PlainConvTransposeKernel(arguments);
      case DEFORM_CONV -> new DeformConvKernel(arguments);
      case GATHER_ELEMENTS -> new GatherElementsKernel(arguments);
      case GATHER_ND -> new GatherNdKernel(arguments);
      case GRID_SAMPLE -> new GridSampleKernel(arguments);
      case LOCAL_RESPONSE_NORMALIZATION -> new PlainLrnKernel(arguments);
      case LP_POOL -> new LpPoolKernel(arguments);
      case MAX_POOL -> new PlainMaxPoolKernel(arguments);
      case MAX_ROI_POOL -> new MaxRoiPoolKernel(arguments);
      case MAX_UNPOOL -> new MaxUnpoolKernel(arguments);
      case ONE_HOT -> new OneHotKernel(arguments);
      case REVERSE_SEQUENCE -> new ReverseSequenceKernel(arguments);
      case ROI_ALIGN -> new RoiAlignKernel(arguments);
      case SCATTER_ELEMENTS -> new ScatterElementsKernel(arguments);
      case TENSOR_SCATTER -> new TensorScatterKernel(arguments);
      case TILE -> new TileKernel(arguments);
      case TRILU -> new TriluKernel(arguments);
      case ARG_MAX -> new ArgExtremeKernel(arguments, true);
      case ARG_MIN -> new ArgExtremeKernel(arguments, false);
      case BIT_CAST -> new BitCastKernel(arguments);
      case COSINE_WINDOW -> new CosineWindowKernel(arguments);
      case CUMULATIVE_PRODUCT -> new CumulateKernel(arguments, true);
      case CUMULATIVE_SUM -> new CumulateKernel(arguments, false);
      case DETERMINANT -> new DeterminantKernel(arguments);
      case DFT -> new DftKernel(arguments);
      case EXPECT -> new ExpectKernel(arguments);
      case EYE -> new EyeKernel(arguments);
      case HARDMAX -> new HardmaxKernel(arguments);
      case MEL_WEIGHTS -> new MelWeightsKernel(arguments);
      case MULTINOMIAL -> new MultinomialKernel(arguments);
      case PRODUCT -> new ProductKernel(arguments);
      case RANDOM_NORMAL -> new RandomKernel(arguments, true);
      case RANDOM_UNIFORM -> new RandomKernel(arguments, false);
      case STFT -> new StftKernel(arguments);
      case TOP_K -> new TopKKernel(arguments);
      case BATCH_NORMALIZATION -> new BatchNormalizationKernel(arguments, microkernels);
      case DROPOUT -> new DropoutKernel(arguments);
      case GROUP_NORMALIZATION -> NormalizationKernel.ofGroups(arguments, microkernels);
      case LAYER_NORMALIZATION -> NormalizationKernel.ofRows(arguments, true, microkernels);
      case LINEAR_ATTENTION -> new LinearAttentionKernel(arguments);
      case RECURRENT -> new PlainRecurrentKernel(arguments);
      case RMS_NORMALIZATION -> NormalizationKernel.ofRows(arguments, false, microkernels);
    };
  }
}
