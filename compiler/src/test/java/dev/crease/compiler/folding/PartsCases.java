package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Value;
import java.util.List;
import java.util.function.Function;

/// Parts of one result, normalized apart from one another.
final class PartsCases {
  private static final Attributes CHANNELS = Attributes.NONE.with("axis", 1);
  private static final Axis TYPE = Axis.of("type", "f32", "f64");
  private static final Axis SLOPES =
      Axis.of("slopes", Slopes.POSITIVE, Slopes.MIXED, Slopes.ONE_ZERO);

  private PartsCases() {}

  static void addTo(CaseList cases) {
    cases.pairwise(
        Pattern.NORMALIZED_PARTS,
        List.of(
            Axis.of("parts by", "Split", "Slice", "Gather", "pools of a Split", "a few channels"),
            Axis.of("of a", "Conv", "grouped Conv", "ConvTranspose"),
            Axis.of("beside", "normalization", "arithmetic", "raw"),
            TYPE,
            SLOPES),
        _ -> Expected.PARTS,
        (net, v) -> joined(net, v, parts(net, v.text("parts by"), produced(net, v.text("of a")))));
    cases.add(
        Pattern.NORMALIZED_PARTS,
        "rows, normalized alike",
        Expected.PARTS,
        net -> {
          Value y = produced(net, "Conv");
          Value scale = net.factors(4);
          Value mean = net.weights(4);
          Value variance = net.positive(4);
          Function<Value, Value> norm =
              x -> net.op("BatchNormalization", x, scale, mean, mean, variance);
          Value rows = norm.apply(slice(net, y, 0, 2, 2));
          Value others = norm.apply(slice(net, y, 2, 5, 2));
          return net.op("Concat", Attributes.NONE.with("axis", 2), net.op("Exp", rows), others);
        });
    declined(
        cases,
        "rows, normalized differently",
        Expected.PARTS_OF_OTHER_AXIS,
        (net, y) -> net.graph(net.norm(slice(net, y, 0, 2, 2)), net.norm(slice(net, y, 2, 5, 2))));
    declined(
        cases,
        "a channel is in two parts",
        Expected.PARTS_OVERLAP,
        (net, y) -> net.graph(net.norm(slice(net, y, 0, 3, 1)), net.norm(slice(net, y, 2, 4, 1))));
    declined(
        cases,
        "a channel is in a part that stays",
        Expected.PARTS_OVERLAP_RAW,
        (net, y) -> net.graph(net.norm(slice(net, y, 0, 3, 1)), slice(net, y, 2, 4, 1)));
    declined(
        cases,
        "a part whose shift is large beside its results",
        Expected.PARTS_CANCEL,
        (net, y) -> {
          Constant ones = net.elements(() -> 1, 2);
          Constant mean = net.elements(() -> 1000, 2);
          Value x = slice(net, y, 0, 2, 1);
          Value shifted = net.normalization(x, ones, ones, mean, ones, Attributes.NONE);
          Constant large = net.elements(() -> 1e4, 2);
          Value other = slice(net, y, 2, 4, 1);
          return net.graph(
              shifted, net.normalization(other, large, ones, ones, ones, Attributes.NONE));
        });
    declined(
        cases,
        "something reads the whole",
        Expected.PARTS_BESIDE_THE_WHOLE,
        (net, y) -> net.graph(net.norm(slice(net, y, 0, 2, 1)), net.op("Sigmoid", y)));
    declined(
        cases,
        "the whole is an output",
        Expected.RESULT_IS_OUTPUT,
        (net, y) -> net.graph(net.norm(slice(net, y, 0, 2, 1)), y));
    declined(
        cases,
        "a part that stays is an output",
        Expected.PARTS,
        (net, y) -> net.graph(net.norm(slice(net, y, 0, 2, 1)), slice(net, y, 2, 4, 1)));
  }

  private interface Rest {
    Graph of(Net net, Value y);
  }

  private static void declined(CaseList cases, String name, Expected expected, Rest rest) {
    Net net = Net.float32(name.hashCode());
    cases.add(Pattern.NORMALIZED_PARTS, name, expected, rest.of(net, produced(net, "Conv")));
  }

  private static Value produced(Net net, String producer) {
    Value x = net.picture(4, 2);
    return switch (producer) {
      case "Conv" -> net.conv(Attributes.NONE, x, 4, 3, true);
      case "grouped Conv" -> net.conv(Attributes.NONE.with("group", 2), x, 4, 1, false);
      case "ConvTranspose" -> net.convTranspose(Attributes.NONE, x, 4, 1, false);
      default -> throw new IllegalArgumentException(producer);
    };
  }

  private static List<Value> parts(Net net, String by, Value y) {
    return switch (by) {
      case "Split" -> net.several("Split", CHANNELS, 3, y, net.longs(1, 2, 1));
      case "Slice" -> List.of(slice(net, y, 2, 4, 1), slice(net, y, 0, 2, 1));
      case "Gather" ->
          List.of(
              net.op("Gather", CHANNELS, y, net.longs(3, 0)),
              net.op("Gather", CHANNELS, y, net.longs(1, -2)));
      case "pools of a Split" -> {
        Attributes window = Attributes.NONE.with("kernel_shape", Net.each(2, 2));
        yield net.several("Split", CHANNELS, 2, y, net.longs(3, 1)).stream()
            .map(part -> net.op("AveragePool", window, part))
            .toList();
      }
      case "a few channels" -> List.of(slice(net, y, 1, 2, 1), slice(net, y, 2, 4, 1));
      default -> throw new IllegalArgumentException(by);
    };
  }

  /// The first part normalized, the last one as told, and another one between both; behind
  /// functions, so that none goes ahead.
  private static Value joined(Net net, Variant v, List<Value> parts) {
    Value[] all = parts.toArray(Value[]::new);
    for (int i = 0; i < all.length; i++) {
      String how = i < all.length - 1 ? "normalization" : v.text("beside");
      all[i] =
          switch (how) {
            case "normalization" -> net.op("Sigmoid", net.norm(all[i], v.slopes()));
            case "arithmetic" -> net.op("Abs", net.op("Mul", all[i], net.factors(1)));
            case "raw" -> all[i];
            default -> throw new IllegalArgumentException(how);
          };
    }
    return net.op("Concat", CHANNELS, all);
  }

  private static Value slice(Net net, Value x, long from, long to, long axis) {
    return net.op("Slice", x, net.longs(from), net.longs(to), net.longs(axis));
  }
}
