package dev.crease.samples.ocr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Our own pictures, read from end to end.
class TextLineReaderTest {
  private static final Path PICTURES = Path.of("pictures");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "letters-0; Paper crane; false",
        "letters-180; Paper crane; true",
        "sentence-0; Fold it twice, please.; false",
        "sentence-180; Fold it twice, please.; true",
        "number-0; No. 2741 / 35; false",
        "number-180; No. 2741 / 35; true",
      })
  void readsWhatThePictureSays(String picture, String text, boolean upsideDown) throws IOException {
    try (TextLineReader reader = new TextLineReader()) {
      TextLine line = reader.read(ImageIO.read(PICTURES.resolve(picture + ".png").toFile()));
      assertThat(line.text().replace(" ", "")).isEqualTo(text.replace(" ", ""));
      assertThat(line.upsideDown()).isEqualTo(upsideDown);
      assertThat(line.confidence()).isGreaterThan(0.8);
    }
  }
}
