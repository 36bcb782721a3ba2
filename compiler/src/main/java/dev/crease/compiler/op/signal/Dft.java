package dev.crease.compiler.op.signal;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// ONNX `DFT`: the discrete Fourier transform along one axis, or its inverse, which is divided by
/// the length. The last axis holds real and imaginary parts, or real parts alone.
///
/// `dft_length` cuts the signal or fills it up with zeros. One-sided, the transform of a real
/// signal gives the first `floor(length / 2) + 1` values, and the inverse takes so many and gives
/// real numbers, `2 (n - 1)` of `n` values unless a length is given.
public record Dft(boolean inverse, boolean onesided) implements Primitive {
  private static final int LENGTH = 1;
  private static final int AXIS = 2;

  /// The axis unless one is given.
  private static final Dim LAST = Dim.of(-2);

  public static final OpSchema SCHEMA =
      OpSchema.named("DFT")
          .since(20)
          .attribute("inverse", 0)
          .attribute("onesided", 0)
          .input("input", "T1", TypeSets.FLOATS)
          .optionalInput("dft_length", "T2", TypeSets.INDEXES)
          .optionalInput("axis", "", TypeSets.INDEXES)
          .output("output", "T1", TypeSets.FLOATS)
          .build(a -> new Dft(a.flag("inverse"), a.flag("onesided")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("inverse", inverse ? 1 : 0).with("onesided", onesided ? 1 : 0);
  }

  private static int axis(long axis, int rank) {
    int along = Axes.normalize("DFT", axis, rank);
    if (along == rank - 1) {
      throw new InvalidOperandException(
          "axis of DFT is the last one, which holds real and imaginary parts");
    }
    return along;
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    boolean complex = x.rank() >= 2 && x.dim(-1).is(2);
    boolean parts = x.rank() >= 2 && (complex || x.dim(-1).is(1) || !x.dim(-1).isKnown());
    if (!parts || complex && onesided && !inverse) {
      throw new InvalidOperandException(
          "DFT%s needs %s in the last of two or more dimensions, got %s"
              .formatted(
                  onesided ? " with onesided" : "",
                  onesided && !inverse ? "real parts" : "real or real and imaginary parts",
                  x));
    }
    Optional<Dim> along =
        (operands.has(AXIS) ? Scalar.of(operands, AXIS) : Optional.of(LAST))
            .map(axis -> along(axis, x.rank()));
    Optional<Dim> given = Scalar.of(operands, LENGTH);
    if (along.isPresent() && given.isPresent() == operands.has(LENGTH)) {
      return List.of(x.withDims(Axes.shape("DFT", dims(x, along.get(), given))));
    }
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < x.rank() - 1; i++) {
      boolean other = along.filter(Dim::isKnown).isPresent() && !along.get().is(i);
      dims.add(other ? x.dim(i) : operands.freshSymbol());
    }
    dims.add(parts());
    return List.of(x.withDims(dims));
  }

  /// @param given the length of the transform, if it is given
  private List<Dim> dims(TensorType x, Dim along, Optional<Dim> given) {
    List<Dim> dims = new ArrayList<>();
    for (int i = 0; i < x.rank() - 1; i++) {
      Dim length = given.orElse(length(x.dim(i)));
      Dim values = onesided && !inverse ? length.floorDiv(Dim.of(2)).plus(1) : length;
      Dim change = values.minus(x.dim(i));
      dims.add(x.dim(i).plus(change.times(isAxis(i, along))));
    }
    dims.add(parts());
    return dims;
  }

  private Dim parts() {
    return inverse && onesided ? Dim.ONE : Dim.of(2);
  }

  /// The axis counted from 0, which may depend on shapes.
  private static Dim along(Dim axis, int rank) {
    if (axis.isKnown()) {
      return Dim.of(axis(axis.known().getAsLong(), rank));
    }
    Dim negative = axis.times(-1).max(Dim.ZERO).min(Dim.ONE);
    return axis.plus(negative.times(rank));
  }

  /// 1 if dimension `i` is the axis, else 0.
  private static Dim isAxis(int i, Dim along) {
    Dim distance = along.plus(-i).max(along.times(-1).plus(i));
    return Dim.ONE.minus(distance.min(Dim.ONE));
  }

  /// The length of the transform if none is given.
  private Dim length(Dim given) {
    return inverse && onesided ? given.plus(-1).times(2) : given;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int along = axis(inputs.has(AXIS) ? (long) inputs.get(AXIS).data()[0] : -2, x.rank());
    int length =
        inputs.has(LENGTH)
            ? (int) inputs.get(LENGTH).data()[0]
            : (int) length(Dim.of(x.dim(along))).known().getAsLong();
    int[] shape = x.shape().clone();
    shape[along] = onesided && !inverse ? length / 2 + 1 : length;
    shape[x.rank() - 1] = inverse && onesided ? 1 : 2;
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    int parts = y.dim(x.rank() - 1);
    int inner = Strides.count(shape, along + 1, x.rank() - 1);
    int lines = inner * Strides.count(shape, 0, along);
    for (int line = 0; line < lines && length > 0; line++) {
      double[] re = part(x, 0, along, line, inner, length);
      double[] im = part(x, 1, along, line, inner, length);
      for (int k = 0; k < shape[along]; k++) {
        double[] value = FourierSum.of(re, im, k, inverse);
        int at = ((line / inner * shape[along] + k) * inner + line % inner) * parts;
        for (int i = 0; i < parts; i++) {
          y.data()[at + i] = inverse ? value[i] / length : value[i];
        }
      }
    }
    return List.of(y);
  }

  /// The real (0) or imaginary (1) parts of a line, cut or filled up to `length`; of half a
  /// spectrum, the whole.
  private double[] part(DoubleTensor x, int part, int along, int line, int inner, int length) {
    int parts = x.dim(x.rank() - 1);
    boolean half = inverse && onesided;
    double[] values = new double[length];
    for (int n = 0; n < length && part < parts; n++) {
      boolean mirrored = half && n > length / 2;
      int from = mirrored ? length - n : n;
      boolean real = half && (from == 0 || 2 * from == length);
      if (from < x.dim(along) && !(part == 1 && real)) {
        int at = (line / inner * x.dim(along) + from) * inner + line % inner;
        double value = x.data()[at * parts + part];
        values[n] = part == 1 && mirrored ? -value : value;
      }
    }
    return values;
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType x = node.input(0).type();
    Dim along =
        (node.hasInput(AXIS) ? to.graph().elements(node.input(AXIS)) : Optional.of(List.of(LAST)))
            .filter(list -> list.size() == 1)
            .map(list -> along(list.getFirst(), x.rank()))
            .orElseGet(() -> DataShape.axis(node.input(AXIS), x.rank(), to));
    Optional<Dim> given =
        node.hasInput(LENGTH)
            ? Optional.of(DataShape.element(node.input(LENGTH), to))
            : Optional.empty();
    DataShape.equate(node.output().type(), dims(x, along, given), to);
    Dim length = given.orElse(Dim.ZERO);
    for (int i = 0; i < x.rank() - 1 && given.isEmpty(); i++) {
      length = length.plus(length(x.dim(i)).times(isAxis(i, along)));
    }
    List<Dim> integers = List.of(along, length, Dim.of(inverse ? 1 : 0), Dim.of(onesided ? 1 : 0));
    Calling.lower(node, to, Routine.DFT, List.of(node.input(0)), integers, List.of());
  }
}
