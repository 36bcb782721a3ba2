package dev.crease.samples.demo;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/// Draws each line of text on a picture 48 high, upright and turned by 180 degrees, into a folder,
/// as wide as the second argument says: `java -cp samples/demo/target/classes
/// dev.crease.samples.demo.DrawTextLines samples/demo/pictures 192`.
final class DrawTextLines {
  private static final int HEIGHT = 48;

  /// A line of text and how it looks.
  private record Line(String name, String text, String font, Color paper, Color ink) {}

  private static final List<Line> LINES =
      List.of(
          new Line("letters", "Paper crane", "DejaVu Sans", Color.WHITE, Color.BLACK),
          new Line(
              "sentence",
              "Fold it twice, please.",
              "DejaVu Serif",
              new Color(0xF4ECD8),
              new Color(0x3A2A1A)),
          new Line(
              "number",
              "No. 2741 / 35",
              "DejaVu Sans Mono",
              new Color(0x1D3557),
              new Color(0xF1FAEE)));

  private DrawTextLines() {}

  public static void main(String... arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    int width = Integer.parseInt(arguments[1]);
    for (Line line : LINES) {
      for (int degrees : new int[] {0, 180}) {
        Path file = folder.resolve(line.name() + "-" + degrees + ".png");
        ImageIO.write(draw(line, width, degrees), "png", file.toFile());
      }
    }
  }

  private static BufferedImage draw(Line line, int width, int degrees) {
    BufferedImage image = new BufferedImage(width, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(line.paper());
    graphics.fillRect(0, 0, width, HEIGHT);
    graphics.rotate(Math.toRadians(degrees), width / 2.0, HEIGHT / 2.0);
    graphics.setColor(line.ink());
    graphics.setFont(fitting(graphics, line, width));
    var metrics = graphics.getFontMetrics();
    int x = (width - metrics.stringWidth(line.text())) / 2;
    int y = (HEIGHT - metrics.getHeight()) / 2 + metrics.getAscent();
    graphics.drawString(line.text(), x, y);
    graphics.dispose();
    return image;
  }

  /// The largest font that leaves a margin of 4 pixels.
  private static Font fitting(Graphics2D graphics, Line line, int width) {
    int size = HEIGHT;
    Font font = new Font(line.font(), Font.PLAIN, size);
    while (graphics.getFontMetrics(font).stringWidth(line.text()) > width - 8
        || graphics.getFontMetrics(font).getHeight() > HEIGHT) {
      size--;
      font = new Font(line.font(), Font.PLAIN, size);
    }
    return font;
  }
}
