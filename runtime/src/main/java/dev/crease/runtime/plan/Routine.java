package dev.crease.runtime.plan;

/// What an [Instruction.Call] computes. Operands, results and parameters are listed in their order;
/// `[...]` marks an operand or result that may be absent.
///
/// A plan file has a routine's name, so a name once given keeps its meaning.
public enum Routine {
  /// Points that an affine map takes the pixels of a picture to, as `GridSample` reads them.
  ///
  /// Operands `theta`, results the grid, integers: whether -1 and 1 are the centres of the
  /// outermost pixels.
  AFFINE_GRID,

  /// The mean of each window.
  ///
  /// Operands `x`, results `y`, integers: kernel, strides, dilations, pads before, one of each for
  /// each spatial axis; whether padding counts; pads after.
  AVERAGE_POOL,

  /// Columns that a window reads added up to the picture.
  ///
  /// Operands the columns, results the picture, integers: the window as in AVERAGE_POOL, and its
  /// positions along each spatial axis.
  COL2IM,

  /// A convolution in plain loops, of any number of dimensions.
  ///
  /// Operands `x`, `w`, `[bias]`, results `y`, integers: groups, the window as in AVERAGE_POOL.
  CONV,

  /// A transposed convolution in plain loops, of any number of dimensions.
  ///
  /// Operands `x`, `w`, `[bias]`, results `y`, integers: groups, the window as in AVERAGE_POOL, of
  /// the convolution from `y` to `x`.
  CONV_TRANSPOSE,

  /// A convolution whose taps are shifted by offsets.
  ///
  /// Operands `x`, `w`, `offset`, `[bias]`, `[mask]`, results `y`, integers: groups, offset groups,
  /// two strides, two dilations, two pads before.
  DEFORM_CONV,

  /// Where the largest element stands along one axis.
  ///
  /// Operands `x`, results `y` (int64, the axis kept as 1 or left out), integers: the axis, whether
  /// the last of equal elements counts instead of the first. What is no number is the largest.
  ARG_MAX,

  /// As ARG_MAX, for the smallest element. What is no number is the smallest.
  ARG_MIN,

  /// The bits of each element as another type's of the same width.
  ///
  /// Operands `x`, results `y` of its shape.
  BIT_CAST,

  /// `y[n] = a0 - a1 cos(2 pi n / N) + a2 cos(4 pi n / N)`.
  ///
  /// Results `y`, a vector, integers: whether `N` is the number of elements instead of one less,
  /// numbers: `a0`, `a1`, `a2`.
  COSINE_WINDOW,

  /// As CUMULATIVE_SUM, of products.
  CUMULATIVE_PRODUCT,

  /// `y[i] = x[0] + ... + x[i]` along one axis.
  ///
  /// Operands `x`, `axis` (one int32 or int64), results `y` of the shape of `x`, integers: whether
  /// `x[i]` itself is left out, whether sums run from the end.
  CUMULATIVE_SUM,

  /// The determinants of the matrices in the last two dimensions.
  ///
  /// Operands `x`, results `y` of its leading dimensions.
  DETERMINANT,

  /// The discrete Fourier transform along one axis before the last, which holds real and imaginary
  /// parts; an inverse is divided by the length.
  ///
  /// Operands `x`, results `y`, integers: the axis, the length (`x` is cut or filled with zeros),
  /// whether it is the inverse, whether only the first half of the spectrum is given or taken.
  DFT,

  /// `y = x / (bias + alpha / size * sum)^beta`, the sum being of the squares of the `size`
  /// channels around each, along axis 1, `floor((size - 1) / 2)` of them before it.
  ///
  /// Operands `x` of floating point, results `y`, integers: the size, numbers: alpha, beta, bias.
  LOCAL_RESPONSE_NORMALIZATION,

  /// 1 where the column is the row and `k`, 0 elsewhere.
  ///
  /// Results `y`, a matrix, integers: `k`.
  EYE,

  /// `y = scale (x - m) / sqrt(v + epsilon) + bias` with mean `m` and variance `v` of each channel:
  /// those given, or in training the population's over batch and pixels, towards which the running
  /// ones then move: `mean * momentum + m * (1 - momentum)`.
  ///
  /// Operands `x` of floating point, with channels along axis 1, `scale`, `bias`, `mean`,
  /// `variance`; results `y`, in training `[mean]`, `[variance]`; integers: 1 in training, else 0;
  /// numbers: epsilon, momentum.
  BATCH_NORMALIZATION,

  /// `mask = training && random >= ratio`, or true all over without training; `y = x / (1 - ratio)`
  /// where the mask is true and 0 elsewhere. The random numbers are those of the 32-bit Mersenne
  /// Twister, as doubles of 53 bits, in row-major order.
  ///
  /// Operands `x` of floating point, `[ratio]` (else 0.5), `[training]` (boolean, else false);
  /// results `y`, `[mask]`; integers: the seed.
  DROPOUT,

  /// `y = x`; a condition that is not what is expected ends the run with an error.
  ///
  /// Operands `x`, `condition` (one boolean or integer), results `y` of as many elements, integers:
  /// 1 if the condition must be true, 0 if false.
  EXPECT,

