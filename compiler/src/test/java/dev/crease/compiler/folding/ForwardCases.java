package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Value;
import java.util.List;

/// A normalization in front of a linear operator, with or without a clamp in between.
final class ForwardCases {
  private static final int CHANNELS = 4;

  private static final Axis RANK = Axis.of("rank", 2, 1, 3);
  private static final Axis GROUP = Axis.of("group", 1, 2, 4);
  private static final Axis STRIDE = Axis.of("stride", 1, 2);
  private static final Axis DILATION = Axis.of("dilation", 1, 2);
  private static final Axis BIAS = Axis.of("bias", true, false);
  private static final Axis TYPE = Axis.of("type", "f32", "f64");
  private static final Axis PADS = Axis.of("pads", "none", "even", "uneven");
  private static final Axis PADDED = Axis.of("pads", "even", "uneven");
  private static final Axis SLOPES =
      Axis.of("slopes", Slopes.POSITIVE, Slopes.MIXED, Slopes.ONE_ZERO);

  private ForwardCases() {}

  static void addTo(CaseList cases) {
    cases.pairwise(
        Pattern.AHEAD,
        List.of(RANK, GROUP, STRIDE, DILATION, BIAS, TYPE, SLOPES),
        _ -> Expected.AHEAD,
        (net, v) -> conv(net, v, "none", normOfInput(net, v)));
    cases.pairwise(
        Pattern.AHEAD_PADDED,
        List.of(RANK, GROUP, STRIDE, DILATION, BIAS, PADDED, TYPE, SLOPES),
        _ -> Expected.AHEAD,
        (net, v) -> conv(net, v, v.text("pads"), normOfInput(net, v)));
    cases.pairwise(
        Pattern.AHEAD_OF_MATRICES,
        List.of(
            Axis.of(
                "operator",
                "Gemm",
                "Gemm transB",
                "MatMul",
                "MatMul left",
                "Flatten, Gemm",
                "Transpose, MatMul"),
            TYPE,
            SLOPES),
        _ -> Expected.AHEAD,
        ForwardCases::matrices);
    cases.add(
        Pattern.AHEAD_OF_MATRICES,
        "several matrices",
        Expected.MATRICES_SHIFT,
        net -> net.op("MatMul", net.weights(2, 5, 4), net.norm(net.input(2, 4, 6))));
    transposed(cases);
    cases.pairwise(
        Pattern.BEHIND_RELU,
        List.of(
            Axis.of("function", "Relu", "Sigmoid", "LeakyRelu"),
            Axis.of("then", "Conv", "Gemm", "depthwise Conv"),
            SLOPES),
        _ -> Expected.AHEAD,
        ForwardCases::behindFunction);
    cases.pairwise(
        Pattern.BEFORE_ACTIVATION,
        List.of(
            Axis.of("function", "Relu", "Clip 0 6", "Clip -1 1", "Clip above"),
            RANK,
            GROUP,
            PADS,
            BIAS,
            SLOPES),
        _ -> Expected.AHEAD,
        (net, v) ->
            conv(net, v, v.text("pads"), clipped(net, v.text("function"), normOfInput(net, v))));
    cases.pairwise(
        Pattern.BEFORE_ACTIVATION,
        List.of(
            Axis.of("beside a residual, function", "Relu", "Clip 0 6"),
            Axis.of("pads", "none", "even"),
            Axis.of("slopes", Slopes.POSITIVE, Slopes.MIXED)),
        _ -> Expected.AHEAD,
        ForwardCases::residual);
    for (String function : List.of("Sigmoid", "Tanh", "Elu", "HardSigmoid", "Abs", "LeakyRelu")) {
      cases.add(
          Pattern.BEFORE_ACTIVATION,
          function + " does not let it through",
          Expected.ACROSS_FORWARD,
          net -> net.conv(net.op(function, net.norm(net.picture(4, 2)))));
    }
    cases.pairwise(
        Pattern.OF_THE_INPUT,
        List.of(
            Axis.of("written as", "BatchNormalization", "Sub, Div", "Div, Sub", "Mul, Add"),
            PADS,
            STRIDE),
        _ -> Expected.AHEAD,
        ForwardCases::picture);
  }

  private static Value normOfInput(Net net, Variant v) {
    return net.norm(net.picture(CHANNELS, v.whole("rank")), v.slopes());
  }

  private static Value conv(Net net, Variant v, String pads, Value x) {
    int rank = v.whole("rank");
    boolean dilated = v.values().containsKey("dilation") && v.whole("dilation") == 2;
    int stride = v.values().containsKey("stride") ? v.whole("stride") : 1;
    Attributes attributes =
        Attributes.NONE
            .with("group", v.whole("group"))
            .with("strides", Net.each(rank, stride))
            .with("dilations", Net.each(rank, dilated ? 2 : 1))
            .with("pads", Net.pads(pads, rank));
    return net.conv(attributes, x, CHANNELS, dilated ? 2 : 3, v.flag("bias"));
  }

