package dev.crease.compiler.op.nn;

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
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.Supported;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/// ONNX `Col2Im`: blocks `(N, C taps, positions)` that a window of size `block_shape` reads of
/// pictures `(N, C, image_shape...)`, added up to such pictures; the sum of truth values is "or".
///
/// @param dilations empty if left out, as `pads` and `strides`
public record Col2Im(List<Long> dilations, List<Long> pads, List<Long> strides)
    implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("Col2Im")
          .since(18)
          .optional("dilations", Attribute.Kind.INTS)
          .optional("pads", Attribute.Kind.INTS)
          .optional("strides", Attribute.Kind.INTS)
          .input("input", "T", TypeSets.ALL)
          .input("image_shape", "tensor(int64)", TypeSets.SHAPES)
          .input("block_shape", "tensor(int64)", TypeSets.SHAPES)
          .output("output", "T", TypeSets.ALL)
          .build(a -> new Col2Im(list(a, "dilations"), list(a, "pads"), list(a, "strides")));

  private static List<Long> list(Attributes attributes, String name) {
    return attributes.has(name) ? attributes.integers(name) : List.of();
  }

  public Col2Im {
    dilations = List.copyOf(dilations);
    pads = List.copyOf(pads);
    strides = List.copyOf(strides);
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    Attributes given = Attributes.NONE;
    given = dilations.isEmpty() ? given : given.with("dilations", dilations);
    given = pads.isEmpty() ? given : given.with("pads", pads);
    return strides.isEmpty() ? given : given.with("strides", strides);
  }

  private SlidingWindow window(List<Long> block) {
    return new WindowAttributes(AutoPad.NOTSET, dilations, block, pads, strides)
        .over("Col2Im", block.size(), false, block);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    OptionalLong count = operands.type(2).elements().known();
    Dim sizes = operands.type(1).elements();
    boolean fits = x.rank() == 3 && count.isPresent();
    if (!fits || sizes.isKnown() && !sizes.is(count.getAsLong())) {
      throw new InvalidOperandException(
          "Col2Im needs columns of rank 3 and as many sizes of blocks as of pictures, got %s, %s, %s"
              .formatted(x, operands.type(2), operands.type(1)));
    }
    List<Dim> image =
        operands.elements(1).orElseGet(() -> Axes.freshDims("Col2Im", operands, 1, 0, 1));
    if (Axes.areKnown(operands, 2)) {
      List<Long> block = Axes.known("Col2Im", operands, 2);
      requirePositions(x, window(block).outputs(image));
      return List.of(x.withDims(dims(x, image, block.stream().map(Dim::of).toList())));
    }
    List<Dim> dims = new ArrayList<>(List.of(x.dim(0), operands.freshSymbol()));
    dims.addAll(image);
    return List.of(x.withDims(dims));
  }

  private static void requirePositions(TensorType x, List<Dim> outputs) {
    Dim positions = outputs.stream().reduce(Dim.ONE, Dim::times);
    if (positions.isKnown() && x.dim(2).isKnown() && !positions.equals(x.dim(2))) {
      throw new InvalidOperandException(
          "the blocks of Col2Im have %s positions, got columns %s".formatted(positions, x));
    }
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    List<Long> block = Axes.of(inputs.get(2));
    SlidingWindow window = window(block);
    int rank = block.size();
    int[] shape = new int[rank + 2];
    int[] outputs = new int[rank];
    int[] kernel = block.stream().mapToInt(Math::toIntExact).toArray();
    shape[0] = x.dim(0);
    shape[1] = x.dim(1) / Strides.count(kernel);
    for (int axis = 0; axis < rank; axis++) {
      shape[2 + axis] = (int) inputs.get(1).data()[axis];
      outputs[axis] = (int) window.output(axis, Dim.of(shape[2 + axis])).known().getAsLong();
    }
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    int[] overTaps = Strides.rowMajor(kernel);
    int[] overOutputs = Strides.rowMajor(outputs);
    for (int i = 0; i < x.data().length; i++) {
      int row = i / x.dim(2);
      int place = row / Strides.count(kernel);
      boolean inside = true;
      for (int axis = 0; axis < rank; axis++) {
        int tap = row / overTaps[axis] % kernel[axis];
        int output = i % x.dim(2) / overOutputs[axis] % outputs[axis];
        int at =
            output * window.strides().get(axis)
                + tap * window.dilations().get(axis)
                - window.pads().get(axis);
        inside &= at >= 0 && at < shape[2 + axis];
        place = place * shape[2 + axis] + at;
      }
      if (inside) {
        y.data()[place] += x.data()[i];
        if (x.type() == ElementType.BOOL) {
          y.data()[place] = Math.min(y.data()[place], 1);
        }
      }
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    Supported.type(node, node.input(0), Supported.NUMERIC);
    TensorType y = node.output().type();
    int rank = y.rank() - 2;
    List<Dim> image = DataShape.elements(node.input(1), rank, to);
    List<Dim> block = DataShape.elements(node.input(2), rank, to);
    DataShape.equate(y, dims(node.input(0).type(), image, block), to);
    Calling.lower(
        node, to, Routine.COL2IM, List.of(node.input(0)), parameters(image, block), List.of());
  }

  /// The window, whose size may depend on data, and its positions along each axis.
  private List<Dim> parameters(List<Dim> image, List<Dim> block) {
    SlidingWindow taps = window(Collections.nCopies(block.size(), 1L));
    List<Dim> parameters = taps.parameters(image);
    for (int axis = 0; axis < block.size(); axis++) {
      parameters.set(axis, block.get(axis));
      Dim reach = block.get(axis).plus(-1).times(taps.dilations().get(axis));
      parameters.add(taps.output(axis, image.get(axis).minus(reach)));
    }
    return parameters;
  }

  private static List<Dim> dims(TensorType x, List<Dim> image, List<Dim> block) {
    List<Dim> dims = new ArrayList<>(List.of(x.dim(0)));
    dims.add(x.dim(1).floorDiv(block.stream().reduce(Dim.ONE, Dim::times)));
    dims.addAll(image);
    return dims;
  }
}
