package dev.crease.samples.ocr;

import dev.crease.runtime.Tensor;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/// A picture as the models want it: f32 `(1, 3, 48, width)`, blue, green, red, values `(v / 255 -
/// 0.5) / 0.5`.
final class Pixels {
  private static final int HEIGHT = 48;

  private Pixels() {}

  /// The picture scaled to the models' height, its proportions kept, but not beyond `most` pixels
  /// wide; to the right of it grey up to `least`.
  static Tensor of(BufferedImage picture, int least, int most) {
    double proportion = (double) picture.getWidth() / picture.getHeight();
    int width = (int) Math.clamp(Math.ceil(HEIGHT * proportion), 1, most);
    BufferedImage scaled = scaled(picture, width);
    int columns = Math.max(width, least);
    float[] values = new float[3 * HEIGHT * columns];
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = scaled.getRGB(x, y);
        for (int c = 0; c < 3; c++) {
          int level = rgb >> 8 * c & 0xff;
          values[(c * HEIGHT + y) * columns + x] = (level / 255f - 0.5f) / 0.5f;
        }
      }
    }
    return Tensor.of(values, 1, 3, HEIGHT, columns);
  }

  private static BufferedImage scaled(BufferedImage picture, int width) {
    BufferedImage scaled = new BufferedImage(width, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(picture, 0, 0, width, HEIGHT, null);
    graphics.dispose();
    return scaled;
  }

  /// The picture turned by 180 degrees.
  static BufferedImage turned(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    BufferedImage turned = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        turned.setRGB(width - 1 - x, height - 1 - y, picture.getRGB(x, y));
      }
    }
    return turned;
  }
}
