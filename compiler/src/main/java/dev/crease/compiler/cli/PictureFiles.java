package dev.crease.compiler.cli;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.PictureDecoder;
import dev.crease.runtime.Tensor;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// Decodes PNG, JPEG, BMP, GIF and TIFF for the models that do so themselves.
public final class PictureFiles implements PictureDecoder {
  private static final Set<String> FORMATS = Set.of("bmp", "gif", "jpeg", "png", "tif", "tiff");

  /// Of the memory that there is at most, the bytes of three channels take one part in so many: a
  /// reader may hold four channels of 16 bits, and what it reads them from.
  private static final int PART_OF_MEMORY = 6;

  @Override
  public Optional<Tensor> decode(byte[] encoded) {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      while (readers.hasNext()) {
        ImageReader reader = readers.next();
        if (FORMATS.contains(reader.getFormatName().toLowerCase(Locale.ROOT))) {
          return Optional.of(decode(reader, in));
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(damaged());
    }
  }

  private static Tensor decode(ImageReader reader, ImageInputStream in) {
    try {
      reader.setInput(in);
      requireFits(reader.getWidth(0), reader.getHeight(0));
      return rgb(reader.read(0));
    } catch (InvalidDataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Readers tell in whatever way that they cannot make sense of a file.
      return damaged();
    } finally {
      reader.dispose();
    }
  }

  private static Tensor damaged() {
    return Tensor.zeros(ElementType.UINT8, 0, 0, 3);
  }

  private static void requireFits(int width, int height) {
    long bytes = 3L * width * height;
    long most = Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / PART_OF_MEMORY);
    if (bytes > most) {
      throw new InvalidDataException(
          "the picture has %d x %d pixels, %d bytes in three channels, of which %d are all that"
                  .formatted(width, height, bytes, most)
              + " memory has room for: give the JVM more, or a smaller picture");
    }
  }

  private static Tensor rgb(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    boolean stored = isStored(image);
    byte[] y = new byte[3 * width * height];
    for (int pixel = 0; pixel < width * height; pixel++) {
      int column = pixel % width;
      int row = pixel / width;
      int rgb = stored ? 0 : image.getRGB(column, row);
      for (int channel = 0; channel < 3; channel++) {
        int level = stored ? level(image, column, row, channel) : rgb >> 16 - 8 * channel;
        y[3 * pixel + channel] = (byte) level;
      }
    }
    return Tensor.of(ElementType.UINT8, y, height, width, 3);
  }

  /// Whether the levels can be taken as they are stored: Java would make others of grey ones, for
  /// screens.
  private static boolean isStored(BufferedImage image) {
    ColorModel colors = image.getColorModel();
    int space = colors.getColorSpace().getType();
    boolean whole =
        switch (colors.getTransferType()) {
          case DataBuffer.TYPE_BYTE, DataBuffer.TYPE_USHORT, DataBuffer.TYPE_INT -> true;
          default -> false;
        };
    // Of a palette there is one band for three components.
    boolean palette = image.getRaster().getNumBands() < colors.getNumComponents();
    return whole && !palette && (space == ColorSpace.TYPE_RGB || space == ColorSpace.TYPE_GRAY);
  }

  /// A level of 8 bits; of more, the highest 8.
  private static int level(BufferedImage image, int column, int row, int channel) {
    Raster raster = image.getRaster();
    int band = raster.getNumBands() < 3 ? 0 : channel;
    int bits = image.getColorModel().getComponentSize(band);
    int sample = raster.getSample(column, row, band);
    return bits < 8 ? (sample * 255 + (1 << bits - 1)) / ((1 << bits) - 1) : sample >>> bits - 8;
  }
}
