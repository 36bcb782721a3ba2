package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Value;
import java.util.List;

/// Operators that move, mix or resize pictures between a normalization and a linear operator.
final class MovingCases {
  private static final Axis SLOPES = Axis.of("slopes", Slopes.POSITIVE, Slopes.MIXED);
  private static final Axis ALL_SLOPES =
      Axis.of("slopes", Slopes.POSITIVE, Slopes.MIXED, Slopes.ONE_ZERO);
  private static final Axis TYPE = Axis.of("type", "f32", "f64");

  private MovingCases() {}

  static void addTo(CaseList cases) {
    behindConcat(cases);
    cases.pairwise(
        Pattern.AHEAD_OF_MOVES,
        List.of(
            Axis.of(
                "move",
                "Concat with other",
                "Concat of two",
                "Slice channels",
                "Slice pixels",
                "Gather channels",
                "Gather pixels",
                "Gather one row",
                "shuffle",
                "Tile channels",
                "Split channels",
                "Split pixels",
                "two Slices",
                "Transpose pixels"),
            TYPE,
            ALL_SLOPES),
        _ -> Expected.AHEAD,
        MovingCases::moved);
    Net net = Net.float32(3);
    Value a = net.norm(net.picture(4, 2));
    Value b = net.norm(net.picture(4, 2));
    Value y = net.conv(net.op("Concat", Attributes.NONE.with("axis", 1), a, b));
    cases.add(
        Pattern.AHEAD_OF_MOVES,
        "one of two in a Concat is an output",
        Expected.TIED_TO_AN_OUTPUT,
        net.graph(y, b));
    cases.pairwise(
        Pattern.AHEAD_OF_POOLS,
        List.of(
            Axis.of(
                "pool",
                "GlobalAveragePool",
                "GlobalMaxPool",
                "AveragePool",
                "AveragePool padded",
                "AveragePool counting its padding",
                "MaxPool",
                "MaxPool padded",
                "ReduceMean",
                "ReduceMean dropping an axis",
                "ReduceSum",
                "ReduceMax",
                "ReduceMin",
                "Tile",
                "Resize nearest",
                "Resize linear",
                "Resize cubic",
                "Pad edge",
                "Pad reflect",
                "Pad constant",
                "Neg",
                "Expand"),
            ALL_SLOPES),
        MovingCases::expectedOfPool,
        (n, v) -> n.conv(pool(n, v.text("pool"), n.norm(n.picture(4, 2), v.slopes()))));
    for (String pool : List.of("AveragePool counting its padding", "Pad constant", "MaxPool")) {
      cases.add(
          Pattern.AHEAD_OF_POOLS,
          pool + " lets a positive scale through",
          Expected.AHEAD,
          n -> n.conv(pool(n, pool, n.op("Mul", n.picture(4, 2), n.positive(4, 1, 1)))));
    }
    cases.pairwise(
        Pattern.AHEAD_OF_POOLS,
        List.of(
            Axis.of(
                "backward, pool",
                "GlobalAveragePool",
                "AveragePool",
                "ReduceMean",
                "ReduceMean dropping an axis",
                "ReduceSum",
                "Tile",
                "DepthToSpace",
                "DepthToSpace in rows",
                "Resize nearest",
                "Resize linear",
                "Pad edge",
                "Pad constant",
                "Neg",
                "Expand"),
            SLOPES),
        _ -> Expected.BEHIND,
        (n, v) -> n.norm(pool(n, v.text("backward, pool"), n.conv(n.picture(4, 2))), v.slopes()));
  }

  private static Expected expectedOfPool(Variant v) {
    if (v.text("pool").equals("Pad constant")) {
      // It becomes the padding of the convolution.
      return Expected.AHEAD;
    }
    boolean moves =
        switch (v.text("pool")) {
          case "AveragePool counting its padding" -> false;
          case "MaxPool", "MaxPool padded", "GlobalMaxPool", "ReduceMax", "ReduceMin" ->
              v.slopes() != Slopes.MIXED;
          default -> true;
        };
    return moves ? Expected.AHEAD : Expected.ACROSS_FORWARD;
  }

