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
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// ONNX `Concat`: tensors one after the other along `axis`; all other dimensions are equal.
public record Concat(long axis) implements Primitive, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("Concat")
          .since(13)
          .attribute("axis", Attribute.Kind.INT)
          .variadicInput("inputs", "T", TypeSets.ALL)
          .output("concat_result", "T", TypeSets.ALL)
          .build(a -> new Concat(a.integer("axis")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("axis", axis);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType first = operands.type(0);
    int at = Axes.normalize("Concat", axis, first.rank());
    List<Dim> dims = new ArrayList<>(first.dims());
    for (int i = 1; i < operands.count(); i++) {
      TensorType next = operands.type(i);
      for (int d = 0; d < first.rank(); d++) {
        boolean fits = next.rank() == first.rank() && (d == at || agree(dims.get(d), next.dim(d)));
        if (!fits) {
          throw new InvalidOperandException(
              "Concat along axis %d needs all other dimensions equal, got %s and %s"
                  .formatted(at, first, next));
        }
        dims.set(d, d == at ? dims.get(d).plus(next.dim(d)) : better(dims.get(d), next.dim(d)));
      }
    }
    return List.of(first.withDims(dims));
  }

  private static boolean agree(Dim a, Dim b) {
    return !a.isKnown() || !b.isKnown() || a.equals(b);
  }

  private static Dim better(Dim a, Dim b) {
    return b.isKnown() ? b : a;
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    List<Dim> all = new ArrayList<>();
    for (int i = 0; i < operands.count(); i++) {
      Optional<List<Dim>> part = operands.elements(i);
      if (part.isEmpty()) {
        return Optional.empty();
      }
      all.addAll(part.get());
    }
    return Optional.of(all);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor first = inputs.get(0);
    int at = Axes.normalize("Concat", axis, first.rank());
    int[] shape = first.shape().clone();
    for (int i = 1; i < inputs.count(); i++) {
      shape[at] += inputs.get(i).dim(at);
    }
    DoubleTensor y = DoubleTensor.zeros(first.type(), shape);
    int outer = Strides.count(shape, 0, at);
    int row = Strides.count(shape, at, shape.length);
    int to = 0;
    for (int i = 0; i < inputs.count(); i++) {
      DoubleTensor x = inputs.get(i);
      int length = Strides.count(x.shape(), at, x.rank());
      for (int o = 0; o < outer; o++) {
        System.arraycopy(x.data(), o * length, y.data(), o * row + to, length);
      }
      to += length;
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    int at = Axes.normalize("Concat", axis, node.output().type().rank());
    boolean blocked =
        at >= 1 && node.inputs().stream().allMatch(value -> to.layoutOf(value) == Layout.BLOCKED);
    Layout layout = blocked ? Layout.BLOCKED : Layout.PLAIN;
    List<Integer> parts = node.inputs().stream().map(value -> to.read(value, layout)).toList();
    to.emit(new Instruction.Concat(parts, to.write(node.output(), layout), at));
  }
}
