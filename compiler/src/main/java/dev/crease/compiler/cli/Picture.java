package dev.crease.compiler.cli;

import dev.crease.runtime.Tensor;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/// A decoded picture, and its way into a tensor.
record Picture(Path path, BufferedImage image) {
  /// As many as have three channels in one tensor.
  private static final int MAX_PIXELS = Integer.MAX_VALUE / 4;

  /// Reads PNG, JPEG, GIF or BMP.
  ///
  /// @throws InputException if the file is no such picture
  static Picture read(Path path) {
    BufferedImage image;
    try {
      image = ImageIO.read(path.toFile());
    } catch (IOException | RuntimeException e) {
      throw new InputException(path + " is a damaged picture: " + e.getMessage(), e);
    }
    if (image == null) {
      throw new InputException(
          path + " is not a picture that can be read: give PNG, JPEG, BMP or GIF");
    }
    return new Picture(path, image);
  }

  int height() {
    return image.getHeight();
  }

  int width() {
    return image.getWidth();
  }

  /// The picture scaled, bilinearly and without regard to its proportions, to a size in pixels.
  ///
  /// @throws InputException if there is no such picture
  Picture resized(int height, int width) {
    if (height == height() && width == width()) {
      return this;
    }
    if (height < 1 || width < 1 || (long) height * width > MAX_PIXELS) {
      throw new InputException(
          "%s cannot be scaled to %d x %d pixels; give other sizes by --dim"
              .formatted(path, height, width));
    }
    BufferedImage target = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = target.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(image, 0, 0, width, height, null);
    graphics.dispose();
    return new Picture(path, target);
  }

  /// The picture as f32 `(1, C, H, W)` or `(1, H, W, C)`.
  Tensor tensor(PictureOptions options) {
    int channels = options.channels == PictureOptions.ChannelOrder.GREY ? 1 : 3;
    double[] mean = perChannel("--mean", options.mean, channels);
    double[] scale = perChannel("--scale", options.scale, channels);
    boolean planes = options.layout == PictureOptions.AxisOrder.NCHW;
    int pixels = height() * width();
    float[] values = new float[channels * pixels];
    for (int i = 0; i < pixels; i++) {
      int rgb = image.getRGB(i % width(), i / width());
      for (int c = 0; c < channels; c++) {
        double value = (level(rgb, c, options.channels) - mean[c]) * scale[c];
        values[planes ? c * pixels + i : i * channels + c] = (float) value;
      }
    }
    return planes
        ? Tensor.of(values, 1, channels, height(), width())
        : Tensor.of(values, 1, height(), width(), channels);
  }

  /// Grey is the luma of ITU-R BT.601.
  private static double level(int rgb, int channel, PictureOptions.ChannelOrder order) {
    int red = rgb >> 16 & 0xff;
    int green = rgb >> 8 & 0xff;
    int blue = rgb & 0xff;
    return switch (order) {
      case RGB -> channel == 0 ? red : channel == 1 ? green : blue;
      case BGR -> channel == 0 ? blue : channel == 1 ? green : red;
      case GREY -> 0.299 * red + 0.587 * green + 0.114 * blue;
    };
  }

  private static double[] perChannel(String option, double[] given, int channels) {
    if (given.length != 1 && given.length != channels) {
      throw new UsageException(
          "%s has %d numbers for %d channels: give one, or one for each channel"
              .formatted(option, given.length, channels));
    }
    double[] values = new double[channels];
    for (int c = 0; c < channels; c++) {
      values[c] = given[given.length == 1 ? 0 : c];
    }
    return values;
  }
}