  private static Value matrices(Net net, Variant v) {
    return switch (v.text("operator")) {
      case "Gemm" ->
          net.op(
              "Gemm",
              Attributes.NONE.with("alpha", 2f).with("beta", 3f),
              net.norm(net.batch(4), v.slopes()),
              net.weights(4, 5),
              net.weights(5));
      case "Gemm transB" ->
          net.op(
              "Gemm",
              Attributes.NONE.with("transB", 1),
              net.norm(net.batch(4), v.slopes()),
              net.weights(5, 4));
      case "MatMul" -> net.op("MatMul", net.norm(net.batch(4), v.slopes()), net.weights(4, 5));
      case "MatMul left" ->
          net.op("MatMul", net.weights(5, 4), net.norm(net.batch(4, 6), v.slopes()));
      case "Flatten, Gemm" ->
          net.op(
              "Gemm",
              net.op("Flatten", net.norm(net.batch(4, 2, 3), v.slopes())),
              net.weights(24, 5));
      case "Transpose, MatMul" -> {
        Value y = net.norm(net.batch(4, 6), v.slopes());
        Attributes channelsLast = Attributes.NONE.with("perm", List.of(0L, 2L, 1L));
        yield net.op("MatMul", net.op("Transpose", channelsLast, y), net.weights(4, 5));
      }
      default -> throw new IllegalArgumentException(v.text("operator"));
    };
  }

  /// Only a scale goes into a transposed convolution.
  private static void transposed(CaseList cases) {
    for (int group : new int[] {1, 2, 4}) {
      Attributes attributes = Attributes.NONE.with("group", group).with("strides", Net.each(2, 2));
      cases.add(
          Pattern.AHEAD,
          "ConvTranspose takes a scale, group " + group,
          Expected.AHEAD,
          net -> {
            Value x = net.op("Mul", net.picture(4, 2), net.factors(4, 1, 1));
            return net.convTranspose(attributes, x, 4, 3, false);
          });
      cases.add(
          Pattern.AHEAD,
          "ConvTranspose takes no shift, group " + group,
          Expected.TRANSPOSED_SHIFT,
          net -> net.convTranspose(attributes, net.norm(net.picture(4, 2)), 4, 3, false));
    }
  }

  /// The function keeps the normalization from the convolution before it.
  private static Value behindFunction(Net net, Variant v) {
    Value first = net.conv(Attributes.NONE, net.picture(3, 2), 4, 3, true);
    Value y = net.norm(net.op(v.text("function"), first), v.slopes());
    return switch (v.text("then")) {
      case "Conv" -> net.conv(y);
      case "depthwise Conv" -> net.conv(Attributes.NONE.with("group", 4), y, 4, 3, false);
      case "Gemm" -> net.op("Gemm", net.op("Flatten", y), net.weights(4 * 5 * 4, 5));
      default -> throw new IllegalArgumentException(v.text("then"));
    };
  }

  private static Value clipped(Net net, String function, Value x) {
    return switch (function) {
      case "Relu" -> net.op("Relu", x);
      case "Clip 0 6" -> net.op("Clip", x, net.scalar(0), net.scalar(6));
      case "Clip -1 1" -> net.op("Clip", x, net.scalar(-1), net.scalar(1));
      case "Clip above" -> net.op("Clip", x, Value.ABSENT, net.scalar(0.5));
      default -> throw new IllegalArgumentException(function);
    };
  }

  /// `x + Conv(f(BN(x)))`, as nets with activation before the convolution are built.
  private static Value residual(Net net, Variant v) {
    Value x = net.conv(net.picture(4, 2));
    int pad = v.text("pads").equals("even") ? 1 : 0;
    Value f =
        clipped(
            net, v.text("beside a residual, function"), net.norm(net.op("Relu", x), v.slopes()));
    Attributes attributes = Attributes.NONE.with("pads", Net.each(4, pad));
    return net.op("Add", x, net.conv(attributes, f, 4, 1 + 2 * pad, false));
  }

  private static Value picture(Net net, Variant v) {
    Value x = net.picture(3, 2);
    Value y =
        switch (v.text("written as")) {
          case "BatchNormalization" -> net.norm(x, Slopes.POSITIVE);
          case "Sub, Div" ->
              net.op("Div", net.op("Sub", x, net.positive(3, 1, 1)), net.positive(3, 1, 1));
          case "Div, Sub" ->
              net.op("Sub", net.op("Div", x, net.scalar(255)), net.positive(1, 3, 1, 1));
          case "Mul, Add" ->
              net.op("Add", net.op("Mul", net.positive(3, 1, 1), x), net.positive(3, 1, 1));
          default -> throw new IllegalArgumentException(v.text("written as"));
        };
    Attributes attributes =
        Attributes.NONE
            .with("pads", Net.pads(v.text("pads"), 2))
            .with("strides", Net.each(2, v.whole("stride")));
    return net.conv(attributes, y, 8, 3, true);
  }
}
