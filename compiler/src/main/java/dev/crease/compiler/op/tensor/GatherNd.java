package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DeclaredRank;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Strides;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.plan.Routine;
import java.util.ArrayList;
import java.util.List;

/// ONNX `GatherND`: `output[b..., i..., :] = data[b..., indices[b..., i..., :], :]`: the last axis
/// of `indices` names an element or a slice of `data`, separately for each place of the first
/// `batch_dims` axes. Negative indices count from the end.
public record GatherNd(int batchDims) implements Primitive, DeclaredRank {
  public static final OpSchema SCHEMA =
      OpSchema.named("GatherND")
          .since(13)
          .attribute("batch_dims", 0)
          .input("data", "T", TypeSets.ALL)
          .input("indices", "tensor(int64)", TypeSets.SHAPES)
          .output("output", "T", TypeSets.ALL)
          .build(a -> new GatherNd(a.intValue("batch_dims")));

  public GatherNd {
    if (batchDims < 0) {
      throw new IllegalArgumentException("batch_dims is " + batchDims + ", expected at least 0");
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("batch_dims", batchDims);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType data = operands.type(0);
    TensorType indices = operands.type(1);
    if (indices.rank() <= batchDims || data.rank() <= batchDims) {
      throw new InvalidOperandException(
          "GatherND with batch_dims %d needs data and indices of higher rank, got %s and %s"
              .formatted(batchDims, data, indices));
    }
    long kept = kept(operands);
    if (kept < batchDims || kept > data.rank()) {
      throw new InvalidOperandException(
          "GatherND has indices %s, which name more axes than %s has".formatted(indices, data));
    }
    List<Dim> dims = new ArrayList<>(indices.dims().subList(0, indices.rank() - 1));
    dims.addAll(data.dims().subList((int) kept, data.rank()));
    return List.of(data.withDims(dims));
  }

  /// How many axes of `data` are batch axes or named: where the indices' type does not tell, the
  /// declared rank of the result does.
  private long kept(Operands operands) {
    TensorType indices = operands.type(1);
    if (indices.dim(-1).isKnown()) {
      return batchDims + indices.dim(-1).known().getAsLong();
    }
    return operands
        .declared(0)
        .map(result -> indices.rank() - 1L + operands.type(0).rank() - result.rank())
        .orElseThrow(
            () ->
                new UnsupportedNodeException(
                    "GatherND with indices %s is not supported unless the rank of its result is declared"
                        .formatted(indices)));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor data = inputs.get(0);
    DoubleTensor indices = inputs.get(1);
    int last = indices.rank() - 1;
    int named = indices.dim(last);
    int kept = batchDims + named;
    int[] shape = new int[last + data.rank() - kept];
    System.arraycopy(indices.shape(), 0, shape, 0, last);
    System.arraycopy(data.shape(), kept, shape, last, data.rank() - kept);
    DoubleTensor output = DoubleTensor.zeros(data.type(), shape);
    int slice = Strides.count(data.shape(), kept, data.rank());
    int batches = Strides.count(indices.shape(), 0, batchDims);
    for (int i = 0; i < output.data().length; i++) {
      int tuple = i / slice;
      int from = tuple / (Strides.count(indices.shape(), 0, last) / batches);
      for (int k = 0; k < named; k++) {
        int size = data.dim(batchDims + k);
        int index = (int) indices.data()[tuple * named + k];
        if (index < -size || index >= size) {
          throw new InvalidOperandException(
              "index %d of GatherND is out of range, there are %d".formatted(index, size));
        }
        from = from * size + Math.floorMod(index, size);
      }
      output.data()[i] = data.data()[from * slice + i % slice];
    }
    return List.of(output);
  }

  @Override
  public void lower(Node node, Lowering to) {
    Calling.lower(node, to, Routine.GATHER_ND, List.of(Dim.of(batchDims)), List.of());
  }
}
