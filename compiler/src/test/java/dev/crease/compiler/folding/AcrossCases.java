package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Value;
import java.util.List;

/// Constants along another axis than that of channels, added between a normalization and a linear
/// operator.
final class AcrossCases {
  private static final Axis ADDED =
      Axis.of("added by", "Add", "Add, constant first", "Sub", "Sub, constant first");
  private static final Axis ALONG = Axis.of("along", "rows", "columns");
  private static final Axis TYPE = Axis.of("type", "f32", "f64");

  private AcrossCases() {}

  static void addTo(CaseList cases) {
    cases.pairwise(
        Pattern.ACROSS_CONSTANTS,
        List.of(
            ADDED,
            ALONG,
            Axis.of("behind a", "Conv", "grouped Conv", "ConvTranspose"),
            Axis.of("slopes", Slopes.POSITIVE, Slopes.MIXED, Slopes.ONE_ZERO),
            TYPE),
        _ -> Expected.BEHIND,
        (net, v) -> net.norm(added(net, v, behind(net, v.text("behind a"))), v.slopes()));
    cases.pairwise(
        Pattern.ACROSS_CONSTANTS,
        List.of(
            ADDED,
            ALONG,
            Axis.of("pads", "none", "uneven"),
            Axis.of("then", "Conv", "Relu, Conv", "Clip, two Convs"),
            Axis.of("slopes", Slopes.POSITIVE, Slopes.MIXED, Slopes.ONE_ZERO),
            TYPE),
        v -> v.slopes() == Slopes.ONE_ZERO ? Expected.ACROSS_FORWARD : Expected.AHEAD,
        (net, v) -> {
          Value y = added(net, v, net.norm(net.picture(4, 2), v.slopes()));
          return read(net, v, y);
        });
    cases.add(
        Pattern.ACROSS_CONSTANTS,
        "as large as a picture",
        Expected.NORM_OF_OTHER_SIZE,
        net -> net.norm(net.op("Add", net.conv(net.picture(4, 2)), net.weights(7, 6))));
    cases.add(
        Pattern.ACROSS_CONSTANTS,
        "as large as a picture, ahead",
        Expected.ACROSS_FORWARD,
        net -> net.conv(net.op("Add", net.norm(net.picture(4, 2)), net.weights(7, 6))));
    cases.add(
        Pattern.ACROSS_CONSTANTS,
        "for a line as long as it is",
        Expected.NORM_OF_OTHER_AXIS,
        net -> net.norm(net.op("Add", net.conv(net.picture(4, 1)), net.weights(7))));
    cases.add(
        Pattern.ACROSS_CONSTANTS,
        "far larger than results",
        Expected.NORM_OF_OTHER_AXIS,
        net -> net.norm(net.op("Add", net.conv(net.picture(4, 2)), large(net))));
    cases.add(
        Pattern.ACROSS_CONSTANTS,
        "far larger than results, ahead",
        Expected.ACROSS_FORWARD,
        net -> net.conv(net.op("Add", net.norm(net.picture(4, 2)), large(net))));
    cases.add(
        Pattern.ACROSS_CONSTANTS,
        "before a pool",
        Expected.ACROSS_FORWARD,
        net -> {
          Value y = net.op("Add", net.norm(net.picture(4, 2)), net.weights(6));
          return net.conv(net.op("GlobalAveragePool", y));
        });
  }

  private static Value large(Net net) {
    Constant large = net.elements(() -> 1e4, 6);
    return net.builder.constant("large", large);
  }

  private static Value behind(Net net, String producer) {
    Value x = net.picture(4, 2);
    return switch (producer) {
      case "Conv" -> net.conv(Attributes.NONE, x, 4, 1, true);
      case "grouped Conv" -> net.conv(Attributes.NONE.with("group", 2), x, 4, 1, false);
      case "ConvTranspose" -> net.convTranspose(Attributes.NONE, x, 4, 1, false);
      default -> throw new IllegalArgumentException(producer);
    };
  }

  private static Value added(Net net, Variant v, Value x) {
    Value constant = v.text("along").equals("rows") ? net.weights(7, 1) : net.weights(1, 6);
    return switch (v.text("added by")) {
      case "Add" -> net.op("Add", x, constant);
      case "Add, constant first" -> net.op("Add", constant, x);
      case "Sub" -> net.op("Sub", x, constant);
      case "Sub, constant first" -> net.op("Sub", constant, x);
      default -> throw new IllegalArgumentException(v.text("added by"));
    };
  }

  private static Value read(Net net, Variant v, Value y) {
    Attributes padded = Attributes.NONE.with("pads", Net.pads(v.text("pads"), 2));
    return switch (v.text("then")) {
      case "Conv" -> net.conv(padded, y, 4, 3, true);
      case "Relu, Conv" -> net.conv(padded, net.op("Relu", y), 4, 3, false);
      case "Clip, two Convs" -> {
        Value clipped = net.op("Clip", y, net.scalar(-1), net.scalar(2));
        Value other = net.conv(padded.with("group", 2), clipped, 4, 3, false);
        yield net.op("Mul", net.conv(padded, clipped, 4, 3, true), other);
      }
      default -> throw new IllegalArgumentException(v.text("then"));
    };
  }
}
