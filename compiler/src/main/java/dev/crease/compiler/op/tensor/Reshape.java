package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Copying;
import dev.crease.compiler.op.DataShape;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// ONNX `Reshape`: the same elements under another shape. A dimension of 0 copies the one of `data`
/// (unless `allowzero`), one of -1 takes what is left: the product of those of `data` that the
/// other dimensions do not repeat, divided by those that repeat none. So it is defined for empty
/// tensors.
public record Reshape(boolean allowZero) implements Primitive, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("Reshape")
          .since(14)
          .attribute("allowzero", 0)
          .input("data", "T", TypeSets.ALL)
          .input("shape", "", TypeSets.SHAPES)
          .output("reshaped", "T", TypeSets.ALL)
          .build(a -> new Reshape(a.flag("allowzero")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("allowzero", allowZero ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType data = operands.type(0);
    Optional<List<Dim>> target = operands.elements(1);
    if (target.isPresent()) {
      return List.of(data.withDims(resolve(data, target.get())));
    }
    return List.of(data.withDims(Axes.freshDims("Reshape", operands, 1, 0, 1)));
  }

  private List<Dim> resolve(TensorType data, List<Dim> target) {
    List<Dim> dims = new ArrayList<>();
    int rest = -1;
    for (int i = 0; i < target.size(); i++) {
      Dim dim = target.get(i);
      if (dim.is(-1) && rest < 0) {
        rest = i;
        dims.add(Dim.ONE);
      } else if (dim.is(0) && !allowZero && i < data.rank()) {
        dims.add(data.dim(i));
      } else if (dim.isKnown() && dim.known().getAsLong() < 0 || (dim.is(0) && !allowZero)) {
        throw mismatch(data, target);
      } else {
        dims.add(dim);
      }
    }
    if (rest >= 0) {
      dims.set(rest, quotient(data, target, dims));
    }
    Dim before = data.elements();
    Dim after = data.withDims(dims).elements();
    if (before.isKnown() && after.isKnown() && !before.equals(after)) {
      throw mismatch(data, target);
    }
    return dims;
  }

  /// The elements of `data` divided by the product of `others`; equal dimensions cancel first, so
  /// that the quotient stays simple.
  private static Dim quotient(TensorType data, List<Dim> target, List<Dim> others) {
    List<Dim> factors = new ArrayList<>(data.dims());
    Dim divisor = Dim.ONE;
    for (Dim other : others) {
      if (!factors.remove(other)) {
        divisor = divisor.times(other);
      }
    }
    if (divisor.is(0)) {
      throw mismatch(data, target);
    }
    return factors.stream().reduce(Dim.ONE, Dim::times).floorDiv(divisor);
  }

  private static InvalidOperandException mismatch(TensorType data, List<Dim> target) {
    return new InvalidOperandException(
        "Reshape of %s to the shape %s is not possible".formatted(data, target));
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    Dim rank = operands.type(1).elements();
    return rank.is(0) || rank.is(1) ? operands.elements(0) : Optional.empty();
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor data = inputs.get(0);
    double[] target = inputs.get(1).data();
    int[] shape = new int[target.length];
    int rest = -1;
    for (int i = 0; i < target.length; i++) {
      shape[i] = target[i] == 0 && !allowZero ? data.dim(i) : (int) target[i];
      if (shape[i] == -1) {
        rest = i;
        shape[i] = 1;
      }
    }
    if (rest >= 0) {
      shape[rest] = quotient(data, shape, rest);
    }
    return List.of(new DoubleTensor(data.type(), shape, data.data()));
  }

  private static int quotient(DoubleTensor data, int[] shape, int rest) {
    List<Integer> factors = new ArrayList<>(Arrays.stream(data.shape()).boxed().toList());
    int divisor = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      if (axis != rest && !factors.remove(Integer.valueOf(shape[axis]))) {
        divisor *= shape[axis];
      }
    }
    if (divisor == 0) {
      throw new InvalidOperandException(
          "Reshape of %s to %s does not say what -1 is".formatted(data, Arrays.toString(shape)));
    }
    return factors.stream().reduce(1, (a, b) -> a * b) / divisor;
  }

  @Override
  public void lower(Node node, Lowering to) {
    List<Dim> integers = new ArrayList<>(List.of(allowZero ? Dim.ONE : Dim.ZERO));
    integers.addAll(node.input(0).type().dims());
    DataShape.define(node, to, Routine.RESHAPED_SHAPE, List.of(node.input(1)), integers);
    Copying.reshape(node, to);
  }
}
