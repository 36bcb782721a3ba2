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

/// ONNX `DepthToSpace`: channels as blocks of pixels. With `b = blocksize`, `y[n, c, h b + i, w b +
/// j]` is `x[n, (i b + j) C / b^2 + c, h, w]` in mode `DCR`, `x[n, c b^2 + i b + j, h, w]` in
/// `CRD`.
public record DepthToSpace(int blockSize, boolean columnsFirst) implements Primitive {
  public static final OpSchema SCHEMA =
      OpSchema.named("DepthToSpace")
          .since(13)
          .attribute("blocksize", Attribute.Kind.INT)
          .attribute("mode", "DCR")
          .input("input", "T", TypeSets.ALL)
          .output("output", "T", TypeSets.ALL)
          .build(a -> new DepthToSpace(a.intValue("blocksize"), isCrd(a.text("mode"))));

  public DepthToSpace {
    PixelBlocks.requireSize(blockSize);
  }

  private static boolean isCrd(String mode) {
    if (!mode.equals("DCR") && !mode.equals("CRD")) {
      throw new IllegalArgumentException("mode is `" + mode + "`, expected DCR or CRD");
    }
    return mode.equals("CRD");
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("blocksize", blockSize).with("mode", columnsFirst ? "CRD" : "DCR");
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType x = operands.type(0);
    PixelBlocks.requirePicture("DepthToSpace", x);
    PixelBlocks.requireMultiple("DepthToSpace", x, 1, (long) blockSize * blockSize);
    return List.of(
        x.withDims(
            List.of(
                x.dim(0),
                x.dim(1).floorDiv(Dim.of((long) blockSize * blockSize)),
                x.dim(2).times(blockSize),
                x.dim(3).times(blockSize))));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor x = inputs.get(0);
    int b = blockSize;
    int channels = x.dim(1) / (b * b);
    int[] shape = {x.dim(0), channels, x.dim(2) * b, x.dim(3) * b};
    DoubleTensor y = DoubleTensor.zeros(x.type(), shape);
    for (int at = 0; at < y.data().length; at++) {
      int w = at % shape[3];
      int h = at / shape[3] % shape[2];
      int c = at / shape[3] / shape[2] % channels;
      int n = at / shape[3] / shape[2] / channels;
      int within = h % b * b + w % b;
      int channel = columnsFirst ? c * b * b + within : within * channels + c;
      int line = (n * x.dim(1) + channel) * x.dim(2) + h / b;
      y.data()[at] = x.data()[line * x.dim(3) + w / b];
    }
    return List.of(y);
  }

  @Override
  public void lower(Node node, Lowering to) {
    TensorType x = node.input(0).type();
    Dim b = Dim.of(blockSize);
    Dim c = node.output().type().dim(1);
    List<Dim> cut =
        columnsFirst
            ? List.of(x.dim(0), c, b, b, x.dim(2), x.dim(3))
            : List.of(x.dim(0), b, b, c, x.dim(2), x.dim(3));
    List<Integer> order = columnsFirst ? List.of(0, 1, 4, 2, 5, 3) : List.of(0, 3, 4, 1, 5, 2);
    PixelBlocks.lower(node, to, cut, order);
  }
}
