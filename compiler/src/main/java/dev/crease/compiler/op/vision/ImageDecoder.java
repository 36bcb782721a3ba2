package dev.crease.compiler.op.vision;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.Producing;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.PictureDecoder;
import dev.crease.runtime.plan.Production;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// ONNX `ImageDecoder`: the picture that a file's bytes hold, `(height, width, channels)`; without
/// pixels if the file is damaged. Formats are those of the [PictureDecoder]s that there are; an
/// opaque picture is made of a transparent one by leaving out how transparent it is.
public record ImageDecoder(PixelFormat format) implements Primitive {
  private static final Set<ElementType> BYTES = Set.of(ElementType.UINT8);

  public static final OpSchema SCHEMA =
      OpSchema.named("ImageDecoder")
          .since(20)
          .attribute("pixel_format", "RGB")
          .input("encoded_stream", "T1", BYTES)
          .output("image", "T2", BYTES)
          .build(a -> new ImageDecoder(PixelFormat.of(a.text("pixel_format"))));

  /// What stands for a pixel.
  public enum PixelFormat {
    RGB("RGB", 3),
    BGR("BGR", 3),
    GRAYSCALE("Grayscale", 1);

    private final String onnx;
    private final int channels;

    PixelFormat(String onnx, int channels) {
      this.onnx = onnx;
      this.channels = channels;
    }

    private static PixelFormat of(String name) {
      return Arrays.stream(values())
          .filter(format -> format.onnx.equals(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "pixel_format is `%s`, expected RGB, BGR or Grayscale".formatted(name)));
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE.with("pixel_format", format.onnx);
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType encoded = operands.type(0);
    if (encoded.rank() != 1) {
      throw new InvalidOperandException("ImageDecoder needs a file's bytes, u8[N], got " + encoded);
    }
    return List.of(
        encoded.withDims(
            List.of(operands.freshSymbol(), operands.freshSymbol(), Dim.of(format.channels))));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor picture;
    try {
      picture = DoubleTensor.of(PictureDecoder.decodeByAny(inputs.get(0).toTensor().bytes()));
    } catch (InvalidDataException e) {
      throw new InvalidOperandException(String.valueOf(e.getMessage()), e);
    }
    int[] shape = {picture.dim(0), picture.dim(1), format.channels};
    DoubleTensor y = DoubleTensor.zeros(ElementType.UINT8, shape);
    for (int i = 0; i < y.data().length; i++) {
      int first = i / format.channels * 3;
      int channel = i % format.channels;
      y.data()[i] =
          switch (format) {
            case RGB -> picture.data()[first + channel];
            case BGR -> picture.data()[first + 2 - channel];
            case GRAYSCALE -> luma(picture.data(), first);
          };
    }
    return List.of(y);
  }

  /// By ITU-R BT.601 with weights of 16 bits behind the point, as decoders have it.
  private static double luma(double[] rgb, int first) {
    double sum = 19_595 * rgb[first] + 38_470 * rgb[first + 1] + 7_471 * rgb[first + 2];
    return Math.floor(sum / 0x1p16 + 0.5);
  }

  @Override
  public void lower(Node node, Lowering to) {
    Producing.lower(node, to, Production.DECODE_PICTURE, format.ordinal());
  }
}