  private static void behindConcat(CaseList cases) {
    cases.pairwise(
        Pattern.BEHIND_CONCAT,
        List.of(
            Axis.of("branches", 2, 3),
            Axis.of("bias", true, false),
            Axis.of("axis", 1, 2),
            TYPE,
            ALL_SLOPES),
        _ -> Expected.BEHIND,
        (net, v) -> {
          Value x = net.picture(4, 2);
          Value[] branches = new Value[v.whole("branches")];
          for (int i = 0; i < branches.length; i++) {
            Attributes attributes = Attributes.NONE.with("group", 1 + i % 2);
            branches[i] = net.conv(attributes, x, 4, 1, v.flag("bias"));
          }
          Value all = net.op("Concat", Attributes.NONE.with("axis", v.whole("axis")), branches);
          return net.norm(all, v.slopes());
        });
    cases.pairwise(
        Pattern.BEHIND_CONCAT,
        List.of(
            Axis.of("sum by", "Add", "Sub", "Sum", "Mean"),
            Axis.of("bias", true, false),
            Axis.of("pixels of the second", 8, 1),
            TYPE,
            ALL_SLOPES),
        _ -> Expected.BEHIND,
        (net, v) -> {
          Value x = net.picture(4, 2);
          Value y = net.conv(Attributes.NONE, x, 4, 1, v.flag("bias"));
          Value mean = v.whole("pixels of the second") == 1 ? net.op("GlobalAveragePool", x) : x;
          Value z = net.conv(Attributes.NONE.with("group", 2), mean, 4, 1, !v.flag("bias"));
          return net.norm(net.op(v.text("sum by"), y, z), v.slopes());
        });
    parts(cases);
    cases.add(
        Pattern.BEHIND_CONCAT,
        "one branch is a constant",
        Expected.BEHIND,
        net -> {
          Value y = net.conv(net.input(2, 4, 7, 6));
          Value beside = net.weights(2, 3, 7, 6);
          return net.norm(net.op("Concat", Attributes.NONE.with("axis", 1), y, beside));
        });
    cases.add(
        Pattern.BEHIND_CONCAT,
        "what is added is a constant",
        Expected.BEHIND,
        net -> net.norm(net.op("Add", net.weights(4, 7, 6), net.conv(net.picture(4, 2)))));
    for (String other : List.of("the input", "a Relu of a Conv", "a pool of the input")) {
      cases.add(
          Pattern.BEHIND_CONCAT,
          "one branch is " + other,
          Expected.NOT_ALL_BRANCHES,
          net -> {
            Value x = net.picture(4, 2);
            Value branch =
                switch (other) {
                  case "the input" -> x;
                  case "a Relu of a Conv" -> net.op("Relu", net.conv(x));
                  default -> pool(net, "AveragePool", net.picture(4, 2));
                };
            Value y = branch.equals(x) || other.startsWith("a Relu") ? net.conv(x) : small(net);
            return net.norm(net.op("Concat", Attributes.NONE.with("axis", 1), y, branch));
          });
    }
  }

  private static void parts(CaseList cases) {
    cases.pairwise(
        Pattern.BEHIND_CONCAT,
        List.of(
            Axis.of("parts by", "Split", "Slice", "Gather", "pixels", "sum of halves"),
            Axis.of("of a", "Conv", "grouped Conv", "ConvTranspose"),
            TYPE,
            ALL_SLOPES),
        _ -> Expected.BEHIND,
        (net, v) -> net.norm(joinedParts(net, v), v.slopes()));
    cases.add(
        Pattern.BEHIND_CONCAT,
        "a part is in two places",
        Expected.READ_TWICE,
        net -> {
          Value y = net.conv(net.picture(4, 2));
          Value overlap = slice(net, y, 1, 3, 1);
          Attributes axis = Attributes.NONE.with("axis", 1);
          return net.norm(net.op("Concat", axis, overlap, slice(net, y, 2, 4, 1)));
        });
  }

  /// All of a result, put together again in another order.
  private static Value joinedParts(Net net, Variant v) {
    Value x = net.picture(4, 2);
    Value y =
        switch (v.text("of a")) {
          case "Conv" -> net.conv(Attributes.NONE, x, 4, 3, true);
          case "grouped Conv" -> net.conv(Attributes.NONE.with("group", 2), x, 4, 1, false);
          case "ConvTranspose" -> net.convTranspose(Attributes.NONE, x, 4, 1, false);
          default -> throw new IllegalArgumentException(v.text("of a"));
        };
    Attributes axis = Attributes.NONE.with("axis", 1);
    return switch (v.text("parts by")) {
      case "Split" -> {
        List<Value> parts = net.several("Split", axis, 3, y, net.longs(1, 2, 1));
        yield net.op("Concat", axis, parts.get(2), parts.get(0), parts.get(1));
      }
      case "Slice" -> {
        Value first = pool(net, "AveragePool", slice(net, y, 0, 3, 1));
        yield net.op("Concat", axis, pool(net, "AveragePool", slice(net, y, 3, 4, 1)), first);
      }
      case "Gather" -> {
        Value even = net.op("Gather", axis, y, net.longs(0, 2));
        yield net.op("Concat", axis, even, net.op("Gather", axis, y, net.longs(3, -3)));
      }
      case "pixels" -> {
        Attributes height = Attributes.NONE.with("axis", 2);
        yield net.op("Concat", height, slice(net, y, 2, 5, 2), slice(net, y, 0, 3, 2));
      }
      case "sum of halves" -> net.op("Add", slice(net, y, 2, 4, 1), slice(net, y, 0, 2, 1));
      default -> throw new IllegalArgumentException(v.text("parts by"));
    };
  }

  /// A convolution of the size that the pool has.
  private static Value small(Net net) {
    return net.conv(net.batch(4, 6, 5));
  }

