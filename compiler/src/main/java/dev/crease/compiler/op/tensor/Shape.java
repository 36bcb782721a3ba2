package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.ShapeArithmetic;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.UnsupportedNodeException;
import dev.crease.runtime.ElementType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// ONNX `Shape`: the dimensions `start` to `end` (not included) of a tensor, as int64; both count
/// from the end if negative and are clamped to the rank.
///
/// @param end the rank if left out
public record Shape(Optional<Long> end, long start) implements Primitive, ShapeArithmetic {
  public static final OpSchema SCHEMA =
      OpSchema.named("Shape")
          .since(15)
          .optional("end", Attribute.Kind.INT)
          .attribute("start", 0)
          .input("data", "T", TypeSets.ALL)
          .output("shape", "T1", TypeSets.SHAPES)
          .build(
              a ->
                  new Shape(
                      a.has("end") ? Optional.of(a.integer("end")) : Optional.empty(),
                      a.integer("start")));

  /// All dimensions.
  public Shape() {
    this(Optional.empty(), 0);
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    Attributes attributes = Attributes.NONE.with("start", start);
    return end.map(value -> attributes.with("end", value)).orElse(attributes);
  }

  private int first(int rank) {
    return clamp(start, rank);
  }

  private int last(int rank) {
    return Math.max(first(rank), clamp(end.orElse((long) rank), rank));
  }

  private static int clamp(long position, int rank) {
    return (int) Math.clamp(position < 0 ? position + rank : position, 0L, rank);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    int rank = operands.type(0).rank();
    return List.of(TensorType.of(ElementType.INT64, last(rank) - first(rank)));
  }

  @Override
  public Optional<List<Dim>> elements(Operands operands) {
    TensorType data = operands.type(0);
    return Optional.of(data.dims().subList(first(data.rank()), last(data.rank())));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    int[] shape = inputs.get(0).shape();
    int[] part = Arrays.copyOfRange(shape, first(shape.length), last(shape.length));
    double[] values = Arrays.stream(part).asDoubleStream().toArray();
    return List.of(new DoubleTensor(ElementType.INT64, new int[] {values.length}, values));
  }

  @Override
  public void lower(Node node, Lowering to) {
    throw new UnsupportedNodeException(
        "Shape of %s, whose dimensions depend on data, is not supported yet"
            .formatted(node.input(0).type()));
  }
}
