package dev.crease.compiler.op.tensor;

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
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.plan.Routine;
import java.util.List;

/// ONNX `ReverseSequence`: the first `sequence_lens[b]` slices of batch `b` along `time_axis` in
/// reverse order, the others as they are. Time and batch are the first two axes in either order.
public record ReverseSequence(long batchAxis, long timeAxis) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("ReverseSequence")
          .since(10)
          .attribute("batch_axis", 1)
          .attribute("time_axis", 0)
          .input("input", "T", TypeSets.ALL)
          .input("sequence_lens", "tensor(int64)", TypeSets.SHAPES)
          .output("Y", "T", TypeSets.ALL)
          .build(a -> new ReverseSequence(a.integer("batch_axis"), a.integer("time_axis")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("batch_axis", batchAxis).with("time_axis", timeAxis);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    if (x.rank() < 2 || !timeFirst(x.rank()) && time(x.rank()) != 1) {
      throw new InvalidOperandException(
          "ReverseSequence needs batch and time as the first two axes, got %d and %d of %s"
              .formatted(batchAxis, timeAxis, x));
    }
    TensorType lengths = x.withDims(List.of(x.dim(timeFirst(x.rank()) ? 1 : 0)));
    if (!operands.type(1).agreesWith(lengths.withElement(operands.type(1).element()))) {
      throw new InvalidOperandException(
          "ReverseSequence needs sequence_lens of shape %s, got %s"
              .formatted(lengths.dims(), operands.type(1)));
    }
    return List.of(x);
  }

  private int time(int rank) {
    int time = Axes.normalize("ReverseSequence", timeAxis, rank);
    int batch = Axes.normalize("ReverseSequence", batchAxis, rank);
    return time + batch == 1 ? time : -1;
  }

  private boolean timeFirst(int rank) {
    return time(rank) == 0;
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    boolean timeFirst = timeFirst(x.rank());
    int[] strides = Strides.rowMajor(x.shape());
    int timeStride = strides[timeFirst ? 0 : 1];
    int batchStride = strides[timeFirst ? 1 : 0];
    DoubleTensor y = DoubleTensor.zeros(x.type(), x.shape());
    for (int i = 0; i < y.data().length; i++) {
      int time = i / timeStride % x.dim(timeFirst ? 0 : 1);
      int batch = i / batchStride % x.dim(timeFirst ? 1 : 0);
      int length = (int) inputs.get(1).data()[batch];
      int shift = time < length ? length - 1 - 2 * time : 0;
      y.data()[i] = x.data()[i + shift * timeStride];
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    int first = timeFirst(node.output().type().rank()) ? 1 : 0;
    Calling.lower(node, to, Routine.REVERSE_SEQUENCE, List.of(Dim.of(first)), List.of());
  }
}
