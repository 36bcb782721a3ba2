package dev.crease.compiler.op.vision;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.List;

/// ONNX `DeformConv`: a convolution of two dimensions whose tap `t` at position `p` of the output
/// reads `X` at `p stride + t dilation - pad + offset[n, group t, p]`, interpolated linearly with
/// zeros outside, times `mask[n, group t, p]` if there is one. The channels are `offset_group`
/// groups in order, each with offsets of its own.
///
/// @param kernel empty if left out, as `dilations`, `pads` and `strides`
public record DeformConv(
    List<Long> kernel,
    List<Long> dilations,
    List<Long> pads,
    List<Long> strides,
    int group,
    int offsetGroup)
    implements Primitive {
  private static final int BIAS = 3;
  private static final int MASK = 4;

  public static final OpSchema SCHEMA =
      OpSchema.named("DeformConv")
          .since(22)
          .optional("dilations", Attribute.Kind.INTS)
          .attribute("group", 1)
          .optional("kernel_shape", Attribute.Kind.INTS)
          .attribute("offset_group", 1)
          .optional("pads", Attribute.Kind.INTS)
          .optional("strides", Attribute.Kind.INTS)
          .input("X", "T", TypeSets.FLOATS)
          .input("W", "T", TypeSets.FLOATS)
          .input("offset", "T", TypeSets.FLOATS)
          .optionalInput("B", "T", TypeSets.FLOATS)
          .optionalInput("mask", "T", TypeSets.FLOATS)
          .output("Y", "T", TypeSets.FLOATS)
          .build(DeformConv::of);

  private static DeformConv of(Attributes a) {
    return new DeformConv(
        list(a, "kernel_shape"),
        list(a, "dilations"),
        list(a, "pads"),
        list(a, "strides"),
        a.intValue("group"),
        a.intValue("offset_group"));
  }

  private static List<Long> list(Attributes attributes, String name) {
    return attributes.has(name) ? attributes.integers(name) : List.of();
  }

  public DeformConv {
    kernel = sized("kernel_shape", kernel, 2, 1);
    dilations = sized("dilations", dilations, 2, 1);
    pads = sized("pads", pads, 4, 0);
    strides = sized("strides", strides, 2, 1);
    if (group < 1 || offsetGroup < 1) {
      throw new IllegalArgumentException(
          "group %d or offset_group %d is less than 1".formatted(group, offsetGroup));
    }
  }

  private static List<Long> sized(String name, List<Long> values, int size, long least) {
    boolean fits = values.isEmpty() || values.size() == size;
    if (!fits || values.stream().anyMatch(v -> v < least || v > Integer.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "%s is %s, expected %d numbers of at least %d; only two dimensions are supported"
              .formatted(name, values, size, least));
    }
    return List.copyOf(values);
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    Attributes given = Attributes.NONE.with("group", group).with("offset_group", offsetGroup);
    given = kernel.isEmpty() ? given : given.with("kernel_shape", kernel);
    given = dilations.isEmpty() ? given : given.with("dilations", dilations);
    given = pads.isEmpty() ? given : given.with("pads", pads);
    return strides.isEmpty() ? given : given.with("strides", strides);
  }

  private long stride(int axis) {
    return strides.isEmpty() ? 1 : strides.get(axis);
  }

  private long dilation(int axis) {
    return dilations.isEmpty() ? 1 : dilations.get(axis);
  }

  private long pad(int entry) {
    return pads.isEmpty() ? 0 : pads.get(entry);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    TensorType w = operands.type(1);
    TensorType offset = operands.type(2);
    if (x.rank() != 4 || w.rank() != 4 || offset.rank() != 4) {
      throw new InvalidOperandException(
          "DeformConv is supported in two dimensions, got X %s, W %s and offset %s"
              .formatted(x, w, offset));
    }
    List<Dim> dims = new ArrayList<>(List.of(x.dim(0), w.dim(0)));
    for (int axis = 0; axis < 2; axis++) {
      Dim span = w.dim(2 + axis).plus(-1).times(dilation(axis)).plus(1);
      Dim room = x.dim(2 + axis).plus(pad(axis) + pad(axis + 2)).minus(span);
      dims.add(room.floorDiv(Dim.of(stride(axis))).plus(1));
    }
    Dim taps = w.dim(2).times(w.dim(3)).times(offsetGroup);
    require("W", w, x.dim(1).floorDiv(Dim.of(group)), w, 1);
    require("offset", offset, dims.get(2), x, 2);
    require("offset", offset, dims.get(3), x, 3);
    require("offset", offset, taps.times(2), w, 1);
    if (operands.has(MASK)) {
      require("mask", operands.type(MASK), taps, w, 1);
    }
    return List.of(x.withDims(dims));
  }

  private static void require(String name, TensorType type, Dim dim, TensorType by, int axis) {
    boolean fits = type.rank() == 4;
    fits = fits && (!dim.isKnown() || !type.dim(axis).isKnown() || type.dim(axis).equals(dim));
    if (!fits) {
      throw new InvalidOperandException(
          "DeformConv by %s needs %s with %s along axis %d, got %s"
              .formatted(by, name, dim, axis, type));
    }
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    DoubleTensor w = inputs.get(1);
    DoubleTensor offset = inputs.get(2);
    int[] shape = {x.dim(0), w.dim(0), offset.dim(2), offset.dim(3)};
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    for (int i = 0; i < y.data().length; i++) {
      int column = i % shape[3];
      int row = i / shape[3] % shape[2];
      int map = i / shape[3] / shape[2] % shape[1];
      int n = i / shape[3] / shape[2] / shape[1];
      double sum = inputs.has(BIAS) ? inputs.get(BIAS).data()[map] : 0;
      for (int c = 0; c < w.dim(1); c++) {
        int channel = map / (w.dim(0) / group) * w.dim(1) + c;
        sum += taps(inputs, n, map, c, channel, row, column);
      }
      y.data()[i] = sum;
    }
    return List.of(y);
  }

  /// What one channel adds to one element.
  private double taps(
      EvaluationInputs inputs, int n, int map, int c, int channel, int row, int column) {
    DoubleTensor x = inputs.get(0);
    DoubleTensor w = inputs.get(1);
    DoubleTensor offset = inputs.get(2);
    int taps = w.dim(2) * w.dim(3);
    int first = channel / (x.dim(1) / offsetGroup) * taps;
    double sum = 0;
    for (int tap = 0; tap < taps; tap++) {
      double h =
          row * stride(0)
              - pad(0)
              + tap / w.dim(3) * dilation(0)
              + at(offset, n, (first + tap) * 2, row, column);
      double v =
          column * stride(1)
              - pad(1)
              + tap % w.dim(3) * dilation(1)
              + at(offset, n, (first + tap) * 2 + 1, row, column);
      double scale = inputs.has(MASK) ? at(inputs.get(MASK), n, first + tap, row, column) : 1;
      sum += scale * w.data()[(map * w.dim(1) + c) * taps + tap] * read(x, n, channel, h, v);
    }
    return sum;
  }

  private static double at(DoubleTensor tensor, int n, int c, int h, int w) {
    return tensor.data()[((n * tensor.dim(1) + c) * tensor.dim(2) + h) * tensor.dim(3) + w];
  }

  private static double read(DoubleTensor x, int n, int c, double row, double column) {
    double sum = 0;
    for (int h = 0; h < x.dim(2); h++) {
      double weight = 1 - Math.abs(row - h);
      for (int w = 0; weight > 0 && w < x.dim(3); w++) {
        double both = weight * Math.max(0, 1 - Math.abs(column - w));
        sum += both > 0 ? both * at(x, n, c, h, w) : 0;
      }
    }
    return sum;
  }

  @Override
  public void lower(Node node, Lowering to) {
    List<Dim> parameters = new ArrayList<>(List.of(Dim.of(group), Dim.of(offsetGroup)));
    parameters.addAll(List.of(Dim.of(stride(0)), Dim.of(stride(1))));
    parameters.addAll(List.of(Dim.of(dilation(0)), Dim.of(dilation(1))));
    parameters.addAll(List.of(Dim.of(pad(0)), Dim.of(pad(1))));
    Calling.lower(node, to, Routine.DEFORM_CONV, parameters, List.of());
  }
}
