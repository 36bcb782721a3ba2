package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Value;
import java.util.List;

/// A normalization behind a convolution, or a transposed one, of every kind.
final class ConvolutionCases {
  private static final int CHANNELS = 4;

  private static final Axis RANK = Axis.of("rank", 2, 1, 3);
  private static final Axis TYPE = Axis.of("type", "f32", "f64", "f16");
  private static final Axis PADS = Axis.of("pads", "none", "even", "uneven");
  private static final Axis STRIDE = Axis.of("stride", 1, 2);
  private static final Axis DILATION = Axis.of("dilation", 1, 2);
  private static final Axis BIAS = Axis.of("bias", true, false);
  private static final Axis SLOPES =
      Axis.of("slopes", Slopes.POSITIVE, Slopes.MIXED, Slopes.ONE_ZERO);

  private ConvolutionCases() {}

  static void addTo(CaseList cases) {
    List<Axis> plain = List.of(RANK, TYPE, PADS, STRIDE, DILATION, SLOPES);
    cases.pairwise(
        Pattern.CONV_WITH_BIAS,
        plain,
        _ -> Expected.BEHIND,
        (net, v) -> convolution(net, v, 1, CHANNELS, true));
    cases.pairwise(
        Pattern.CONV_WITHOUT_BIAS,
        plain,
        _ -> Expected.BEHIND,
        (net, v) -> convolution(net, v, 1, CHANNELS, false));
    cases.pairwise(
        Pattern.GROUPED,
        List.of(
            RANK,
            Axis.of("group", 2, 4),
            Axis.of("maps", 4, 8),
            TYPE,
            PADS,
            STRIDE,
            DILATION,
            BIAS,
            SLOPES),
        _ -> Expected.BEHIND,
        (net, v) -> convolution(net, v, v.whole("group"), v.whole("maps"), v.flag("bias")));
    cases.pairwise(
        Pattern.OTHER_RANKS,
        List.of(
            Axis.of("rank", 1, 3),
            Axis.of("auto_pad", "SAME_UPPER", "SAME_LOWER", "VALID"),
            STRIDE,
            Axis.of("kernel", 1, 2, 3),
            BIAS,
            SLOPES),
        _ -> Expected.BEHIND,
        ConvolutionCases::autoPadded);
    cases.pairwise(
        Pattern.TRANSPOSED,
        List.of(RANK, TYPE, PADS, STRIDE, DILATION, BIAS, Axis.of("output_padding", 0, 1), SLOPES),
        _ -> Expected.BEHIND,
        (net, v) -> transposed(net, v, 1, CHANNELS));
    cases.pairwise(
        Pattern.TRANSPOSED_GROUPED,
        List.of(
            RANK,
            Axis.of("group", 2, 4),
            Axis.of("maps", 4, 8),
            TYPE,
            PADS,
            STRIDE,
            BIAS,
            Axis.of("output_padding", 0, 1),
            SLOPES),
        _ -> Expected.BEHIND,
        (net, v) -> transposed(net, v, v.whole("group"), v.whole("maps")));
  }

  private static Value convolution(Net net, Variant v, int group, int maps, boolean bias) {
    int rank = v.whole("rank");
    Attributes attributes =
        Attributes.NONE
            .with("group", group)
            .with("strides", Net.each(rank, v.whole("stride")))
            .with("dilations", Net.each(rank, v.whole("dilation")))
            .with("pads", Net.pads(v.text("pads"), rank));
    Value y = net.conv(attributes, net.picture(CHANNELS, rank), maps, kernel(v), bias);
    return net.norm(y, v.slopes());
  }

  /// Three axes of 7, 6 and 5 pixels leave room for dilated windows of 2 only.
  private static int kernel(Variant v) {
    return v.whole("dilation") == 2 ? 2 : 3;
  }

  private static Value autoPadded(Net net, Variant v) {
    int rank = v.whole("rank");
    Attributes attributes =
        Attributes.NONE
            .with("auto_pad", v.text("auto_pad"))
            .with("strides", Net.each(rank, v.whole("stride")));
    Value x = net.picture(CHANNELS, rank);
    Value y = net.conv(attributes, x, CHANNELS, v.whole("kernel"), v.flag("bias"));
    return net.norm(y, v.slopes());
  }

  /// The padding behind the result is shorter than the stride.
  private static Value transposed(Net net, Variant v, int group, int maps) {
    int rank = v.whole("rank");
    boolean dilated = v.values().containsKey("dilation") && v.whole("dilation") == 2;
    boolean room = v.whole("stride") == 2;
    Attributes attributes =
        Attributes.NONE
            .with("group", group)
            .with("strides", Net.each(rank, v.whole("stride")))
            .with("dilations", Net.each(rank, dilated ? 2 : 1))
            .with("pads", Net.pads(v.text("pads"), rank))
            .with("output_padding", Net.each(rank, room ? v.whole("output_padding") : 0));
    Value y = net.convTranspose(attributes, net.picture(CHANNELS, rank), maps, 3, v.flag("bias"));
    return net.norm(y, v.slopes());
  }
}
