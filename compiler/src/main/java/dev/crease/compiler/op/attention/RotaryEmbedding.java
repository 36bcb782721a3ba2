package dev.crease.compiler.op.attention;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Defined;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// ONNX `RotaryEmbedding`: in each head the pairs `(a, b)` become `(a cos - b sin, a sin + b cos)`,
/// by an angle for each position and pair.
///
/// @param interleaved whether pairs are neighbours, or the halves of what is rotated
/// @param heads of an operand of rank 3; one of rank 4 has an axis for them
/// @param rotated how many of a head's first elements are rotated; 0 for all
public record RotaryEmbedding(boolean interleaved, long heads, long rotated) implements Defined {
  private static final Set<ElementType> TYPES =
      EnumSet.of(ElementType.FLOAT32, ElementType.FLOAT16, ElementType.BFLOAT16);

  public static final OpSchema SCHEMA =
      OpSchema.named("RotaryEmbedding")
          .since(23)
          .attribute("interleaved", 0)
          .attribute("num_heads", 0)
          .attribute("rotary_embedding_dim", 0)
          .input("X", "T", TYPES)
          .input("cos_cache", "T", TYPES)
          .input("sin_cache", "T", TYPES)
          .optionalInput("position_ids", "M", TypeSets.SHAPES)
          .output("Y", "T", TYPES)
          .build(
              a ->
                  new RotaryEmbedding(
                      a.flag("interleaved"),
                      a.integer("num_heads"),
                      a.integer("rotary_embedding_dim")));

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("interleaved", interleaved ? 1 : 0)
        .with("num_heads", heads)
        .with("rotary_embedding_dim", rotated);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    boolean fits = x.rank() == 4 || x.rank() == 3 && heads > 0;
    int rank = operands.has(3) ? 2 : 3;
    fits &= operands.type(1).rank() == rank && operands.type(2).rank() == rank;
    fits &= !operands.has(3) || operands.type(3).rank() == 2;
    if (!fits) {
      throw new InvalidOperandException(
          "RotaryEmbedding of %s and %d heads by caches %s and %s %s positions does not fit"
              .formatted(
                  x,
                  heads,
                  operands.type(1),
                  operands.type(2),
                  operands.has(3) ? "with" : "without"));
    }
    return List.of(x);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    boolean flat = x.rank() == 3;
    int sequence = x.dim(flat ? 1 : 2);
    int count = flat ? (int) heads : x.dim(1);
    int size = flat ? x.dim(2) / count : x.dim(3);
    int pairs = (int) (rotated == 0 ? size : rotated) / 2;
    DoubleTensor y = new DoubleTensor(x.type(), x.shape(), x.data().clone());
    for (int head = 0; head < x.data().length / Math.max(1, size); head++) {
      int batch = head / (sequence * count);
      int position = flat ? head / count % sequence : head % sequence;
      int row = batch * sequence + position;
      int angle = inputs.has(3) ? (int) inputs.get(3).data()[row] : row;
      for (int pair = 0; pair < pairs; pair++) {
        double cos = inputs.get(1).data()[angle * pairs + pair];
        double sin = inputs.get(2).data()[angle * pairs + pair];
        int first = head * size + (interleaved ? 2 * pair : pair);
        int second = interleaved ? first + 1 : first + pairs;
        double a = x.data()[first];
        double b = x.data()[second];
        y.data()[first] = a * cos - b * sin;
        y.data()[second] = a * sin + b * cos;
      }
    }
    return List.of(y);
  }
}
