package dev.crease.compiler.op.tensor;

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
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.PadMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// ONNX `CenterCropPad`: along each of `axes` (all, if left out) the middle of the input, or the
/// input in the middle of zeros, so that the size is what `shape` says. Where the difference is
/// odd, one more element is cut off or added at the end.
///
/// @param axes empty if left out
public record CenterCropPad(List<Long> axes) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("CenterCropPad")
          .since(18)
          .optional("axes", Attribute.Kind.INTS)
          .input("input_data", "T", TypeSets.ALL)
          .input("shape", "Tind", TypeSets.INDEXES)
          .output("output_data", "T", TypeSets.ALL)
          .build(a -> new CenterCropPad(a.has("axes") ? a.integers("axes") : List.of()));

  public CenterCropPad {
    axes = List.copyOf(axes);
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return axes.isEmpty() ? Attributes.NONE : Attributes.NONE.with("axes", axes);
  }

  private List<Integer> named(int rank) {
    if (axes.isEmpty()) {
      return IntStream.range(0, rank).boxed().toList();
    }
    Axes.normalize("CenterCropPad", axes, rank);
    return axes.stream().map(axis -> Axes.normalize("CenterCropPad", axis, rank)).toList();
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    List<Integer> named = named(x.rank());
    Dim count = operands.type(1).elements();
    if (operands.type(1).rank() != 1 || count.isKnown() && !count.is(named.size())) {
      throw new InvalidOperandException(
          "CenterCropPad needs a size for each of %d axes, got %s"
              .formatted(named.size(), operands.type(1)));
    }
    Optional<List<Dim>> sizes = operands.elements(1).map(list -> Axes.shape("CenterCropPad", list));
    List<Dim> given =
        sizes.orElseGet(() -> named.stream().map(_ -> operands.freshSymbol()).toList());
    return List.of(x.withDims(dims(x, named, given)));
  }

  private static List<Dim> dims(TensorType x, List<Integer> named, List<Dim> sizes) {
    List<Dim> dims = new ArrayList<>(x.dims());
    for (int i = 0; i < named.size(); i++) {
      dims.set(named.get(i), sizes.get(i));
    }
    return dims;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    List<Integer> named = named(x.rank());
    int[] shape = x.shape().clone();
    int[] shift = new int[shape.length];
    for (int i = 0; i < named.size(); i++) {
      int axis = named.get(i);
      shape[axis] = (int) inputs.get(1).data()[i];
      int crop = x.dim(axis) - shape[axis];
      shift[axis] = crop > 0 ? crop / 2 : -(-crop / 2);
    }
    int[] strides = Strides.rowMajor(shape);
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    for (int i = 0; i < y.data().length; i++) {
      int from = 0;
      boolean inside = true;
      for (int axis = 0; axis < shape.length; axis++) {
        int at = i / strides[axis] % shape[axis] + shift[axis];
        inside &= at >= 0 && at < x.dim(axis);
        from = from * x.dim(axis) + at;
      }
      y.data()[i] = inside ? x.data()[from] : 0;
    }
    return List.of(y);
  }

  /// Cuts first, then adds.
  @Override
  public void lower(Node node, Lowering to) {
    TensorType x = node.input(0).type();
    TensorType y = node.output().type();
    List<Integer> named = named(x.rank());
    List<Dim> sizes = DataShape.elements(node.input(1), named.size(), to);
    DataShape.equate(y, dims(x, named, sizes), to);
    List<Dim> cut = new ArrayList<>();
    List<Extent> starts = new ArrayList<>();
    List<Extent> begins = new ArrayList<>();
    for (int axis = 0; axis < x.rank(); axis++) {
      Dim less = x.dim(axis).minus(y.dim(axis));
      cut.add(x.dim(axis).min(y.dim(axis)));
      starts.add(to.extent(less.max(Dim.ZERO).floorDiv(Dim.of(2))));
      begins.add(to.extent(less.times(-1).max(Dim.ZERO).floorDiv(Dim.of(2))));
    }
    int whole = to.read(node.input(0), Layout.PLAIN);
    int middle = to.temporary(x.withDims(cut), Layout.PLAIN);
    to.emit(
        new Instruction.Slice(whole, middle, starts, Collections.nCopies(x.rank(), Extent.of(1))));
    int zero = Pad.zero(y, to);
    to.emit(
        new Instruction.Pad(
            PadMode.CONSTANT, middle, zero, to.write(node.output(), Layout.PLAIN), begins));
  }
}
