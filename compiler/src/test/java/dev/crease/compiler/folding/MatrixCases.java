package dev.crease.compiler.folding;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import java.util.List;

/// A normalization behind products of matrices, and what only changes shapes in between.
final class MatrixCases {
  private static final int INPUTS = 5;
  private static final int OUTPUTS = 6;

  private static final Axis TYPE = Axis.of("type", "f32", "f64", "f16");
  private static final Axis SLOPES =
      Axis.of("slopes", Slopes.POSITIVE, Slopes.MIXED, Slopes.ONE_ZERO);

  private MatrixCases() {}

  static void addTo(CaseList cases) {
    cases.pairwise(
        Pattern.GEMM,
        List.of(
            Axis.of("C", "none", "scalar", "N", "1xN", "MxN", "Mx1", "1x1"),
            Axis.of("transA", 0, 1),
            Axis.of("transB", 0, 1),
            Axis.of("alpha", 1, 2, -1),
            Axis.of("beta", 1, 0, 3),
            TYPE,
            SLOPES),
        _ -> Expected.BEHIND,
        MatrixCases::gemm);
    cases.pairwise(
        Pattern.MATMUL,
        List.of(Axis.of("rows", 0, 1, 4), Axis.of("addend", "none", "row", "scalar"), TYPE, SLOPES),
        _ -> Expected.BEHIND,
        MatrixCases::matMul);
    cases.pairwise(
        Pattern.MATMUL_OF_HIGHER_RANK,
        List.of(
            Axis.of("form", "left", "left batch", "right transposed", "right two axes"),
            TYPE,
            SLOPES),
        _ -> Expected.BEHIND,
        MatrixCases::matMulOfHigherRank);
    cases.pairwise(
        Pattern.MATMUL_OF_HIGHER_RANK,
        List.of(
            Axis.of("bias beside it, then", "Transpose", "Reshape", "Transpose and Unsqueeze"),
            Axis.of("bias first", true, false),
            Axis.of("type", "f32", "f64"),
            SLOPES),
        _ -> Expected.BEHIND,
        MatrixCases::linearLayer);
    cases.add(
        Pattern.MATMUL_OF_HIGHER_RANK,
        "channels along the rows of the data",
        Expected.NORM_OF_OTHER_AXIS,
        net -> net.norm(net.op("MatMul", net.batch(4, 5), net.weights(5, 5))));
    cases.add(
        Pattern.MATMUL_OF_HIGHER_RANK,
        "both operands are given",
        Expected.NOTHING_LINEAR,
        net -> net.norm(net.op("MatMul", net.batch(4, 5), net.batch(5, 6))));
    cases.pairwise(
        Pattern.THROUGH_SHAPES,
        List.of(
            Axis.of(
                "shape",
                "flatten",
                "reshape",
                "squeeze",
                "unsqueeze",
                "identity",
                "transposed",
                "two transposed",
                "split channels",
                "flattened pixels"),
            Axis.of("bias", true, false),
            Axis.of("type", "f32", "f64"),
            SLOPES),
        _ -> Expected.BEHIND,
        MatrixCases::throughShapes);
    cases.pairwise(
        Pattern.THROUGH_SHAPES,
        List.of(Axis.of("type", "f16", "f32"), SLOPES, Axis.of("cast to", "f64")),
        _ -> Expected.BEHIND,
        (net, v) ->
            net.norm(cast(net, net.conv(net.picture(4, 2)), 11), v.slopes(), ElementType.FLOAT64));
    cases.pairwise(
        Pattern.THROUGH_SHAPES,
        List.of(Axis.of("type", "f32", "f64"), Axis.of("cast to", "f16")),
        _ -> Expected.ACROSS_FUNCTION,
        (net, v) ->
            net.norm(
                cast(net, net.conv(net.picture(4, 2)), 10), Slopes.MIXED, ElementType.FLOAT16));
  }

  private static Value cast(Net net, Value x, long to) {
    return net.op("Cast", Attributes.NONE.with("to", to), x);
  }

  private static Value gemm(Net net, Variant v) {
    String c = v.text("C");
    boolean transA = v.whole("transA") == 1;
    boolean transB = v.whole("transB") == 1;
    int rows = 3;
    boolean fixed = c.startsWith("M");
    Value a =
        transA ? net.input(INPUTS, rows) : fixed ? net.input(rows, INPUTS) : net.batch(INPUTS);
    Value b = transB ? net.weights(OUTPUTS, INPUTS) : net.weights(INPUTS, OUTPUTS);
    Attributes attributes =
        Attributes.NONE
            .with("transA", v.whole("transA"))
            .with("transB", v.whole("transB"))
            .with("alpha", (float) v.whole("alpha"))
            .with("beta", (float) v.whole("beta"));
    Value y =
        switch (c) {
          case "none" -> net.op("Gemm", attributes, a, b);
          case "scalar" -> net.op("Gemm", attributes, a, b, net.weights());
          case "N" -> net.op("Gemm", attributes, a, b, net.weights(OUTPUTS));
          case "1xN" -> net.op("Gemm", attributes, a, b, net.weights(1, OUTPUTS));
          case "MxN" -> net.op("Gemm", attributes, a, b, net.weights(rows, OUTPUTS));
          case "Mx1" -> net.op("Gemm", attributes, a, b, net.weights(rows, 1));
          case "1x1" -> net.op("Gemm", attributes, a, b, net.weights(1, 1));
          default -> throw new IllegalArgumentException(c);
        };
    return net.norm(y, v.slopes());
  }

