package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.integers;
import static dev.crease.compiler.op.Sample.longs;
import static dev.crease.compiler.op.Sample.range;
import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.ir.Op;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.vision.AffineGrid;
import dev.crease.compiler.op.vision.DeformConv;
import dev.crease.compiler.op.vision.GridSample;
import dev.crease.compiler.op.vision.ImageDecoder;
import dev.crease.compiler.op.vision.MaxRoiPool;
import dev.crease.compiler.op.vision.NonMaxSuppression;
import dev.crease.compiler.op.vision.RoiAlign;
import dev.crease.runtime.ElementType;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/// Grids, regions and boxes.
final class VisionSamples {
  static final List<Sample> ALL = all();

  private VisionSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    grids(samples);
    regions(samples);
    deformed(samples);
    boxes(samples);
    pictures(samples);
    return samples;
  }

  private static void pictures(List<Sample> samples) {
    for (ImageDecoder.PixelFormat format : ImageDecoder.PixelFormat.values()) {
      Op decoder = new ImageDecoder(format);
      for (String file : List.of("png", "jpeg", "bmp", "gif", "tiff")) {
        samples.add(Sample.of(file + " as " + format, decoder, picture(file)));
      }
      Operand damaged = tensor(ElementType.UINT8, new int[] {4}, 0xff, 0xd8, 0xff, 7);
      samples.add(Sample.of("damaged as " + format, decoder, damaged));
    }
  }

  private static Operand picture(String file) {
    BufferedImage image = new BufferedImage(5, 3, BufferedImage.TYPE_3BYTE_BGR);
    for (int i = 0; i < 15; i++) {
      image.setRGB(i % 5, i / 5, 0x10203 * i + 0x503000);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, file, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] bytes = out.toByteArray();
    double[] values = new double[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes[i] & 0xff;
    }
    return tensor(ElementType.UINT8, new int[] {values.length}, values);
  }

  private static void grids(List<Sample> samples) {
    for (boolean corners : List.of(false, true)) {
      String where = corners ? " by centres" : " by edges";
      Op affine = new AffineGrid(corners);
      samples.add(Sample.of("plane" + where, affine, floats(2, 2, 3), longs(2, 7, 4, 5)));
      samples.add(Sample.of("space" + where, affine, floats(2, 3, 4), longs(2, 1, 2, 3, 4)));
      samples.add(Sample.of("one pixel" + where, affine, floats(1, 2, 3), longs(1, 1, 1, 3)));
      for (GridSample.Mode mode : GridSample.Mode.values()) {
        for (GridSample.Padding padding : GridSample.Padding.values()) {
          Op sample = new GridSample(mode, padding, corners);
          String name = mode + " " + padding + where;
          Operand plane = range(-1.7, 1.7, 2, 3, 6, 2);
          samples.add(Sample.of(name, sample, floats(2, 4, 5, 4), plane));
          Operand space = range(-3, 3, 1, 2, 2, 3, 3);
          samples.add(Sample.of(name + " in space", sample, floats(1, 2, 3, 4, 2), space));
          samples.add(
              Sample.of(name + " on a line", sample, floats(1, 2, 5), range(-2, 2, 1, 7, 1)));
          samples.add(
              Sample.of(
                  name + " of one pixel", sample, floats(1, 1, 1, 1), range(-2, 2, 1, 2, 3, 2)));
        }
      }
    }
    Op nearest = new GridSample(GridSample.Mode.NEAREST, GridSample.Padding.ZEROS, false);
    Operand points =
        tensor(ElementType.FLOAT32, new int[] {1, 1, 4, 2}, -1, -1, 0, 0, 1, 1, 9e9, 0);
    samples.add(Sample.of("ties", nearest, floats(1, 2, 2, 4), points));
    samples.add(Sample.of("integers", nearest, integers(ElementType.INT64, 1, 2, 3, 4), points));
  }

  private static void regions(List<Sample> samples) {
    Operand x = floats(2, 3, 6, 7);
    Operand rois =
        tensor(
            ElementType.FLOAT32,
            new int[] {4, 4},
            new double[] {1, 2, 9, 8, -4, -3, 30, 20, 5, 5, 5, 5, 9, 9, 2, 3});
    Operand of = tensor(ElementType.INT64, new int[] {4}, 1, 0, 1, 0);
    for (boolean halfPixel : List.of(false, true)) {
      for (boolean largest : List.of(false, true)) {
        for (long ratio : List.of(0L, 2L)) {
          Op align = new RoiAlign(halfPixel, largest, 2, 3, ratio, 0.5f);
          String name =
              (halfPixel ? "half pixel" : "pixel") + (largest ? " largest " : " ") + ratio;
          samples.add(Sample.of(name, align, x, rois, of));
        }
      }
    }
    Operand pictures =
        tensor(
            ElementType.FLOAT32,
            new int[] {4, 5},
            new double[] {1, 1, 2, 9, 8, 0, -4, -3, 30, 20, 1, 5, 5, 5, 5, 0, 40, 40, 50, 50});
    samples.add(Sample.of("halved", new MaxRoiPool(List.of(2L, 3L), 0.5f), x, pictures));
    samples.add(Sample.of("as they are", new MaxRoiPool(List.of(4L, 1L), 1), x, pictures));
  }

  private static void deformed(List<Sample> samples) {
    Operand x = floats(2, 4, 6, 5);
    Operand no = Operand.ABSENT;
    Op plain = new DeformConv(List.of(), List.of(), List.of(), List.of(), 1, 1);
    samples.add(Sample.of("plain", plain, x, floats(3, 4, 2, 2), range(-2, 2, 2, 8, 5, 4)));
    Op padded =
        new DeformConv(
            List.of(3L, 2L), List.of(1L, 2L), List.of(1L, 0L, 1L, 2L), List.of(2L, 1L), 2, 2);
    Operand offset = range(-3, 3, 2, 24, 3, 5);
    samples.add(
        Sample.of(
            "padded", padded, x, floats(6, 2, 3, 2), offset, floats(6), range(0, 1, 2, 12, 3, 5)));
    samples.add(
        Sample.of("mask", padded, x, floats(6, 2, 3, 2), offset, no, range(0, 1, 2, 12, 3, 5)));
  }

  private static void boxes(List<Sample> samples) {
    Operand corners =
        tensor(
            ElementType.FLOAT32,
            new int[] {1, 6, 4},
            new double[] {
              0, 0, 1, 1, 0, 0.1, 1, 1.1, 0, -0.1, 1, 0.9, 0, 10, 1, 11, 1, 11.1, 0, 10.1, 0, 100,
              1, 101
            });
    Operand centres =
        tensor(
            ElementType.FLOAT32,
            new int[] {2, 2, 4},
            1,
            1,
            2,
            2,
            1.5,
            1,
            2,
            2,
            1,
            1,
            2,
            2,
            5,
            5,
            1,
            1);
    Operand scores =
        tensor(
            ElementType.FLOAT32,
            new int[] {1, 2, 6},
            0.9,
            0.75,
            0.6,
            0.95,
            0.5,
            0.3,
            0.5,
            0.5,
            0.5,
            0.1,
            0.2,
            0.2);
    Op byCorners = new NonMaxSuppression(false);
    Operand half = tensor(ElementType.FLOAT32, new int[] {1}, 0.5).known();
    samples.add(Sample.of("corners", byCorners, corners, scores, longs(3), half, half));
    samples.add(Sample.of("all scores", byCorners, corners, scores, longs(9), half));
    samples.add(Sample.of("none wanted", byCorners, corners, scores));
    Operand two = tensor(ElementType.FLOAT32, new int[] {2, 1, 2}, 0.3, 0.4, 0.3, 0.4);
    samples.add(Sample.of("centres", new NonMaxSuppression(true), centres, two, longs(2), half));
  }
}
