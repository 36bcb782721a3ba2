package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// ONNX `Gather`: the slices of `data` along `axis` that `indices` names; negative indices count
/// from the end. The indices' dimensions take the axis's place.
public record Gather(long axis) implements Primitive, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("Gather")
          .since(13)
          .attribute("axis", 0)
          .input("data", "T", TypeSets.ALL)
          .input("indices", "Tind", TypeSets.INDEXES)
          .output("output", "T", TypeSets.ALL)
          .build(a -> new Gather(a.integer("axis")));

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
    TensorType data = operands.type(0);
    int at = Axes.normalize("Gather", axis, data.rank());
    List<Dim> dims = new ArrayList<>(data.dims().subList(0, at));
    dims.addAll(operands.type(1).dims());
    dims.addAll(data.dims().subList(at + 1, data.rank()));
    return List.of(data.withDims(dims));
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    Optional<List<Dim>> data = operands.elements(0);
    Optional<List<Dim>> indices = operands.elements(1);
    if (data.isEmpty()
        || indices.isEmpty()
        || operands.type(0).rank() != 1
        || !indices.get().stream().allMatch(Dim::isKnown)) {
      return Optional.empty();
    }
    int count = data.get().size();
    List<Dim> chosen = new ArrayList<>();
    for (Dim dim : indices.get()) {
      long index = dim.known().getAsLong();
      if (index < -count || index >= count) {
        return Optional.empty(); // An error, if a run comes to it.
      }
      chosen.add(data.get().get((int) (index < 0 ? index + count : index)));
    }
    return Optional.of(chosen);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor data = inputs.get(0);
    DoubleTensor indices = inputs.get(1);
    int at = Axes.normalize("Gather", axis, data.rank());
    int outer = Strides.count(data.shape(), 0, at);
    int inner = Strides.count(data.shape(), at + 1, data.rank());
    int count = indices.data().length;
    double[] y = new double[outer * count * inner];
    for (int o = 0; o < outer; o++) {
      for (int i = 0; i < count; i++) {
        int index = (int) indices.data()[i];
        int from = position(index, data.dim(at));
        System.arraycopy(
            data.data(), (o * data.dim(at) + from) * inner, y, (o * count + i) * inner, inner);
      }
    }
    return List.of(new DoubleTensor(data.type(), shape(data, indices, at), y));
  }

  private static int position(int index, int count) {
    if (index < -count || index >= count) {
      throw new InvalidOperandException(
          "index %d of Gather is out of range, there are %d".formatted(index, count));
    }
    return index < 0 ? index + count : index;
  }

  private static int[] shape(DoubleTensor data, DoubleTensor indices, int at) {
    int[] shape = new int[data.rank() - 1 + indices.rank()];
    System.arraycopy(data.shape(), 0, shape, 0, at);
    System.arraycopy(indices.shape(), 0, shape, at, indices.rank());
    System.arraycopy(data.shape(), at + 1, shape, at + indices.rank(), data.rank() - at - 1);
    return shape;
  }

  @Override
  public void lower(Node node, Lowering to) {
    if (ChannelSelection.lower(node, to, channels(node, to.graph()))) {
      return;
    }
    int x = to.read(node.input(0), Layout.PLAIN);
    int indices = to.read(node.input(1), Layout.PLAIN);
    int at = Axes.normalize("Gather", axis, node.input(0).type().rank());
    to.emit(new Instruction.Gather(x, indices, to.write(node.output(), Layout.PLAIN), at));
  }

  /// The channels that are taken, if they are known.
  private Optional<int[]> channels(Node node, Graph graph) {
    boolean areChannels =
        node.input(1).type().rank() == 1
            && Axes.normalize("Gather", axis, node.input(0).type().rank()) == 1;
    return areChannels
        ? graph
            .constant(node.input(1))
            .filter(list -> Arrays.stream(list.longs()).allMatch(i -> i == (int) i))
            .map(list -> Arrays.stream(list.longs()).mapToInt(i -> (int) i).toArray())
        : Optional.empty();
  }
}
