package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Value;
import java.util.List;

/// A normalization with scale 0 in two of four channels, in front of what pads with something else
/// than these channels are.
final class ConstantChannelCases {
  private static final Attributes PADDED = Attributes.NONE.with("pads", Net.each(4, 1));

  private ConstantChannelCases() {}

  static void addTo(CaseList cases) {
    Axis constants = Axis.of("constants", "2 and 0", "2 and -1", "0 and 0");
    Axis reader =
        Axis.of("reader", "Conv", "two Convs", "Conv SAME_UPPER", "depthwise Conv", "Pad 2, Conv");
    cases.pairwise(
        Pattern.AHEAD_PADDED,
        List.of(constants, reader, Axis.of("between", "nothing", "MaxPool", "Concat")),
        _ -> Expected.AHEAD,
        ConstantChannelCases::read);
    cases.pairwise(
        Pattern.BEFORE_ACTIVATION,
        List.of(constants, reader, Axis.of("between", "Relu", "Clip", "Relu, Concat")),
        _ -> Expected.AHEAD,
        ConstantChannelCases::read);
    for (String function : List.of("nothing", "Relu")) {
      cases.add(
          function.equals("Relu") ? Pattern.BEFORE_ACTIVATION : Pattern.AHEAD,
          "ConvTranspose takes constants that a clamp holds, behind " + function,
          Expected.AHEAD,
          net -> {
            Value y = normalization(net, net.picture(4, 2), 0, 2, 1);
            Value x = function.equals("Relu") ? net.op("Relu", y) : y;
            return net.convTranspose(Attributes.NONE, x, 4, 3, false);
          });
    }
  }

  /// @param shift of the channels that are no constants
  private static Value normalization(Net net, Value x, double shift, double one, double other) {
    double[] scales = {1.5, 0, 0.75, 0};
    double[] shifts = {shift, one, shift, other};
    int[] at = {0, 0};
    Constant scale = net.elements(() -> scales[at[0]++], 4);
    Constant bias = net.elements(() -> shifts[at[1]++], 4);
    Constant mean = net.elements(() -> 0, 4);
    Constant variance = net.elements(() -> 1, 4);
    return net.normalization(x, scale, bias, mean, variance, Attributes.NONE);
  }

  private static Value read(Net net, Variant v) {
    Value x = net.picture(4, 2);
    Value y =
        switch (v.text("constants")) {
          case "2 and 0" -> normalization(net, x, 0.5, 2, 0);
          case "2 and -1" -> normalization(net, x, 0.5, 2, -1);
          case "0 and 0" -> normalization(net, x, 0.5, 0, 0);
          default -> throw new IllegalArgumentException(v.text("constants"));
        };
    return reader(net, v.text("reader"), between(net, v.text("between"), y));
  }

  private static Value between(Net net, String kind, Value y) {
    Attributes window = Attributes.NONE.with("kernel_shape", Net.each(2, 2));
    Attributes channels = Attributes.NONE.with("axis", 1);
    return switch (kind) {
      case "nothing" -> y;
      case "MaxPool" -> net.op("MaxPool", window, y);
      case "Concat" -> net.op("Concat", channels, y, net.picture(2, 2));
      case "Relu" -> net.op("Relu", y);
      case "Clip" -> net.op("Clip", y, net.scalar(-0.5), net.scalar(1.5));
      case "Relu, Concat" -> net.op("Concat", channels, net.op("Relu", y), net.picture(2, 2));
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static Value reader(Net net, String kind, Value x) {
    int channels = Net.channelsOf(x);
    return switch (kind) {
      case "Conv" -> net.conv(PADDED, x, 5, 3, true);
      case "two Convs" ->
          net.op("Add", net.conv(PADDED, x, 4, 3, true), net.conv(Attributes.NONE, x, 4, 1, false));
      case "Conv SAME_UPPER" ->
          net.conv(Attributes.NONE.with("auto_pad", "SAME_UPPER"), x, 5, 3, true);
      case "depthwise Conv" -> net.conv(PADDED.with("group", channels), x, channels, 3, false);
      case "Pad 2, Conv" -> {
        Value wide = net.op("Pad", x, net.longs(0, 0, 1, 1, 0, 0, 1, 1), net.scalar(2));
        yield net.conv(Attributes.NONE, wide, 5, 3, true);
      }
      default -> throw new IllegalArgumentException(kind);
    };
  }
}