  /// `y[i...] = x[i..., indices[i...], ...]`: an index for each element, along one axis.
  ///
  /// Operands `x`, `indices` (int32 or int64, of `x`'s rank), results `y` of the shape of
  /// `indices`, integers: the axis.
  GATHER_ELEMENTS,

  /// The shape of `x` broadcast with a shape. Operands: that shape; integers: `x`'s dimensions.
  EXPANDED_SHAPE,

  /// What a padded tensor gains before each axis, then its shape. Operands: pads, `[axes]`;
  /// integers: the dimensions.
  PADDED_SHAPE,

  /// The number of elements of a range. Operands: start, limit, delta.
  RANGE_LENGTH,

  /// The shape of a reduced tensor. Operands: axes; integers: whether no axes mean none, whether
  /// reduced dimensions stay as 1, the dimensions.
  REDUCED_SHAPE,

  /// The shape of a resized tensor, then the scale, the begin and the end of the region of interest
  /// of each axis as 64 bits of a double. Operands: `[roi]`, `[scales]`, `[sizes]` as ONNX's Resize
  /// has them; integers: whether sizes bound one scale for all axes from above (1) or below (2), or
  /// are just sizes (0), the rank, the dimensions, the axes that are resized.
  RESIZED_SHAPE,

  /// The shape of a reshaped tensor. Operands: the shape as ONNX's Reshape has it; integers:
  /// whether 0 means 0, the dimensions.
  RESHAPED_SHAPE,

  /// The numbers of a vector or scalar, none of which is negative. Operands: the numbers, int32 or
  /// int64.
  SIZES,

  /// The starts of a slice, then its steps, then its shape, one each for every axis. Operands:
  /// starts, ends, `[axes]`, `[steps]` as ONNX's Slice has them; integers: the dimensions.
  SLICED_SHAPE,

  /// The lengths of the parts of a tensor that is cut along an axis, which make up the whole.
  /// Operands: the lengths; integers: that of the whole.
  SPLIT_LENGTHS,

  /// The shape of a tensor with more dimensions of 1. Operands: their axes; integers: the
  /// dimensions.
  UNSQUEEZED_SHAPE,

  /// `y[b..., i..., :] = x[b..., indices[b..., i..., :], :]`: an index for each of several axes.
  ///
  /// Operands `x`, `indices`, results `y`, integers: the number of batch axes `b...`.
  GATHER_ND,

  /// A picture read between its elements, at the points of a grid.
  ///
  /// Operands `x`, `grid`, results `y`, integers: 0 for the nearest element, 1 for linear and 2 for
  /// cubic interpolation; outside are 0 zeros, 1 the nearest element, 2 the picture mirrored;
  /// whether -1 and 1 are the centres of the outermost pixels.
  GRID_SAMPLE,

  /// The `p`-norm of each window.
  ///
  /// Operands `x`, results `y`, integers: the window as in AVERAGE_POOL, `p`.
  LP_POOL,

  /// The largest element of each window, and where it is.
  ///
  /// Operands `x`, results `y`, `[indices]` counted in all of `x`, integers: the window as in
  /// AVERAGE_POOL, whether indices count the first spatial axis fastest.
  MAX_POOL,

  /// The largest element of each cell of regions of interest.
  ///
  /// Operands `x`, `rois`, results `y`, numbers: what regions are scaled by.
  MAX_ROI_POOL,

  /// Zeros, and elements where indices say.
  ///
  /// Operands `x`, `indices`, results `y`, integers: the shape in whose elements indices count.
  MAX_UNPOOL,

  /// `y[i..., d, j...]` is `values[1]` where `indices[i..., j...]` is `d`, else `values[0]`.
  ///
  /// Operands `indices`, `values`, results `y`, integers: the axis of `d`.
  ONE_HOT,

  /// Sequences backwards, each as far as its length.
  ///
  /// Operands `x`, `lengths`, results `y`, integers: whether time is the first axis and batch the
  /// second, else the other way round.
  REVERSE_SEQUENCE,

  /// Regions of interest as cells of interpolated samples.
  ///
  /// Operands `x`, `rois`, `batches`, results `y`, integers: whether the largest sample is taken,
  /// else the mean; whether regions are shifted by half a pixel; samples along each axis, or 0;
  /// numbers: what regions are scaled by.
  ROI_ALIGN,

  /// `x`, with updates put where an index for each says, along one axis.
  ///
  /// Operands `x`, `indices`, `updates`, results `y`, integers: the axis, the place of the function
  /// in [ScatterFunction].
  SCATTER_ELEMENTS,

  /// `x`, with updates put from an index of each batch on, along one axis.
  ///
  /// Operands `x`, `updates`, `[indices]`, results `y`, integers: the axis, whether updates go on
  /// at the beginning when the end is reached.
  TENSOR_SCATTER,

  /// `x` repeated as often along each axis as `y` is larger.
  ///
  /// Operands `x`, results `y`.
  TILE,

