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
import java.util.ArrayList;
import java.util.List;

/// ONNX `TensorScatter`: `past_cache`, but along `axis` batch `b` of `update` stands from place
/// `write_indices[b]` (0, if left out) on; in mode `circular` it goes on at the beginning when the
/// end is reached.
public record TensorScatter(long axis, boolean circular) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("TensorScatter")
          .since(24)
          .attribute("axis", -2)
          .attribute("mode", "linear")
          .input("past_cache", "T", TypeSets.ALL)
          .input("update", "T", TypeSets.ALL)
          .optionalInput("write_indices", "tensor(int64)", TypeSets.SHAPES)
          .output("present_cache", "T", TypeSets.ALL)
          .build(a -> new TensorScatter(a.integer("axis"), isCircular(a.text("mode"))));

  private static boolean isCircular(String mode) {
    if (!mode.equals("linear") && !mode.equals("circular")) {
      throw new IllegalArgumentException("mode is `" + mode + "`, expected linear or circular");
    }
    return mode.equals("circular");
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("axis", axis).with("mode", circular ? "circular" : "linear");
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType past = operands.type(0);
    TensorType update = operands.type(1);
    int along = Axes.normalize("TensorScatter", axis, past.rank());
    boolean fits = along > 0 && update.rank() == past.rank();
    if (fits) {
      List<Dim> dims = new ArrayList<>(update.dims());
      dims.set(along, past.dim(along));
      fits = past.agreesWith(update.withDims(dims));
    }
    if (!fits) {
      throw new InvalidOperandException(
          "TensorScatter along axis %d, which is not that of batches, cannot put %s into %s"
              .formatted(along, update, past));
    }
    boolean batches = !operands.has(2) || operands.type(2).rank() == 1;
    if (!batches) {
      throw new InvalidOperandException(
          "TensorScatter needs one write index for each batch, got " + operands.type(2));
    }
    return List.of(past);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor past = inputs.get(0);
    DoubleTensor update = inputs.get(1);
    int along = Axes.normalize("TensorScatter", axis, past.rank());
    int inner = Strides.count(past.shape(), along + 1, past.rank());
    int length = past.dim(along);
    double[] y = past.data().clone();
    for (int i = 0; i < update.data().length; i++) {
      int line = i / inner / update.dim(along);
      int batch = i / Strides.count(update.shape(), 1, update.rank());
      int first = inputs.has(2) ? (int) inputs.get(2).data()[batch] : 0;
      int place = first + i / inner % update.dim(along);
      if (first < 0 || !circular && place >= length) {
        throw new InvalidOperandException(
            "index %d of TensorScatter is out of range, there are %d".formatted(place, length));
      }
      y[(line * length + place % length) * inner + i % inner] = update.data()[i];
    }
    return List.of(new DoubleTensor(past.type(), past.shape(), y));
  }

  @Override
  public void lower(Node node, Lowering to) {
    int along = Axes.normalize("TensorScatter", axis, node.output().type().rank());
    Calling.lower(
        node,
        to,
        Routine.TENSOR_SCATTER,
        List.of(Dim.of(along), Dim.of(circular ? 1 : 0)),
        List.of());
  }
}
