package dev.crease.compiler.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.Options;
import dev.crease.compiler.cli.PictureFiles;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.PictureDecoder;
import dev.crease.runtime.Session;
import dev.crease.runtime.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Pictures of two pixels, one above the other, from file to elements.
class ImageDecoderTest {
  private static Model model(String format) {
    return TextReader.read(
        """
        model m(x: u8[n]) -> (y: u8[h, w, %d]) {
          y = ImageDecoder(x, pixel_format = "%s")
        }
        """
            .formatted(format.equals("Grayscale") ? 1 : 3, format),
        "test");
  }

  private static Tensor interpret(String format, byte[] file) {
    DoubleTensor x = DoubleTensor.of(Tensor.of(ElementType.UINT8, file, file.length));
    return Interpreter.run(model(format).graph(), Map.of("x", x)).get("y").toTensor();
  }

  private static Tensor run(String format, byte[] file) {
    Tensor x = Tensor.of(ElementType.UINT8, file, file.length);
    try (Session session =
        Compiler.compilation(model(format), Options.defaults()).plan().newSession()) {
      return session.run(Map.of("x", x)).get("y");
    }
  }

  private static void check(String format, byte[] file, int... levels) {
    byte[] expected = new byte[levels.length];
    for (int i = 0; i < levels.length; i++) {
      expected[i] = (byte) levels[i];
    }
    int height = levels.length == 0 ? 0 : 2;
    int channels = format.equals("Grayscale") ? 1 : 3;
    Tensor y = Tensor.of(ElementType.UINT8, expected, height, height / 2, channels);
    assertThat(interpret(format, file)).isEqualTo(y);
    assertThat(run(format, file)).isEqualTo(y);
  }

  private static byte[] file(BufferedImage image, String format) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      assertThat(ImageIO.write(image, format, out)).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /// @param type of [BufferedImage]
  private static BufferedImage colors(int type) {
    BufferedImage image = new BufferedImage(1, 2, type);
    image.setRGB(0, 0, 0xff0a141e);
    image.setRGB(0, 1, 0xffff0080);
    return image;
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "tiff"})
  void colors(String format) {
    byte[] file = file(colors(BufferedImage.TYPE_3BYTE_BGR), format);
    check("RGB", file, 10, 20, 30, 255, 0, 128);
    check("BGR", file, 30, 20, 10, 128, 0, 255);
    // 0.299 * 10 + 0.587 * 20 + 0.114 * 30 = 18.15; 0.299 * 255 + 0.114 * 128 = 90.8
    check("Grayscale", file, 18, 91);
  }

  @Test
  void transparencyIsLeftOut() {
    BufferedImage image = colors(BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x400a141e);
    check("RGB", file(image, "png"), 10, 20, 30, 255, 0, 128);
  }

  @Test
  void colorsOfAPaletteAreLookedUp() {
    BufferedImage image = new BufferedImage(1, 2, BufferedImage.TYPE_BYTE_INDEXED);
    image.setRGB(0, 0, 0xffff0033);
    image.setRGB(0, 1, 0xff336699);
    check("RGB", file(image, "png"), 255, 0, 51, 51, 102, 153);
  }

  @ParameterizedTest
  @CsvSource({"10, 77, 200", "11, 2560, 65535"})
  void greyLevelsAreTakenAsTheyAre(int type, int first, int second) {
    BufferedImage image = new BufferedImage(1, 2, type);
    image.getRaster().setSample(0, 0, 0, first);
    image.getRaster().setSample(0, 1, 0, second);
    int a = first > 255 ? first >> 8 : first;
    int b = second > 255 ? second >> 8 : second;
    byte[] file = file(image, "png");
    check("RGB", file, a, a, a, b, b, b);
    check("Grayscale", file, a, b);
  }

  @Test
  void truthValuesAreBlackAndWhite() {
    BufferedImage image = new BufferedImage(1, 2, BufferedImage.TYPE_BYTE_BINARY);
    image.setRGB(0, 1, 0xffffffff);
    check("Grayscale", file(image, "png"), 0, 255);
  }

  @Test
  void aDamagedFileHasNoPixels() {
    byte[] file = file(colors(BufferedImage.TYPE_3BYTE_BGR), "png");
    file[20]++;
    check("RGB", file);
    check("BGR", new byte[0]);
    check("Grayscale", "no picture".getBytes(StandardCharsets.ISO_8859_1));
  }

  /// Whatever a reader throws, a file is a picture, or damaged, or too large.
  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "bmp", "gif", "tiff"})
  void anyByteMayBeDamaged(String format) {
    byte[] whole = file(colors(BufferedImage.TYPE_3BYTE_BGR), format);
    PictureDecoder decoder = new PictureFiles();
    Random random = new Random(7);
    for (int at = 0; at < whole.length; at++) {
      byte[] file = whole.clone();
      file[at] ^= (byte) (1 + random.nextInt(255));
      try {
        decoder
            .decode(file)
            .ifPresent(picture -> assertThat(picture.shape()).hasSize(3).endsWith(3));
      } catch (InvalidDataException e) {
        assertThat(e).hasMessageContaining("of which").hasMessageContaining("are all that memory");
      }
    }
  }

  @Test
  void aPictureThatMemoryHasNoRoomForIsRefused() {
    byte[] file = file(colors(BufferedImage.TYPE_3BYTE_BGR), "png");
    // Its width and height, of four bytes each.
    file[17] = 1;
    file[21] = 1;
    assertThatThrownBy(() -> new PictureFiles().decode(file))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("give the JVM more, or a smaller picture");
  }

  @ParameterizedTest
  @CsvSource({"WEBP, RIFF1234WEBPVP8", "PNM, P6 1 2 255", "JPEG2000, \u00ffO\u00ffQ"})
  void aFormatThatNoDecoderKnowsIsNamed(String format, String text) {
    byte[] file = text.getBytes(StandardCharsets.ISO_8859_1);
    String message = "the picture is of the format " + format + ", which no decoder knows";
    assertThatThrownBy(() -> run("RGB", file))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("computing `y`: " + message);
    assertThatThrownBy(() -> interpret("RGB", file))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining(message);
  }
}
