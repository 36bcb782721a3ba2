package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.PictureDecoder;
import dev.crease.runtime.Tensor;
import java.util.List;
import java.util.Optional;

/// The picture in a file's bytes, uint8 `(height, width, channels)`, by the [PictureDecoder]s that
/// there are. Operands the bytes, uint8 `(N)`; results `y`.
///
/// @param format 0 for red, green, blue; 1 for blue, green, red; 2 for one channel, the luma of
///   ITU-R BT.601 in 16 bits behind the point, rounded
public record PictureDecoding(int format) implements TensorFunction {
  private static final int GREY = 2;

  @Override
  public List<Tensor> apply(List<Optional<Tensor>> operands) {
    Tensor picture = PictureDecoder.decodeByAny(operands.getFirst().orElseThrow().bytes());
    int height = picture.dim(0);
    int width = picture.dim(1);
    byte[] rgb = picture.bytes();
    if (format == 0) {
      return List.of(picture);
    }
    byte[] y = new byte[format == GREY ? height * width : rgb.length];
    for (int pixel = 0; pixel < height * width; pixel++) {
      int red = rgb[3 * pixel] & 0xff;
      int green = rgb[3 * pixel + 1] & 0xff;
      int blue = rgb[3 * pixel + 2] & 0xff;
      if (format == GREY) {
        y[pixel] = (byte) ((19_595 * red + 38_470 * green + 7_471 * blue + 0x8000) >> 16);
      } else {
        y[3 * pixel] = (byte) blue;
        y[3 * pixel + 1] = (byte) green;
        y[3 * pixel + 2] = (byte) red;
      }
    }
    return List.of(Tensor.of(ElementType.UINT8, y, height, width, format == GREY ? 1 : 3));
  }
}
