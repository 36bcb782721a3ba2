package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The demo on a classifier that tells the light half of a picture.
class DemoCommandTest {
  private static final String TEXT =
      """
      model Side(x: f32[N, 3, 48, 192]) -> (p: f32[N, 2]) {
        w: f32[1, 3, 1, 1] = ones
        scale: f32[1] = [2]
        bias: f32[1] = [0]
        mean: f32[1] = [0.5]
        variance: f32[1] = [1]
        halves = AveragePool(x, kernel_shape = [48, 96], strides = [48, 96])
        y = BatchNormalization(Conv(halves, w), scale, bias, mean, variance)
        p = Softmax(Flatten(y), axis = 1)
      }
      """;

  @TempDir Path samples;

  @BeforeEach
  void makeModel() throws IOException {
    Path text = Files.writeString(samples.resolve("side.crease"), TEXT);
    Path model = Files.createDirectories(samples.resolve("target/models")).resolve("side.onnx");
    assertThat(CommandLineRun.of("convert", text, model).exitCode()).isZero();
    Files.createDirectories(samples.resolve("pictures"));
  }

  @Test
  void showsWhatItComputed() throws IOException {
    picture("one-0.png", 0);
    picture("one-180.png", 96);
    CommandLineRun run = CommandLineRun.of("demo", "--samples", samples);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("BatchNormalization left: 0 of 1", "is folded into Conv", "1 x fold-batch-norm")
        .contains("p, one at 0: max difference", "p, one at 180: max difference")
        .contains("turned by   0 degrees: said   0", "turned by 180 degrees: said 180")
        .contains("as read:   fastest", "optimized: fastest");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void aWrongAnswerIsAFailedCheck() throws IOException {
    picture("one-180.png", 0);
    CommandLineRun run = CommandLineRun.of("demo", "--samples", samples);
    assertThat(run.out()).contains("turned by 180 degrees: said   0").contains("WRONG");
    assertThat(run.exitCode()).isEqualTo(ExitCode.CHECK_FAILED);
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    CommandLineRun noPictures = CommandLineRun.of("demo", "--samples", samples);
    assertThat(noPictures.err()).contains("holds no pictures");
    assertThat(noPictures.exitCode()).isEqualTo(ExitCode.INVALID_INPUT);
    Files.delete(samples.resolve("target/models/side.onnx"));
    CommandLineRun noModel = CommandLineRun.of("demo", "--samples", samples);
    assertThat(noModel.err()).contains("should hold one model, and holds 0");
    assertThat(noModel.exitCode()).isEqualTo(ExitCode.INVALID_INPUT);
  }

  /// White from column `left` to the 96th after it, black elsewhere.
  private void picture(String name, int left) throws IOException {
    BufferedImage image = new BufferedImage(192, 48, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 48; y++) {
      for (int x = left; x < left + 96; x++) {
        image.setRGB(x, y, 0xffffff);
      }
    }
    ImageIO.write(image, "png", samples.resolve("pictures").resolve(name).toFile());
  }
}