  private static Value matMul(Net net, Variant v) {
    int rows = v.whole("rows");
    Value x = rows == 0 ? net.batch(INPUTS) : net.input(rows, INPUTS);
    Value y = net.op("MatMul", x, net.weights(INPUTS, OUTPUTS));
    Value sum =
        switch (v.text("addend")) {
          case "none" -> y;
          case "row" -> net.op("Add", y, net.weights(OUTPUTS));
          case "scalar" -> net.op("Add", net.weights(), y);
          default -> throw new IllegalArgumentException(v.text("addend"));
        };
    return net.norm(sum, v.slopes());
  }

  /// `x W + b` of rows, as a linear layer is exported, with channels put where they belong.
  private static Value linearLayer(Net net, Variant v) {
    Value product = net.op("MatMul", net.batch(6, INPUTS), net.weights(INPUTS, OUTPUTS));
    Value bias = net.weights(OUTPUTS);
    Value y = v.flag("bias first") ? net.op("Add", bias, product) : net.op("Add", product, bias);
    Attributes swap = Attributes.NONE.with("perm", List.of(0L, 2L, 1L));
    return net.norm(
        switch (v.text("bias beside it, then")) {
          case "Transpose" -> net.op("Transpose", swap, y);
          case "Reshape" -> net.op("Reshape", y, net.longs(-1, OUTPUTS));
          case "Transpose and Unsqueeze" ->
              net.op("Unsqueeze", net.op("Transpose", swap, y), net.longs(3));
          default -> throw new IllegalArgumentException(v.toString());
        },
        v.slopes());
  }

  private static Value matMulOfHigherRank(Net net, Variant v) {
    Value y =
        switch (v.text("form")) {
          case "left" -> net.op("MatMul", net.weights(4, 5), net.batch(5, 6));
          case "left batch" -> net.op("MatMul", net.weights(1, 4, 5), net.batch(5, 6));
          case "right transposed" -> {
            Value product = net.op("MatMul", net.batch(6, 5), net.weights(5, 4));
            yield net.op("Transpose", Attributes.NONE.with("perm", List.of(0L, 2L, 1L)), product);
          }
          case "right two axes" -> {
            Value product = net.op("MatMul", net.batch(3, 2, 5), net.weights(5, 4));
            List<Long> channelsFirst = List.of(0L, 3L, 1L, 2L);
            yield net.op("Transpose", Attributes.NONE.with("perm", channelsFirst), product);
          }
          default -> throw new IllegalArgumentException(v.text("form"));
        };
    return net.norm(y, v.slopes());
  }

  private static Value throughShapes(Net net, Variant v) {
    boolean bias = v.flag("bias");
    Value one = net.conv(Attributes.NONE, net.picture(4, 1), 4, 7, bias);
    Value y =
        switch (v.text("shape")) {
          case "flatten" -> net.op("Flatten", one);
          case "reshape" -> net.op("Reshape", one, net.longs(-1, 4));
          case "squeeze" -> net.op("Squeeze", one, net.longs(2));
          case "unsqueeze" -> net.op("Unsqueeze", one, net.longs(3));
          case "identity" -> net.op("Identity", net.op("Identity", one));
          case "transposed" -> {
            Attributes swap = Attributes.NONE.with("perm", List.of(0L, 1L, 3L, 2L));
            yield net.op("Transpose", swap, pictures(net, bias));
          }
          case "two transposed" -> {
            Attributes there = Attributes.NONE.with("perm", List.of(0L, 2L, 3L, 1L));
            Attributes back = Attributes.NONE.with("perm", List.of(0L, 3L, 1L, 2L));
            yield net.op("Transpose", back, net.op("Transpose", there, pictures(net, bias)));
          }
          case "split channels" ->
              net.op("Reshape", pictures(net, bias), net.longs(-1, 2, 2, 7, 6));
          case "flattened pixels" -> net.op("Reshape", pictures(net, bias), net.longs(0, 4, -1));
          default -> throw new IllegalArgumentException(v.text("shape"));
        };
    return net.norm(y, v.slopes());
  }

  private static Value pictures(Net net, boolean bias) {
    return net.conv(Attributes.NONE, net.picture(4, 2), 4, 1, bias);
  }
}
