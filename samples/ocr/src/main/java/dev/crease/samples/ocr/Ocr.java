package dev.crease.samples.ocr;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/// Prints what pictures of text lines say: `java -cp ... dev.crease.samples.ocr.Ocr line.png ...`.
final class Ocr {
  private Ocr() {}

  public static void main(String... files) throws IOException {
    if (files.length == 0) {
      System.err.println("ocr: name pictures of one line of text each, upright or upside down");
      System.exit(2);
    }
    try (TextLineReader reader = new TextLineReader()) {
      for (String file : files) {
        print(file, reader);
      }
    }
  }

  private static void print(String file, TextLineReader reader) throws IOException {
    BufferedImage picture = ImageIO.read(Path.of(file).toFile());
    if (picture == null) {
      System.err.println("ocr: " + file + " is not a picture");
      System.exit(3);
    }
    TextLine line = reader.read(picture);
    System.out.printf(
        "%s: %s (%s, confidence %.2f)%n",
        file, line.text(), line.upsideDown() ? "upside down" : "upright", line.confidence());
  }
}
