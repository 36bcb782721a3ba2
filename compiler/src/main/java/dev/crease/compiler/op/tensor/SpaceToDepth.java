package dev.crease.compiler.op.tensor;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import java.util.List;

/// ONNX `SpaceToDepth`: blocks of pixels as channels. With `b = blocksize`, `y[n, (i b + j) C + c,
/// h, w] = x[n, c, h b + i, w b + j]`.
public record SpaceToDepth(int blockSize) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("SpaceToDepth")
          .since(13)
          .attribute("blocksize", Attribute.Kind.INT)
          .input("input", "T", TypeSets.ALL)
          .output("output", "T", TypeSets.ALL)
          .build(a -> new SpaceToDepth(a.intValue("blocksize")));

  public SpaceToDepth {
    PixelBlocks.requireSize(blockSize);
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("blocksize", blockSize);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    PixelBlocks.requirePicture("SpaceToDepth", x);
    PixelBlocks.requireMultiple("SpaceToDepth", x, 2, blockSize);
    PixelBlocks.requireMultiple("SpaceToDepth", x, 3, blockSize);
    return List.of(
        x.withDims(
            List.of(
                x.dim(0),
                x.dim(1).times((long) blockSize * blockSize),
                x.dim(2).floorDiv(Dim.of(blockSize)),
                x.dim(3).floorDiv(Dim.of(blockSize)))));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int b = blockSize;
    int channels = x.dim(1);
    int[] shape = {x.dim(0), channels * b * b, x.dim(2) / b, x.dim(3) / b};
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    for (int from = 0; from < x.data().length; from++) {
      int w = from % x.dim(3);
      int h = from / x.dim(3) % x.dim(2);
      int c = from / x.dim(3) / x.dim(2) % channels;
      int n = from / x.dim(3) / x.dim(2) / channels;
      int channel = (h % b * b + w % b) * channels + c;
      int line = (n * shape[1] + channel) * shape[2] + h / b;
      y.data()[line * shape[3] + w / b] = x.data()[from];
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType x = node.input(0).type();
    TensorType y = node.output().type();
    Dim b = Dim.of(blockSize);
    List<Dim> cut = List.of(x.dim(0), x.dim(1), y.dim(2), b, y.dim(3), b);
    PixelBlocks.lower(node, to, cut, List.of(0, 3, 5, 1, 2, 4));
  }
}
