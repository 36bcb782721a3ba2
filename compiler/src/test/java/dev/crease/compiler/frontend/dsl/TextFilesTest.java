package dev.crease.compiler.frontend.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Model;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Texts in files, and the weights beside them.
class TextFilesTest {
  @TempDir private Path folder;

  @Test
  void largeConstantsGoToTheWeightsFile() throws IOException {
    GraphBuilder builder = new GraphBuilder("Large");
    long[] longs = IntStream.range(0, 100_000).mapToLong(i -> i * 77L).toArray();
    float[] floats = new float[70];
    floats[3] = Float.intBitsToFloat(0x7fc00001);
    Constant shared = Constant.of(Tensor.of(floats, 7, 10));
    builder.constant("floats", shared);
    builder.constant("again", shared);
    builder.constant("longs", Constant.of(Tensor.of(longs, 100, 1000)));
    builder.constant("small", Constant.ofLongs(1, 2));
    byte[] flags = new byte[65];
    flags[1] = 1;
    builder.constant("flags", Constant.of(Tensor.of(ElementType.BOOL, flags, 65)));
    builder.constant("names", Constant.of(Tensor.of(names(), 80)));
    Model model = new Model(builder.build(), "p", "", Map.of());
    Path file = folder.resolve("model.crease");
    TextWriter.write(model, file);
    assertThat(Files.readString(file))
        .contains("@weights(\"model.weights\", bytes = 800385)")
        .contains("floats: f32[7, 10] = weights(offset = 0)")
        .contains("again: f32[7, 10] = weights(offset = 0)")
        .contains("longs: i64[100, 1000] = weights(offset = 320)")
        .contains("small: i64[2] = [1, 2]");
    assertThat(folder.resolve("model.weights")).hasSize(800_385);
    assertThat(TextReader.read(file)).isEqualTo(model);
    TextWriter.write(TextReader.read(file), file);
    assertThat(TextReader.read(file)).isEqualTo(model);
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void weightsOfSubgraphsGoToTheSameFile() throws IOException {
    String text =
        """
        model M(x: f32[20], t: bool[]) -> (y: f32[20]) {
          w: f32[20] = normal(seed = 1)
          y = If(t,
            then_branch = graph p() -> (r: f32[20]) { v: f32[20] = normal(seed = 2) r = x + v },
            else_branch = graph q() -> (w: f32[20]) { })
        }
        """;
    Model model = TextReader.read(text, "test");
    Path file = folder.resolve("m.crease");
    TextWriter.write(model, file);
    assertThat(Files.readString(file))
        .contains("w: f32[20] = weights(offset = 0)")
        .contains("v: f32[20] = weights(offset = 128)");
    assertThat(TextReader.read(file)).isEqualTo(model);
  }

  private static String[] names() {
    return IntStream.range(0, 80).mapToObj(i -> "name " + i).toArray(String[]::new);
  }

  @Test
  void aModelWithoutLargeConstantsIsOneFile() throws IOException {
    Graph graph = TextReader.read("model M(x: f32[2]) -> (x: f32[2]) { }", "test").graph();
    TextWriter.write(Model.of(graph), folder.resolve("m.crease"));
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void damagedWeightsAreRefused() throws IOException {
    Files.write(folder.resolve("w.weights"), new byte[100]);
    assertThat(read("@weights(\"w.weights\")", "weights(offset = 60)").dims()).containsExactly(10);
    refuse("@weights(\"w.weights\")", "weights(offset = 61)", "needs 40 bytes");
    refuse("@weights(\"w.weights\")", "weights(offset = -4)", "needs 40 bytes");
    refuse(
        "@weights(\"w.weights\", bytes = 104)",
        "zeros",
        "has 100 bytes where the text expects 104");
    refuse("@weights(\"v.weights\")", "zeros", "v.weights");
    refuse("", "weights(offset = 0)", "names no weights file");
  }

  @Test
  void weightsOutsideTheFolderAreRefused() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Path secret = Files.write(folder.resolve("secret"), new byte[100]);
    Files.createSymbolicLink(inner.resolve("link"), secret);
    for (String name : new String[] {"../secret", "x/../../secret", secret.toString(), "link"}) {
      Path file = inner.resolve("m.crease");
      Files.writeString(file, "@weights(\"" + name + "\") model M() -> () { }");
      assertThatThrownBy(() -> TextReader.read(file))
          .as(name)
          .isInstanceOf(InvalidModelException.class)
          .hasMessageContaining("folder");
    }
    assertThatThrownBy(() -> TextReader.read("@weights(\"a\") model M() -> () { }", "text"))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("only a text in a file");
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws IOException {
    Path file = Files.write(folder.resolve("m.crease"), new byte[] {'m', (byte) 0xff, 0});
    assertThatThrownBy(() -> TextReader.read(file))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("UTF-8");
  }

  private Constant read(String header, String value) throws IOException {
    Path file = folder.resolve("m.crease");
    Files.writeString(file, header + "model M() -> (w: f32[10]) { w: f32[10] = " + value + " }");
    return TextReader.read(file).graph().constants().values().iterator().next();
  }

  private void refuse(String header, String value, String message) {
    assertThatThrownBy(() -> read(header, value))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("m.crease:1:");
  }
}
