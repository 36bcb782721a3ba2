package dev.crease.compiler.op.crease;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.nn.Conv;
import dev.crease.compiler.op.nn.WindowAttributes;
import dev.crease.compiler.op.reduce.ReducedAxes;
import dev.crease.compiler.op.reduce.Reduction;
import dev.crease.compiler.op.tensor.Unsqueeze;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/// A convolution whose padding holds `p[c]`, in ordinary operators: the convolution is linear, so
/// it is that of `X - p`, padded with zeros, and that of a picture of `p` everywhere.
///
/// ```
/// Y[o] = Conv(X - p, W)[o] + B[o] + sum over input channels c of o's group, taps k of W[o, c, k] p[c]
/// ```
///
/// What is added is a constant if all that it is made of is, else a convolution of one pixel. Where
/// `p` is so large that `X - p` would lose digits, `p` is put around `X` by itself, if it is known
/// how much is added.
final class PaddedConvolution {
  /// Two float32 roundings of it are `2e-5`, which verification allows of results of about 1.
  private static final double LARGEST_SHIFT = 2e-5 / (2 * 0x1p-24);

  private final Conv conv;
  private final Value x;
  private final Value w;
  private final Value bias;
  private final Value padding;
  private final GraphBuilder out;

  /// @param inputs of a [FusedConv] that has a padding
  PaddedConvolution(Conv conv, List<Value> inputs, GraphBuilder out) {
    this.conv = conv;
    this.x = inputs.get(0);
    this.w = inputs.get(1);
    this.bias = inputs.get(2);
    this.padding = inputs.get(FusedConv.PADDING);
    this.out = out;
  }

  Value expand() {
    Optional<List<Long>> pads = conv.pads(x.type(), w.type());
    boolean isSmall =
        out.constantOf(padding)
            .filter(p -> Arrays.stream(p.doubles()).allMatch(v -> Math.abs(v) <= LARGEST_SHIFT))
            .isPresent();
    if (pads.isPresent() && !isSmall) {
      Value surrounded = new ChannelPad(pads.get()).expand(x, padding, out);
      return out.add(conv.withoutPads(), surrounded, w, bias);
    }
    return expandShifted();
  }

  private Value expandShifted() {
    Value along = ChannelVector.along(padding, x.type().rank(), out);
    Value shifted = out.add(new Arithmetic(Arithmetic.Function.SUB), x, along);
    Optional<Constant> weights = out.constantOf(w);
    Optional<Constant> values = out.constantOf(padding);
    Optional<Constant> given = out.constantOf(bias);
    if (weights.isPresent() && values.isPresent() && (bias.isAbsent() || given.isPresent())) {
      Constant all = constantBias(weights.get(), values.get(), given);
      return out.add(conv, shifted, w, out.constant(out.freshName("bias"), all));
    }
    Value product = out.add(conv, shifted, w);
    return out.add(new Arithmetic(Arithmetic.Function.ADD), product, onePixel(along));
  }

  private Constant constantBias(Constant weights, Constant values, Optional<Constant> given) {
    long[] dims = weights.dims();
    int maps = Math.toIntExact(dims[0]);
    int channels = Math.toIntExact(dims[1]);
    long group = conv.group();
    return Constant.derived(
        weights.element(),
        new long[] {maps},
        () -> {
          double[] w = weights.doubles();
          double[] p = values.doubles();
          double[] sums = given.map(Constant::doubles).orElseGet(() -> new double[maps]).clone();
          int taps = w.length / Math.max(1, maps * channels);
          for (int i = 0; i < w.length; i++) {
            int map = i / taps / channels;
            int firstChannel = (int) (map / (maps / group)) * channels;
            sums[map] += w[i] * p[firstChannel + i / taps % channels];
          }
          return sums;
        });
  }

  /// `(1, M, 1...)`: the sums over taps as weights of one tap, and the bias.
  private Value onePixel(Value along) {
    long[] spatial = LongStream.range(2, x.type().rank()).toArray();
    Value taps = out.constant(out.freshName("axes"), Constant.ofLongs(spatial));
    Value sums = out.add(new Reduction(Reduction.Function.SUM, ReducedAxes.KEPT), w, taps);
    Value first = out.constant(out.freshName("axes"), Constant.ofLongs(0));
    Value pixel = out.add(new Unsqueeze(), along, first);
    return out.add(new Conv(WindowAttributes.NONE, conv.group()), pixel, sums, bias);
  }
}
