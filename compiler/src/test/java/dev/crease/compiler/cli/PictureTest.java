package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTest {
  @TempDir Path folder;

  /// Two pixels: pure red, and a grey of 51 = 255 / 5.
  private Picture picture() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0xff0000);
    image.setRGB(1, 0, 0x333333);
    Path file = folder.resolve("picture.png");
    ImageIO.write(image, "png", file.toFile());
    return Picture.read(file);
  }

  @Test
  void planesInTheOrderAskedFor() throws IOException {
    PictureOptions options = new PictureOptions();
    assertThat(picture().tensor(options).floats()).containsExactly(1, 0.2f, 0, 0.2f, 0, 0.2f);
    options.channels = PictureOptions.ChannelOrder.BGR;
    assertThat(picture().tensor(options).floats()).containsExactly(0, 0.2f, 0, 0.2f, 1, 0.2f);
    assertThat(picture().tensor(options).shape()).containsExactly(1, 3, 1, 2);
    options.layout = PictureOptions.AxisOrder.NHWC;
    assertThat(picture().tensor(options).floats()).containsExactly(0, 0, 1, 0.2f, 0.2f, 0.2f);
    assertThat(picture().tensor(options).shape()).containsExactly(1, 1, 2, 3);
  }

  @Test
  void meanAndScaleForEachChannel() throws IOException {
    PictureOptions options = new PictureOptions();
    options.mean = new double[] {51, 0, 1};
    options.scale = new double[] {0.5, 1, 2};
    assertThat(picture().tensor(options).floats()).containsExactly(102, 0, 0, 51, -2, 100);
    options.mean = new double[] {1, 2};
    assertThatThrownBy(() -> picture().tensor(options))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("--mean has 2 numbers for 3 channels");
  }

  @Test
  void greyIsTheLuma() throws IOException {
    PictureOptions options = new PictureOptions();
    options.channels = PictureOptions.ChannelOrder.GREY;
    options.scale = new double[] {1};
    assertThat(picture().tensor(options).floats()).containsExactly(76.245f, 51);
  }

  @Test
  void resizingKeepsWhatIsUniform() throws IOException {
    Picture grey = new Picture(folder, picture().image().getSubimage(1, 0, 1, 1));
    PictureOptions options = new PictureOptions();
    assertThat(grey.resized(3, 2).tensor(options).shape()).containsExactly(1, 3, 3, 2);
    assertThat(grey.resized(3, 2).tensor(options).floats()).containsOnly(0.2f);
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("x.png"), "no picture");
    assertThatThrownBy(() -> Picture.read(text))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not a picture");
    picture();
    byte[] bytes = Files.readAllBytes(folder.resolve("picture.png"));
    Path cut = Files.write(folder.resolve("cut.png"), java.util.Arrays.copyOf(bytes, 40));
    assertThatThrownBy(() -> Picture.read(cut))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cut.png");
  }
}
