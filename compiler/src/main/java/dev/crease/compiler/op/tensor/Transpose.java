package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// ONNX `Transpose`: dimension `i` of the result is dimension `perm[i]` of the operand.
///
/// @param permutation empty to reverse the dimensions
public record Transpose(List<Long> permutation) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("Transpose")
          .since(13)
          .optional("perm", Attribute.Kind.INTS)
          .input("data", "T", TypeSets.ALL)
          .output("transposed", "T", TypeSets.ALL)
          .build(a -> new Transpose(a.has("perm") ? a.integers("perm") : List.of()));

  public Transpose {
    permutation = List.copyOf(permutation);
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return permutation.isEmpty() ? Attributes.NONE : Attributes.NONE.with("perm", permutation);
  }

  private List<Integer> axes(int rank) {
    if (permutation.isEmpty()) {
      return IntStream.range(0, rank).boxed().toList().reversed();
    }
    List<Integer> axes = permutation.stream().map(Math::toIntExact).toList();
    if (!axes.stream().sorted().toList().equals(IntStream.range(0, rank).boxed().toList())) {
      throw new InvalidOperandException(
          "perm of Transpose is %s, expected a permutation of %d axes"
              .formatted(permutation, rank));
    }
    return axes;
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    return List.of(x.withDims(axes(x.rank()).stream().map(x::dim).toList()));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int[] dense = Strides.rowMajor(x.shape());
    int[] axes = axes(x.rank()).stream().mapToInt(axis -> axis).toArray();
    int[] strides = Arrays.stream(axes).map(axis -> dense[axis]).toArray();
    int[] shape = Arrays.stream(axes).map(x::dim).toArray();
    return List.of(new DoubleTensor(x.type(), shape, Strides.copy(x.data(), 0, strides, shape)));
  }

  @Override
  public void lower(Node node, Lowering to) {
    int x = to.read(node.input(0), Layout.PLAIN);
    int y = to.write(node.output(), Layout.PLAIN);
    to.emit(new Instruction.Transpose(x, y, axes(node.input(0).type().rank())));
  }
}
