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
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// ONNX `MaxUnpool`: zeros, and each element of `X` where its entry of `I` says that `MaxPool`
/// found it. Indices count in a tensor of the size that the window's attributes give `X`'s origin;
/// with `output_shape` that tensor is the leading corner of the result.
///
/// @param pads empty if left out, as `strides`
public record MaxUnpool(List<Long> kernel, List<Long> pads, List<Long> strides)
    implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("MaxUnpool")
          .since(22)
          .attribute("kernel_shape", Attribute.Kind.INTS)
          .optional("pads", Attribute.Kind.INTS)
          .optional("strides", Attribute.Kind.INTS)
          .input("X", "T1", TypeSets.FLOATS)
          .input("I", "T2", TypeSets.SHAPES)
          .optionalInput("output_shape", "T2", TypeSets.SHAPES)
          .output("output", "T1", TypeSets.FLOATS)
          .build(
              a ->
                  new MaxUnpool(
                      a.integers("kernel_shape"),
                      a.has("pads") ? a.integers("pads") : List.of(),
                      a.has("strides") ? a.integers("strides") : List.of()));

  public MaxUnpool {
    kernel = List.copyOf(kernel);
    pads = List.copyOf(pads);
    strides = List.copyOf(strides);
    boolean fits =
        (pads.isEmpty() || pads.size() == 2 * kernel.size())
            && (strides.isEmpty() || strides.size() == kernel.size());
    if (!fits) {
      throw new IllegalArgumentException(
          "kernel_shape %s, pads %s and strides %s are of different lengths"
              .formatted(kernel, pads, strides));
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    Attributes given = Attributes.NONE.with("kernel_shape", kernel);
    given = pads.isEmpty() ? given : given.with("pads", pads);
    return strides.isEmpty() ? given : given.with("strides", strides);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    if (x.rank() != kernel.size() + 2 || !x.agreesWith(operands.type(1).withElement(x.element()))) {
      throw new InvalidOperandException(
          "MaxUnpool with kernel_shape %s does not take %s at %s"
              .formatted(kernel, x, operands.type(1)));
    }
    if (!operands.has(2)) {
      return List.of(x.withDims(counted(x)));
    }
    Optional<List<Dim>> shape = operands.elements(2);
    if (shape.isPresent() && shape.get().size() == x.rank()) {
      return List.of(x.withDims(Axes.shape("MaxUnpool", shape.get())));
    }
    if (shape.isPresent()) {
      throw new InvalidOperandException(
          "MaxUnpool of %s needs an output_shape of its rank, got %s".formatted(x, shape.get()));
    }
    return List.of(x.withDims(x.dims().stream().map(_ -> operands.freshSymbol()).toList()));
  }

  /// The shape of the tensor in which indices count.
  private List<Dim> counted(TensorType x) {
    List<Dim> dims = new ArrayList<>(x.dims());
    int spatial = kernel.size();
    for (int axis = 0; axis < spatial; axis++) {
      long stride = strides.isEmpty() ? 1 : strides.get(axis);
      long padding = pads.isEmpty() ? 0 : pads.get(axis) + pads.get(spatial + axis);
      Dim last = x.dim(2 + axis).plus(-1).times(stride);
      dims.set(2 + axis, last.plus(kernel.get(axis) - padding));
    }
    return dims;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    long[] given = Arrays.stream(x.shape()).asLongStream().toArray();
    int[] counted =
        counted(TensorType.of(x.type(), given)).stream()
            .mapToInt(dim -> (int) dim.known().getAsLong())
            .toArray();
    int[] shape =
        inputs.has(2)
            ? Arrays.stream(inputs.get(2).data()).mapToInt(size -> (int) size).toArray()
            : counted;
    int[] from = Strides.rowMajor(counted);
    int[] to = Strides.rowMajor(shape);
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    for (int i = 0; i < x.data().length; i++) {
      int index = (int) inputs.get(1).data()[i];
      int place = 0;
      for (int axis = 0; axis < shape.length; axis++) {
        place += index / from[axis] * to[axis];
        index %= from[axis];
      }
      y.data()[place] = x.data()[i];
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType y = node.output().type();
    if (node.hasInput(2)) {
      DataShape.equate(y, DataShape.elements(node.input(2), y.rank(), to), to);
    }
    List<Value> operands = node.inputs().subList(0, 2);
    List<Dim> counted = counted(node.input(0).type());
    Calling.lower(node, to, Routine.MAX_UNPOOL, operands, counted, List.of());
  }
}
