package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Value;
import java.util.List;

/// Arithmetic with constants behind a linear operator: alone, as a normalization is written where
/// it is not known as one, and in chains.
final class ArithmeticCases {
  private static final Axis PRODUCER =
      Axis.of(
          "behind", "Conv", "Conv with bias", "grouped Conv", "ConvTranspose", "Gemm", "MatMul");
  private static final Axis CONSTANT = Axis.of("constant", "scalar", "one", "channels");
  private static final Axis CONSTANT_FIRST = Axis.of("constant first", false, true);
  private static final Axis TYPE = Axis.of("type", "f32", "f64");
  private static final Axis SLOPES =
      Axis.of("slopes", Slopes.POSITIVE, Slopes.MIXED, Slopes.ONE_ZERO);

  private ArithmeticCases() {}

  static void addTo(CaseList cases) {
    List<Axis> axes = List.of(PRODUCER, CONSTANT, CONSTANT_FIRST, TYPE);
    cases.pairwise(
        Pattern.MULTIPLIED, axes, _ -> Expected.ARITHMETIC, (net, v) -> behind(net, v, "Mul"));
    cases.pairwise(
        Pattern.ADDED,
        List.of(withoutMatMul(), CONSTANT, CONSTANT_FIRST, TYPE),
        _ -> Expected.ARITHMETIC,
        (net, v) -> behind(net, v, "Add"));
    cases.pairwise(
        Pattern.SUBTRACTED_DIVIDED,
        List.of(Axis.of("operator", "Sub"), withoutMatMul(), CONSTANT, CONSTANT_FIRST, TYPE),
        _ -> Expected.ARITHMETIC,
        (net, v) -> behind(net, v, "Sub"));
    cases.pairwise(
        Pattern.SUBTRACTED_DIVIDED,
        List.of(Axis.of("operator", "Div"), PRODUCER, CONSTANT, CONSTANT_FIRST, TYPE),
        v -> v.flag("constant first") ? Expected.DIVISOR : Expected.ARITHMETIC,
        (net, v) -> behind(net, v, "Div"));
    nearMisses(cases);
    cases.pairwise(
        Pattern.DECOMPOSED,
        List.of(
            PRODUCER,
            Axis.of("deviation", "Sqrt", "Pow", "Reciprocal", "Pow -0.5"),
            Axis.of("factor first", false, true)),
        _ -> Expected.ARITHMETIC,
        ArithmeticCases::decomposed);
    merged(cases);
    chains(cases);
  }

  private static Axis withoutMatMul() {
    return new Axis(PRODUCER.name(), PRODUCER.values().subList(0, PRODUCER.values().size() - 1));
  }

  private static void nearMisses(CaseList cases) {
    for (String operator : List.of("Mul", "Add")) {
      Pattern pattern = operator.equals("Mul") ? Pattern.MULTIPLIED : Pattern.ADDED;
      cases.add(
          pattern,
          operator + " along the last axis",
          Expected.OTHER_AXIS,
          net -> net.op(operator, net.conv(net.picture(4, 2)), net.factors(6)));
      cases.add(
          pattern,
          operator + " enlarges the result",
          Expected.OTHER_AXIS,
          net -> {
            Value one = net.conv(Attributes.NONE, net.picture(4, 2), 1, 1, false);
            return net.op(operator, one, net.factors(4, 1, 1));
          });
      cases.add(
          pattern,
          operator + " of each pixel",
          Expected.OTHER_AXIS,
          net -> net.op(operator, net.conv(net.picture(4, 2)), net.factors(4, 7, 6)));
      cases.add(
          pattern,
          operator + " may be overridden",
          Expected.FACTOR_OVERRIDABLE,
          net -> net.op(operator, net.conv(net.picture(4, 2)), net.overridable("k", 4, 1, 1)));
    }
    cases.add(
        Pattern.SUBTRACTED_DIVIDED,
        "division by 0",
        Expected.DIVIDES_BY_ZERO,
        net -> net.op("Div", net.conv(net.picture(4, 2)), net.scalar(0)));
  }

