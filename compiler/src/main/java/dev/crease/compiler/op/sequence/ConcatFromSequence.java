package dev.crease.compiler.op.sequence;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DeclaredRank;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Producing;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import dev.crease.runtime.plan.Production;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// ONNX `ConcatFromSequence`: the tensors of a sequence one after the other along `axis`, or side
/// by side along a new one.
public record ConcatFromSequence(long axis, boolean newAxis) implements Primitive, DeclaredRank {
  public static final OpSchema SCHEMA =
      OpSchema.named("ConcatFromSequence")
          .since(11)
          .attribute("axis", Attribute.Kind.INT)
          .attribute("new_axis", 0)
          .input("input_sequence", "S", TypeSets.ALL)
          .heldBy(Set.of(Holder.SEQUENCE))
          .output("concat_result", "T", TypeSets.ALL)
          .build(a -> new ConcatFromSequence(a.integer("axis"), a.flag("new_axis")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("axis", axis).with("new_axis", newAxis ? 1 : 0);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    ElementType element = operands.type(0).element();
    Optional<List<OptionalLong>> sizes = Taken.sizes(operands, 0).map(this::joined);
    return List.of(Taken.type("ConcatFromSequence", element, operands, sizes));
  }

  private List<OptionalLong> joined(List<OptionalLong> tensors) {
    List<OptionalLong> sizes = new ArrayList<>(tensors);
    if (newAxis) {
      sizes.add(position(tensors.size()), OptionalLong.empty());
    } else {
      sizes.set(position(tensors.size()), OptionalLong.empty());
    }
    return sizes;
  }

  /// @param rank of the tensors
  private int position(int rank) {
    return Axes.normalize("ConcatFromSequence", axis, newAxis ? rank + 1 : rank);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    List<DoubleTensor> tensors = inputs.get(0).items();
    if (tensors.isEmpty()) {
      throw new InvalidOperandException("there is no tensor in the sequence to be joined");
    }
    int position = position(tensors.getFirst().rank());
    List<DoubleTensor> parts =
        newAxis ? tensors.stream().map(x -> Parts.withAxis(x, position)).toList() : tensors;
    return List.of(Parts.join(parts, position));
  }

  @Override
  public void lower(Node node, Lowering to) {
    Producing.lower(node, to, Production.JOIN_SEQUENCE, axis, newAxis ? 1 : 0);
  }
}