  private static Value moved(Net net, Variant v) {
    Value y = net.norm(net.picture(4, 2), v.slopes());
    return switch (v.text("move")) {
      case "Concat with other" ->
          net.conv(net.op("Concat", Attributes.NONE.with("axis", 1), y, net.picture(2, 2)));
      case "Concat of two" -> {
        Value other = net.norm(net.op("Sigmoid", net.picture(2, 2)), Slopes.POSITIVE);
        yield net.conv(net.op("Concat", Attributes.NONE.with("axis", 1), other, y));
      }
      case "Slice channels" -> net.conv(slice(net, y, 1, 4, 1));
      case "Slice pixels" -> net.conv(slice(net, y, 1, 5, 2));
      case "Gather channels" ->
          net.conv(net.op("Gather", Attributes.NONE.with("axis", 1), y, net.longs(3, 0, -2)));
      case "Gather pixels" ->
          net.conv(net.op("Gather", Attributes.NONE.with("axis", 2), y, net.longs(3, 0)));
      case "Gather one row" ->
          net.conv(net.op("Gather", Attributes.NONE.with("axis", 2), y, net.longScalar(3)));
      case "Tile channels" -> net.conv(net.op("Tile", y, net.longs(1, 2, 1, 1)));
      case "shuffle" -> {
        Value groups = net.op("Reshape", y, net.longs(-1, 2, 2, 7, 6));
        Attributes swap = Attributes.NONE.with("perm", List.of(0L, 2L, 1L, 3L, 4L));
        Value swapped = net.op("Transpose", swap, groups);
        yield net.conv(net.op("Reshape", swapped, net.longs(-1, 4, 7, 6)));
      }
      case "Split channels" -> {
        Attributes attributes = Attributes.NONE.with("axis", 1);
        List<Value> parts = net.several("Split", attributes, 2, y, net.longs(1, 3));
        yield net.op("Concat", attributes, net.conv(parts.get(1)), net.conv(parts.get(0)));
      }
      case "Split pixels" -> {
        Attributes attributes = Attributes.NONE.with("axis", -1).with("num_outputs", 2);
        List<Value> parts = net.several("Split", attributes, 2, y);
        yield net.op("Add", net.conv(parts.get(0)), net.conv(parts.get(1)));
      }
      case "two Slices" ->
          net.op("Add", net.conv(slice(net, y, 0, 2, 1)), net.conv(slice(net, y, 2, 4, 1)));
      case "Transpose pixels" ->
          net.conv(net.op("Transpose", Attributes.NONE.with("perm", List.of(0L, 1L, 3L, 2L)), y));
      default -> throw new IllegalArgumentException(v.text("move"));
    };
  }

  private static Value slice(Net net, Value x, long from, long to, long axis) {
    return net.op("Slice", x, net.longs(from), net.longs(to), net.longs(axis));
  }

  private static Value pool(Net net, String kind, Value x) {
    Attributes window = Attributes.NONE.with("kernel_shape", Net.each(2, 2));
    Attributes padded = window.with("pads", Net.each(4, 1));
    return switch (kind) {
      case "GlobalAveragePool", "GlobalMaxPool", "Neg" -> net.op(kind, x);
      case "Expand" -> net.op("Expand", net.op("GlobalAveragePool", x), net.longs(1, 1, 2, 3));
      case "AveragePool", "MaxPool" -> net.op(kind, window, x);
      case "AveragePool padded" -> net.op("AveragePool", padded, x);
      case "AveragePool counting its padding" ->
          net.op("AveragePool", padded.with("count_include_pad", 1), x);
      case "MaxPool padded" -> net.op("MaxPool", padded, x);
      case "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin" -> net.op(kind, x, net.longs(2, 3));
      case "Tile" -> net.op("Tile", x, net.longs(1, 1, 2, 1));
      case "DepthToSpace" -> net.op(kind, Attributes.NONE.with("blocksize", 2), x);
      case "DepthToSpace in rows" ->
          net.op("DepthToSpace", Attributes.NONE.with("blocksize", 2).with("mode", "CRD"), x);
      case "ReduceMean dropping an axis" ->
          net.op("ReduceMean", Attributes.NONE.with("keepdims", 0), x, net.longs(-2));
      case "Resize nearest", "Resize linear", "Resize cubic" -> {
        Attributes mode = Attributes.NONE.with("mode", kind.substring("Resize ".length()));
        Value scales = net.constant("scales", new double[] {1, 1, 2, 2});
        yield net.op("Resize", mode, x, Value.ABSENT, scales);
      }
      case "Pad edge", "Pad reflect", "Pad constant" -> {
        Attributes mode = Attributes.NONE.with("mode", kind.substring("Pad ".length()));
        yield net.op("Pad", mode, x, net.longs(0, 0, 1, 2, 0, 0, 0, 1));
      }
      default -> throw new IllegalArgumentException(kind);
    };
  }
}
