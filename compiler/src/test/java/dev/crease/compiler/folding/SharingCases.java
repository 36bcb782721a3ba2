package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Value;
import java.util.List;
import java.util.function.BiFunction;

/// Results that several nodes read, and weights that several nodes have.
final class SharingCases {
  private static final List<String> PRODUCERS = List.of("Conv", "grouped Conv", "ConvTranspose");

  private SharingCases() {}

  static void addTo(CaseList cases) {
    for (String producer : PRODUCERS) {
      several(cases, producer, "another function", Expected.SEVERAL_CONSUMERS, SharingCases::read);
      several(cases, producer, "a residual", Expected.SEVERAL_CONSUMERS, SharingCases::added);
      several(cases, producer, "normalized twice", Expected.BOTH_NORMALIZED, SharingCases::twice);
      several(cases, producer, "asked for", Expected.RESULT_IS_OUTPUT, SharingCases::asked);
      several(cases, producer, "asked for its shape", Expected.BEHIND, SharingCases::measured);
      several(cases, producer, "factor beside", Expected.FACTOR_OF_SEVERAL, SharingCases::factor);
      several(
          cases, producer, "factor asked", Expected.FACTOR_OF_OUTPUT, SharingCases::askedFactor);
    }
    forward(cases);
    branches(cases);
    for (int rank = 1; rank <= 3; rank++) {
      shared(cases, rank);
    }
    sharedMatrix(cases);
  }

  private static Value produced(Net net, String producer) {
    Value x = net.picture(4, 2);
    return switch (producer) {
      case "Conv" -> net.conv(Attributes.NONE, x, 4, 3, true);
      case "grouped Conv" -> net.conv(Attributes.NONE.with("group", 2), x, 4, 3, false);
      case "ConvTranspose" -> net.convTranspose(Attributes.NONE, x, 4, 3, true);
      default -> throw new IllegalArgumentException(producer);
    };
  }

  private static void several(
      CaseList cases,
      String producer,
      String how,
      Expected expected,
      BiFunction<Net, Value, Graph> rest) {
    String name = producer + ", " + how;
    Net net = Net.float32(name.hashCode());
    cases.add(Pattern.SEVERAL_CONSUMERS, name, expected, rest.apply(net, produced(net, producer)));
  }

  private static Graph read(Net net, Value y) {
    return net.graph(net.norm(y), net.op("Sigmoid", y));
  }

  private static Graph added(Net net, Value y) {
    return net.graph(net.op("Add", net.op("Relu", net.norm(y)), y));
  }

  private static Graph twice(Net net, Value y) {
    return net.graph(net.norm(y), net.norm(y));
  }

  private static Graph asked(Net net, Value y) {
    return net.graph(net.norm(y), y);
  }

  private static Graph measured(Net net, Value y) {
    return net.graph(net.op("Shape", y), net.op("Size", y), net.norm(y));
  }

  private static Graph factor(Net net, Value y) {
    return net.graph(net.op("Mul", y, net.factors(4, 1, 1)), net.op("Sigmoid", y));
  }

  private static Graph askedFactor(Net net, Value y) {
    return net.graph(net.op("Add", y, net.factors(4, 1, 1)), y);
  }

  /// Blocks as RepVGG (arXiv 2101.03697) trains them.
  private static void branches(CaseList cases) {
    for (int group : new int[] {1, 2, 4}) {
      for (boolean identity : new boolean[] {false, true}) {
        cases.add(
            Pattern.SEVERAL_CONSUMERS,
            "branches of a sum, group %d%s".formatted(group, identity ? ", identity" : ""),
            identity ? Expected.BRANCH_OF_IDENTITY : Expected.BRANCHES,
            net -> {
              Value x = net.op("Relu", net.picture(4, 2));
              Attributes one = Attributes.NONE.with("group", group);
              Attributes three = one.with("pads", Net.each(4, 1));
              Value y = net.norm(net.conv(three, x, 4, 3, false));
              Value sum = net.op("Add", y, net.norm(net.conv(one, x, 4, 1, false)));
              return net.op("Relu", identity ? net.op("Add", sum, net.norm(x)) : sum);
            });
      }
    }
  }

  private static void forward(CaseList cases) {
    for (int readers = 2; readers <= 4; readers++) {
      int count = readers;
      cases.add(
          Pattern.SEVERAL_CONSUMERS,
          count + " convolutions read it, all take it",
          Expected.AHEAD,
          net -> {
            Value y = net.norm(net.picture(4, 2));
            Value sum = net.conv(y);
            for (int i = 1; i < count; i++) {
              sum = net.op("Add", sum, net.conv(y));
            }
            return sum;
          });
    }
    cases.add(
        Pattern.SEVERAL_CONSUMERS,
        "a convolution and a residual read it",
        Expected.ACROSS_FORWARD,
        net -> {
          Value y = net.norm(net.picture(4, 2));
          return net.op("Add", net.conv(y), y);
        });
    Net net = Net.float32(11);
    Value y = net.norm(net.picture(4, 2));
    cases.add(
        Pattern.SEVERAL_CONSUMERS,
        "a convolution reads it, and it is asked for",
        Expected.AHEAD_IS_OUTPUT,
        net.graph(net.conv(y), y));
  }

  /// Two convolutions with the same weights: none, one or both normalized, each another way.
  private static void shared(CaseList cases, int rank) {
    for (String which :
        List.of("one normalized", "both normalized", "bias too", "normalized ahead")) {
      String name = which + ", rank " + rank;
      Net net = Net.float32(name.hashCode());
      int[] dims = new int[rank + 2];
      java.util.Arrays.fill(dims, 3);
      dims[0] = 4;
      dims[1] = 4;
      Value w = net.weights(dims);
      Value b = which.equals("bias too") ? net.weights(4) : Value.ABSENT;
      Value x = net.picture(4, rank);
      Value z = net.op("Abs", x);
      boolean ahead = which.equals("normalized ahead");
      Value first = net.op("Conv", ahead ? net.norm(x) : x, w, b);
      Value second = net.op("Conv", z, w, b);
      boolean both = which.equals("both normalized") || which.equals("bias too");
      Graph graph = net.graph(ahead ? first : net.norm(first), both ? net.norm(second) : second);
      Expected expected = ahead ? Expected.AHEAD : Expected.BEHIND;
      cases.add(Pattern.SHARED_WEIGHTS, name, expected, graph);
    }
  }

  private static void sharedMatrix(CaseList cases) {
    Net net = Net.float32(5);
    Value w = net.weights(5, 5);
    Value x = net.batch(5);
    Value y = net.norm(net.op("Gemm", x, w));
    Graph graph = net.graph(net.norm(net.op("MatMul", net.op("Relu", y), w)));
    cases.add(Pattern.SHARED_WEIGHTS, "a Gemm and a MatMul", Expected.BEHIND, graph);
    Net other = Net.float32(6);
    Value p = other.weights(4);
    Value z = other.picture(4, 2);
    Value c = other.op("Conv", z, other.weights(4, 4, 1, 1), p);
    Value v = other.positive(4);
    Value normalized = other.op("BatchNormalization", c, p, p, p, v);
    cases.add(
        Pattern.SHARED_WEIGHTS,
        "bias, scale, shift and mean are one tensor",
        Expected.BEHIND,
        other.graph(normalized));
  }
}