  /// The upper or lower triangle of matrices.
  ///
  /// Operands `x`, `[k]`, results `y`, integers: whether it is the upper one.
  TRILU,

  /// 1 at the first of the largest elements along one axis, 0 elsewhere.
  ///
  /// Operands `x`, results `y` of its shape, integers: the axis.
  HARDMAX,

  /// The triangles that make mel bands of a spectrum, as ONNX's MelWeightMatrix has them.
  ///
  /// Operands `dft_length`, `sample_rate`, `lower_edge_hertz`, `upper_edge_hertz` (scalars),
  /// results `y` (bins, bands).
  MEL_WEIGHTS,

  /// Classes drawn by their probabilities.
  ///
  /// Operands `x`, the logarithms of probabilities up to a common addend (rows, classes), results
  /// `y` (rows, samples), integers: the seed. Sample `j` of row `i` takes draw `i samples + j` of
  /// SplitMix64, as `java.util.SplittableRandom` has it.
  MULTINOMIAL,

  /// `y = alpha a b + beta c` on matrices; leading dimensions broadcast, an operand of rank 1 is a
  /// row on the left and a column on the right, and `c` broadcasts to `y`.
  ///
  /// Operands `a`, `b`, `[c]`, results `y`, integers: whether the matrices of `a` are transposed,
  /// whether those of `b` are, numbers: `alpha`, `beta`.
  PRODUCT,

  /// Normally distributed random numbers: element `i` is `mean + scale sqrt(-2 ln(1 - u)) cos(2 pi
  /// v)` with the draws `u` and `v`, number `2 i` and `2 i + 1`, of RANDOM_UNIFORM from 0 to 1.
  ///
  /// Results `y`, integers: the seed, numbers: mean, scale.
  RANDOM_NORMAL,

  /// Random numbers from `low` to `high`: element `i` takes draw `i` of SplitMix64, as
  /// `java.util.SplittableRandom` has it.
  ///
  /// Results `y`, integers: the seed, numbers: `low`, `high`.
  RANDOM_UNIFORM,

  /// A recurrent operator as ONNX has it, in all directions.
  ///
  /// Operands `X` of floating point, `W`, `R`, `[B]`, `[sequence_lens]` (int32), `[initial_h]`, and
  /// of an LSTM `[initial_c]`, `[P]`; results `[Y]`, `[Y_h]`, of an LSTM `[Y_c]`; integers: the
  /// cell (0 RNN, 1 GRU, 2 LSTM), whether the batch comes first, whether it is a GRU that resets
  /// after the product or an LSTM whose gates i and f make 1, the direction (0 forward, 1 reverse,
  /// 2 both), for each direction the [StepFunction]s; numbers: the bound of what these are applied
  /// to, or 0, and their alpha and beta one after the other.
  RECURRENT,

  /// Fourier transforms of the frames of a signal, each times a window.
  ///
  /// Operands `x` (batch, samples, 1 or 2), or (batch, samples), `[window]`, results `y` (batch,
  /// frames, bins, 2), integers: from one frame to the next, the length of a frame.
  STFT,

  /// The `k` largest or smallest elements along one axis, in order, and where they stand; of equal
  /// ones the first. What is no number is above all numbers.
  ///
  /// Operands `x`, results `[values]`, `[indices]` (int64), integers: the axis, `k`, whether the
  /// largest are meant.
  TOP_K,

  /// `y = scale (x - mean) / sqrt(variance + epsilon) + bias`, the statistics over a group of
  /// channels of one image, the others for each channel.
  ///
  /// Operands `x` of floating point, with channels along axis 1, `scale`, `bias`; results `y`;
  /// integers: the number of groups; numbers: epsilon.
  GROUP_NORMALIZATION,

  /// `y = scale (x - mean) / sqrt(variance + epsilon) + bias`, the statistics over all axes from
  /// one on.
  ///
  /// Operands `x` of floating point, `scale` and `[bias]` with an element for each of those axes'
  /// elements; results `y`, `[mean]`, `[1 / sqrt(variance + epsilon)]`; integers: the first axis;
  /// numbers: epsilon.
  LAYER_NORMALIZATION,

  /// Attention by a state `S` of `[keys, values]` for each head, as it goes along the sequence: `S
  /// *= e^decay`, `v = beta (v - S^T (erase k))`, `S += k v^T`, `y = scale S^T q`.
  ///
  /// Operands `q`, `k`, `v` of floating point and shape `[batch, sequence, heads * size]`, `[past
  /// state]` of `[batch, heads, keys, values]`, `[decay]` for each head or key element, `[beta]`
  /// for each head or for all, `[erase]` for each key element; results `y`, `[state]`; integers:
  /// the heads of `q`, the heads of the others; numbers: scale, or 0 for `1 / sqrt(keys)`.
  LINEAR_ATTENTION,

  /// `y = scale x / sqrt(mean of x^2 + epsilon)`, the mean over all axes from one on.
  ///
  /// Operands `x` of floating point, `scale` with an element for each of those axes' elements;
  /// results `y`; integers: the first axis; numbers: epsilon.
  RMS_NORMALIZATION
}