  /// A linear operator with 4 channels.
  private static Value linear(Net net, String kind) {
    return switch (kind) {
      case "Conv" -> net.conv(Attributes.NONE, net.picture(3, 2), 4, 3, false);
      case "Conv with bias" ->
          net.conv(Attributes.NONE.with("pads", Net.each(4, 1)), net.picture(3, 2), 4, 3, true);
      case "grouped Conv" ->
          net.conv(Attributes.NONE.with("group", 2), net.picture(4, 1), 4, 3, true);
      case "ConvTranspose" ->
          net.convTranspose(
              Attributes.NONE.with("group", 2).with("strides", Net.each(2, 2)),
              net.picture(4, 2),
              4,
              3,
              false);
      case "Gemm" -> net.op("Gemm", net.batch(5), net.weights(5, 4), net.weights(4));
      case "MatMul" -> net.op("MatMul", net.batch(5), net.weights(5, 4));
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static Value behind(Net net, Variant v, String operator) {
    Value y = linear(net, v.text("behind"));
    Value c =
        switch (v.text("constant")) {
          case "scalar" -> net.scalar(1.75);
          case "one" -> net.factors(1);
          case "channels" -> net.factors(Net.aligned(y));
          default -> throw new IllegalArgumentException(v.text("constant"));
        };
    return v.flag("constant first") ? net.op(operator, c, y) : net.op(operator, y, c);
  }

  /// `gamma (y - mean) / sqrt(variance + epsilon) + beta`, the deviation computed by nodes.
  private static Value decomposed(Net net, Variant v) {
    Value y = linear(net, v.text("behind"));
    int[] dims = Net.aligned(y);
    Value variance = net.op("Add", net.positive(dims), net.scalar(1e-3));
    Value centred = net.op("Sub", y, net.weights(dims));
    Value normalized =
        switch (v.text("deviation")) {
          case "Sqrt" -> net.op("Div", centred, net.op("Sqrt", variance));
          case "Pow" -> net.op("Div", centred, net.op("Pow", variance, net.scalar(0.5)));
          case "Pow -0.5" -> net.op("Mul", centred, net.op("Pow", variance, net.scalar(-0.5)));
          case "Reciprocal" ->
              net.op("Mul", net.op("Reciprocal", net.op("Sqrt", variance)), centred);
          default -> throw new IllegalArgumentException(v.text("deviation"));
        };
    Value gamma = net.factors(dims);
    Value beta = net.weights(dims);
    return v.flag("factor first")
        ? net.op("Add", beta, net.op("Mul", gamma, normalized))
        : net.op("Add", net.op("Mul", normalized, gamma), beta);
  }

  private static void merged(CaseList cases) {
    cases.pairwise(
        Pattern.MERGED,
        List.of(
            Axis.of(
                "second",
                "BatchNormalization",
                "Mul",
                "Add",
                "Sub",
                "Div",
                "Sub from",
                "Mul by scalar"),
            Axis.of("rank", 2, 1, 3),
            TYPE,
            SLOPES),
        _ -> Expected.MERGED,
        (net, v) -> {
          Value x = net.op("Sigmoid", net.picture(4, v.whole("rank")));
          return second(net, net.norm(x, v.slopes()), v.text("second"));
        });
    cases.add(
        Pattern.MERGED,
        "arithmetic alone",
        Expected.MERGED,
        net -> {
          Value x = net.op("Sigmoid", net.picture(4, 2));
          return net.op("Add", net.op("Mul", x, net.factors(4, 1, 1)), net.factors(4, 1, 1));
        });
    Net net = Net.float32(1);
    Value first = net.norm(net.op("Sigmoid", net.picture(4, 2)));
    Value other = net.op("Abs", first);
    cases.add(
        Pattern.MERGED,
        "the first is read twice",
        Expected.MERGE_OF_SEVERAL,
        net.graph(net.norm(first), other));
  }

  private static Value second(Net net, Value y, String kind) {
    int[] dims = Net.aligned(y);
    return switch (kind) {
      case "BatchNormalization" -> net.norm(y);
      case "Mul", "Add", "Sub", "Div" -> net.op(kind, y, net.factors(dims));
      case "Sub from" -> net.op("Sub", net.factors(dims), y);
      case "Mul by scalar" -> net.op("Mul", net.scalar(0.1), y);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  /// Three steps: a factor, a normalization and another step, each with numbers that are not exact.
  private static void chains(CaseList cases) {
    cases.pairwise(
        Pattern.CHAINS,
        List.of(
            PRODUCER,
            Axis.of("last", "BatchNormalization", "Mul", "Add", "Sub", "Div", "Sub from"),
            TYPE),
        _ -> Expected.BEHIND,
        (net, v) -> {
          Value scaled = net.op("Mul", linear(net, v.text("behind")), net.scalar(0.1));
          return second(net, net.norm(scaled), v.text("last"));
        });
    cases.pairwise(
        Pattern.CHAINS,
        List.of(
            Axis.of("then windows of 1, first pads", "none", "even"),
            Axis.of("bias", true, false),
            Axis.of("group", 1, 2)),
        _ -> Expected.COMPOSED,
        (net, v) -> {
          Attributes first =
              Attributes.NONE
                  .with("pads", Net.pads(v.text("then windows of 1, first pads"), 2))
                  .with("group", v.whole("group"));
          Value y = net.norm(net.conv(first, net.picture(4, 2), 4, 3, v.flag("bias")));
          return net.norm(net.conv(Attributes.NONE, y, 6, 1, v.flag("bias")));
        });
  }
}
