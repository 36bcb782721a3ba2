package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;

/// What must stay: statistics of the batch, parameters that are not constant, numbers that cannot
/// be stored, and what has nothing linear beside it.
final class RefusedCases {
  private static final Axis PRODUCER = Axis.of("behind", "Conv", "ConvTranspose", "Gemm");

  private RefusedCases() {}

  static void addTo(CaseList cases) {
    training(cases);
    notConstant(cases);
    explicitPad(cases);
    nothingLinear(cases);
    unstorable(cases);
  }

  private static Value produced(Net net, String kind) {
    return switch (kind) {
      case "Conv" -> net.conv(net.picture(4, 2));
      case "ConvTranspose" -> net.convTranspose(Attributes.NONE, net.picture(4, 2), 4, 2, false);
      case "Gemm" -> net.op("Gemm", net.batch(5), net.weights(5, 4), net.weights(4));
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static void training(CaseList cases) {
    for (Object producer : PRODUCER.values()) {
      cases.add(
          Pattern.NOT_CONSTANT,
          "training mode behind " + producer,
          Expected.TRAINING,
          net -> trained(net, produced(net, producer.toString()), 1).getFirst());
      Net net = Net.float32(producer.hashCode());
      List<Value> all = trained(net, produced(net, producer.toString()), 3);
      cases.add(
          Pattern.NOT_CONSTANT,
          "running statistics behind " + producer,
          Expected.TRAINING,
          net.graph(all.toArray(Value[]::new)));
    }
    cases.add(
        Pattern.NOT_CONSTANT,
        "training mode before Conv",
        Expected.TRAINING,
        net -> net.conv(trained(net, net.picture(4, 2), 1).getFirst()));
  }

  private static List<Value> trained(Net net, Value x, int results) {
    Attributes training = Attributes.NONE.with("training_mode", 1);
    return net.several(
        "BatchNormalization",
        training,
        results,
        x,
        net.positive(4),
        net.weights(4),
        net.weights(4),
        net.positive(4));
  }

  private static void notConstant(CaseList cases) {
    List<String> names = List.of("scale", "bias", "mean", "variance");
    for (int which = 0; which < names.size(); which++) {
      int place = which;
      cases.add(
          Pattern.NOT_CONSTANT,
          names.get(which) + " may be overridden",
          Expected.PARAMETER_OVERRIDABLE,
          net -> withParameter(net, place, net.overridable(names.get(place), 4)));
      cases.add(
          Pattern.NOT_CONSTANT,
          names.get(which) + " is given",
          Expected.PARAMETER_GIVEN,
          net -> withParameter(net, place, net.input(4)));
    }
    cases.add(
        Pattern.NOT_CONSTANT,
        "weights may be overridden",
        Expected.WEIGHTS_OVERRIDABLE,
        net -> net.norm(net.op("Conv", net.picture(4, 2), net.overridable("w", 4, 4, 1, 1))));
    cases.add(
        Pattern.NOT_CONSTANT,
        "the bias may be overridden",
        Expected.WEIGHTS_OVERRIDABLE,
        net -> {
          Value w = net.weights(4, 4, 1, 1);
          return net.norm(net.op("Conv", net.picture(4, 2), w, net.overridable("b", 4)));
        });
    cases.add(
        Pattern.NOT_CONSTANT,
        "weights are given",
        Expected.WEIGHTS_GIVEN,
        net -> net.norm(net.op("Conv", net.picture(4, 2), net.input(4, 4, 1, 1))));
    cases.add(
        Pattern.NOT_CONSTANT,
        "weights are computed",
        Expected.WEIGHTS_COMPUTED,
        net -> net.norm(net.op("Conv", net.picture(4, 2), net.op("Relu", net.input(4, 4, 1, 1)))));
    cases.add(
        Pattern.NOT_CONSTANT,
        "weights behind are given",
        Expected.WEIGHTS_AHEAD_GIVEN,
        net -> net.op("Conv", net.norm(net.picture(4, 2)), net.input(4, 4, 1, 1)));
    Net half = new Net(ElementType.FLOAT16, 9);
    Value y = half.norm(half.conv(half.picture(4, 2)), Slopes.MIXED, ElementType.FLOAT32);
    cases.add(
        Pattern.NOT_CONSTANT, "parameters of a wider type", Expected.OTHER_TYPE, half.graph(y));
  }

  private static Value withParameter(Net net, int place, Value parameter) {
    Value[] operands = {
      produced(net, "Conv"), net.positive(4), net.weights(4), net.weights(4), net.positive(4)
    };
    operands[1 + place] = parameter;
    return net.op("BatchNormalization", operands);
  }

  private static void explicitPad(CaseList cases) {
    cases.pairwise(
        Pattern.EXPLICIT_PAD,
        List.of(
            Axis.of("mode", "constant", "edge", "reflect"),
            Axis.of("conv pads", "none", "even", "uneven"),
            Axis.of("bias", true, false),
            Axis.of("stride", 1, 2)),
        _ -> Expected.BEHIND,
        (net, v) -> {
          Attributes mode = Attributes.NONE.with("mode", v.text("mode"));
          Value x = net.op("Pad", mode, net.picture(4, 2), net.longs(0, 0, 1, 0, 0, 0, 2, 1));
          Attributes attributes =
              Attributes.NONE
                  .with("pads", Net.pads(v.text("conv pads"), 2))
                  .with("strides", Net.each(2, v.whole("stride")));
          return net.norm(net.conv(attributes, x, 4, 3, v.flag("bias")));
        });
    cases.add(
        Pattern.EXPLICIT_PAD,
        "a constant that is not 0",
        Expected.BEHIND,
        net -> {
          Value pads = net.longs(0, 0, 1, 1, 0, 0, 1, 1);
          Value x = net.op("Pad", net.picture(4, 2), pads, net.scalar(2.5));
          return net.norm(net.conv(Attributes.NONE, x, 4, 3, true));
        });
    cases.pairwise(
        Pattern.EXPLICIT_PAD,
        List.of(
            Axis.of("behind a Pad, of", 0, 3, -2),
            Axis.of("then", "nothing", "Relu, Conv", "Conv"),
            Axis.of("bias", true, false),
            Axis.of("dims", 1, 2, 3)),
        _ -> Expected.BEHIND,
        (net, v) -> {
          int dims = v.whole("dims");
          long[] pads = new long[2 * dims + 4];
          pads[2] = 1;
          pads[pads.length - 1] = 2;
          Value x = net.conv(Attributes.NONE, net.picture(4, dims), 4, 2, v.flag("bias"));
          Value around = net.scalar(v.whole("behind a Pad, of"));
          Value y = net.norm(net.op("Pad", x, net.longs(pads), around));
          Value z = v.text("then").startsWith("Relu") ? net.op("Relu", y) : y;
          return v.text("then").endsWith("Conv") ? net.conv(z) : z;
        });
    cases.add(
        Pattern.EXPLICIT_PAD,
        "normalized before a Pad of zeros",
        Expected.AHEAD,
        net -> {
          Value pads = net.longs(0, 0, 1, 1, 0, 0, 1, 1);
          return net.conv(net.op("Pad", net.norm(net.picture(4, 2)), pads));
        });
  }

  private static void nothingLinear(CaseList cases) {
    for (String function : List.of("Relu", "Sigmoid", "Tanh", "LeakyRelu", "Elu", "Softplus")) {
      cases.add(
          Pattern.STAYS,
          "across " + function,
          Expected.ACROSS_FUNCTION,
          net -> net.norm(net.op(function, net.conv(net.picture(4, 2)))));
    }
    cases.add(
        Pattern.STAYS,
        "behind a sum of two",
        Expected.ACROSS_FUNCTION,
        net -> net.norm(net.op("Add", net.conv(net.picture(4, 2)), net.picture(4, 2))));
    cases.add(
        Pattern.STAYS,
        "between functions",
        Expected.NOTHING_LINEAR,
        net -> net.op("Tanh", net.norm(net.op("Sigmoid", net.picture(4, 2)))));
  }

  /// The parameters of the second channel.
  private static Value extreme(
      Net net, Value x, double scale, double bias, double mean, double variance) {
    return net.normalization(
        x,
        second(net, x, 1, scale),
        second(net, x, 0.5, bias),
        second(net, x, 0.25, mean),
        second(net, x, 1, variance),
        Attributes.NONE.with("epsilon", 0f));
  }

  private static Constant second(Net net, Value x, double others, double value) {
    double[] values = new double[Net.channelsOf(x)];
    Arrays.fill(values, others);
    values[1] = value;
    int[] at = {0};
    return net.elements(() -> values[at[0]++], values.length);
  }

  private static void unstorable(CaseList cases) {
    for (Object producer : PRODUCER.values()) {
      String kind = producer.toString();
      cases.add(
          Pattern.STAYS,
          "large mean behind " + kind,
          Expected.CANCELLATION,
          net -> extreme(net, produced(net, kind), 1, 0, 1e6, 1));
      cases.add(
          Pattern.STAYS,
          "variance 0 behind " + kind,
          Expected.VARIANCE_NOT_POSITIVE,
          net -> extreme(net, produced(net, kind), 1, 0, 0, 0));
      cases.add(
          Pattern.STAYS,
          "negative variance behind " + kind,
          Expected.VARIANCE_NOT_POSITIVE,
          net -> extreme(net, produced(net, kind), 1, 0, 0, -1));
      cases.add(
          Pattern.STAYS,
          "scale NaN behind " + kind,
          Expected.SLOPE_NOT_FINITE,
          net -> extreme(net, produced(net, kind), Double.NaN, 0, 0, 1));
      cases.add(
          Pattern.STAYS,
          "variance NaN behind " + kind,
          Expected.VARIANCE_NOT_POSITIVE,
          net -> extreme(net, produced(net, kind), 1, 0, 0, Double.NaN));
      cases.add(
          Pattern.STAYS,
          "infinite scale behind " + kind,
          Expected.SLOPE_NOT_FINITE,
          net -> extreme(net, produced(net, kind), Double.POSITIVE_INFINITY, 0, 0, 1));
      cases.add(
          Pattern.STAYS,
          "bias overflows behind " + kind,
          Expected.OVERFLOW,
          net -> extreme(net, produced(net, kind), 1, 3e38, -1e38, 1));
      cases.add(
          Pattern.STAYS,
          "weights overflow behind " + kind,
          Expected.OVERFLOW,
          net -> extreme(net, produced(net, kind), 1e38, 0, 0, 1e-6));
    }
    cases.add(
        Pattern.STAYS,
        "large mean before Conv",
        Expected.CANCELLATION_AHEAD,
        net -> net.conv(extreme(net, net.picture(4, 2), 1, 0, 1e6, 1)));
    cases.add(
        Pattern.STAYS,
        "weights overflow before Conv",
        Expected.OVERFLOW_AHEAD,
        net -> net.conv(extreme(net, net.picture(4, 2), 1e38, 0, 0, 1e-6)));
    Net large = new Net(ElementType.FLOAT16, 2);
    Value y = extreme(large, large.conv(large.picture(4, 2)), 60000, 0, 0, 1e-2);
    cases.add(Pattern.STAYS, "f16 weights overflow", Expected.OVERFLOW, large.graph(y));
    Net shifted = new Net(ElementType.FLOAT16, 3);
    Value b = extreme(shifted, shifted.conv(shifted.picture(4, 2)), 1, 60000, -10000, 1);
    cases.add(Pattern.STAYS, "f16 bias overflows", Expected.OVERFLOW, shifted.graph(b));
    Net small = new Net(ElementType.FLOAT16, 4);
    Value z = extreme(small, small.conv(small.picture(4, 2)), 1e-4, 0, 0, 1e2);
    cases.add(Pattern.STAYS, "f16 weights subnormal", Expected.SUBNORMAL, small.graph(z));
  }
}
