package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Elements;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeCodes;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.plan.Routine;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// ONNX `BitCast`: the bits of each element as one of another type of the same width. The reference
/// is exact for integers that a double holds; it knows one NaN only.
public record BitCast(ElementType to) implements Primitive {
  private static final Set<ElementType> TYPES = types();

  public static final OpSchema SCHEMA =
      OpSchema.named("BitCast")
          .since(26)
          .attribute("to", Attribute.Kind.INT)
          .input("input", "T1", TYPES)
          .output("output", "T2", TYPES)
          .build(a -> new BitCast(TypeCodes.required(a, "to", TYPES)));

  private static Set<ElementType> types() {
    EnumSet<ElementType> types = EnumSet.copyOf(TypeSets.ALL);
    types.remove(ElementType.STRING);
    return types;
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("to", TypeCodes.code(to));
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    if (x.element().bytes() != to.bytes()) {
      throw new InvalidOperandException(
          "BitCast needs types of one width, got %s for %s".formatted(to, x));
    }
    return List.of(x.withElement(to));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int count = x.data().length;
    Object stored = Elements.fromDoubles(x.type(), x.data());
    ByteBuffer bits =
        ByteBuffer.wrap(Elements.bytes(x.type(), stored, 0, count)).order(ByteOrder.LITTLE_ENDIAN);
    Object array = to.storage().allocate(count);
    switch (array) {
      case float[] a -> bits.asFloatBuffer().get(a);
      case double[] a -> bits.asDoubleBuffer().get(a);
      case long[] a -> bits.asLongBuffer().get(a);
      case int[] a -> bits.asIntBuffer().get(a);
      case short[] a -> bits.asShortBuffer().get(a);
      case byte[] a -> bits.get(a);
      default -> throw new IllegalStateException(to + " has no bits");
    }
    DoubleTensor y = DoubleTensor.of(Tensor.of(to, array, x.shape()));
    return List.of(to == ElementType.BOOL ? truths(y) : y);
  }

  private static DoubleTensor truths(DoubleTensor y) {
    double[] values = Arrays.stream(y.data()).map(value -> value == 0 ? 0 : 1).toArray();
    return new DoubleTensor(y.type(), y.shape(), values);
  }

  @Override
  public void lower(Node node, Lowering to) {
    Calling.lower(node, to, Routine.BIT_CAST, List.of(), List.of());
  }
}
