package dev.crease.compiler.op.sequence;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Holding;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Items;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Axes;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Producing;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.Holder;
import dev.crease.runtime.plan.Production;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// ONNX `SplitToSequence`: the tensor cut along `axis`. One number as `split` is the length of all
/// parts but the last; a vector is the length of each; without it they are 1 long, and lose the
/// axis unless `keepdims`.
public record SplitToSequence(long axis, boolean keepdims) implements Primitive, Holding {
  public static final OpSchema SCHEMA =
      OpSchema.named("SplitToSequence")
          .since(24)
          .attribute("axis", 0)
          .attribute("keepdims", 1)
          .input("input", "T", TypeSets.ALL)
          .optionalInput("split", "I", TypeSets.INDEXES)
          .output("output_sequence", "S", TypeSets.ALL)
          .heldBy(Set.of(Holder.SEQUENCE))
          .build(a -> new SplitToSequence(a.integer("axis"), a.flag("keepdims")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("axis", axis).with("keepdims", keepdims ? 1 : 0);
  }

  private int position(int rank) {
    return Axes.normalize("SplitToSequence", axis, rank);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    position(operands.type(0).rank());
    if (operands.has(1) && operands.type(1).rank() > 1) {
      throw new InvalidOperandException("split is a number or a vector, got " + operands.type(1));
    }
    return List.of(TensorType.of(Holder.SEQUENCE, operands.type(0).element()));
  }

  @Override
  public List<Items> items(Operands operands) {
    List<OptionalLong> sizes =
        new ArrayList<>(operands.type(0).dims().stream().map(Dim::known).toList());
    int position = position(sizes.size());
    if (operands.has(1)) {
      sizes.set(position, OptionalLong.empty());
    } else if (keepdims) {
      sizes.set(position, OptionalLong.of(1));
    } else {
      sizes.remove(position);
    }
    return List.of(new Items.Shaped(sizes));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int position = position(x.rank());
    List<DoubleTensor> parts = new ArrayList<>();
    int begin = 0;
    for (int length : lengths(inputs, x.dim(position))) {
      DoubleTensor part = Parts.part(x, position, begin, length);
      parts.add(inputs.has(1) || keepdims ? part : Parts.withoutAxis(part, position));
      begin += length;
    }
    return List.of(DoubleTensor.sequence(x.type(), parts));
  }

  private static List<Integer> lengths(EvaluationInputs inputs, int size) {
    List<Integer> lengths = new ArrayList<>();
    if (inputs.has(1) && inputs.get(1).rank() == 1) {
      for (double length : inputs.get(1).data()) {
        lengths.add((int) length);
      }
      boolean negative = lengths.stream().anyMatch(length -> length < 0);
      if (negative || lengths.stream().mapToInt(Integer::intValue).sum() != size) {
        throw new InvalidOperandException(
            "split is %s, expected lengths that add up to %d".formatted(lengths, size));
      }
      return lengths;
    }
    int each = inputs.has(1) ? (int) inputs.get(1).data()[0] : 1;
    if (each < 1) {
      throw new InvalidOperandException("split is %d, expected at least 1".formatted(each));
    }
    for (int left = size; left > 0; left -= each) {
      lengths.add(Math.min(each, left));
    }
    return lengths;
  }

  @Override
  public void lower(Node node, Lowering to) {
    Producing.lower(node, to, Production.SPLIT_TO_SEQUENCE, axis, keepdims ? 1 : 0);
  }
}
