package dev.crease.samples.ocr;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/// Prints what pictures of text lines say. Its exit code is 0 if all were read, 2 if none is named,
/// 3 if one is missing or no picture.
final class Ocr {
  private static final String USAGE =
      "usage: ocr PICTURE... (PNG, JPEG, BMP or GIF of one line of text, upright or upside down)";

  private Ocr() {}

  public static void main(String... files) throws IOException {
    if (files.length == 0) {
      System.err.println("ocr: name a picture\n" + USAGE);
      System.exit(2);
    }
    if (files[0].equals("--help")) {
      System.out.println(USAGE);
      return;
    }
    boolean all = true;
    try (TextLineReader reader = new TextLineReader()) {
      for (String file : files) {
        all &= print(file, reader);
      }
    }
    System.exit(all ? 0 : 3);
  }

  /// Whether the picture could be read.
  private static boolean print(String file, TextLineReader reader) {
    BufferedImage picture;
    try {
      picture = picture(Path.of(file));
    } catch (IOException e) {
      System.err.println("ocr: " + e.getMessage());
      return false;
    }
    TextLine line = reader.read(picture);
    String direction = line.upsideDown() ? "upside down" : "upright";
    System.out.println(
        line.text().isEmpty()
            ? file + ": no text"
            : "%s: %s (%s, confidence %.2f)"
                .formatted(file, line.text(), direction, line.confidence()));
    return true;
  }

  /// Transparent places become white.
  private static BufferedImage picture(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no file " + file);
    }
    BufferedImage decoded = decode(file);
    if (decoded == null) {
      throw new IOException(file + " is not a picture that can be read");
    }
    int type = BufferedImage.TYPE_INT_RGB;
    BufferedImage opaque = new BufferedImage(decoded.getWidth(), decoded.getHeight(), type);
    Graphics2D graphics = opaque.createGraphics();
    graphics.drawImage(decoded, 0, 0, Color.WHITE, null);
    graphics.dispose();
    return opaque;
  }

  private static BufferedImage decode(Path file) throws IOException {
    try {
      return ImageIO.read(file.toFile());
    } catch (IOException | RuntimeException e) {
      throw new IOException(file + " is a damaged picture: " + e.getMessage(), e);
    }
  }
}
