package dev.crease.compiler.frontend.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.UnsupportedModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a mistake in a text is told as.
class TextErrorsTest {
  private static final String FILE = "errors.txt";

  /// A text and the message it gets, from the file of golden messages.
  record Mistake(String text, String message) {
    @Override
    public String toString() {
      return message.lines().findFirst().orElseThrow();
    }
  }

  static Stream<Mistake> mistakes() throws IOException {
    List<Mistake> mistakes = new ArrayList<>();
    try (var in = TextErrorsTest.class.getResourceAsStream(FILE)) {
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String part : all.split("(?m)^====\n")) {
        String[] halves = part.split("(?m)^----\n");
        mistakes.add(new Mistake(halves[0], halves[1].stripTrailing()));
      }
    }
    assertThat(mistakes).hasSizeGreaterThan(12);
    return mistakes.stream();
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void tellsWhereAndWhat(Mistake mistake) {
    assertThatThrownBy(() -> TextReader.read(mistake.text(), "m.crease"))
        .isInstanceOf(
            mistake.message().contains("not compiled yet")
                    || mistake.message().contains("supported")
                ? UnsupportedModelException.class
                : InvalidModelException.class)
        .hasMessage(mistake.message());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "((((",
        "[[[[",
        "-",
        "!",
        "f(",
        "x.shape[",
        "{",
        "graph g() -> () {",
        "tensor f32[",
        "1 + ",
        "x[0]",
        ".a",
        "if true { ",
        "if true {} else ",
        "repeat 2 {",
        "\"",
        "`",
        "/*"
      })
  void nestingIsBounded(String part) {
    String body = part.repeat(30_000);
    for (String text :
        List.of(
            "model M(x: f32[2]) -> (y: f32[2]) { y = " + body,
            "model M(x: f32[2]) -> (y: f32[2]) { y = x" + body + "}",
            "model M(x: f32[2]) -> (y: f32[2]) { " + body + "}")) {
      assertEndsInError(text);
    }
  }

  @Test
  void expansionIsBounded() {
    String model = "model M(x: f32[2]) -> (y: f32[2]) { y = x %s }";
    assertEndsInError(model.formatted("repeat 1000000000000 { }"));
    assertEndsInError(model.formatted("repeat 100000 { repeat 100000 { y = x } }"));
    assertEndsInError(model.formatted("a: f32[1000000000] = zeros"));
    assertEndsInError(model.formatted("a: f32[100000, 100000, 100000000000] = zeros"));
    assertEndsInError(model.formatted("a: f32[100000, 100000, 100000000000] = [1]"));
    assertEndsInError(model.formatted("a = 9223372036854775807 + 1"));
    StringBuilder blocks = new StringBuilder("block b0(x) { return x }\n");
    for (int i = 1; i < 40; i++) {
      blocks.append("block b%d(x) { y = b%d(x) return b%d(y) }%n".formatted(i, i - 1, i - 1));
    }
    assertEndsInError(blocks + model.formatted("y = b39(x)"));
    assertEndsInError(blocks + model.formatted("y = b30(x)"));
  }

  /// Damaged texts are errors or models, never anything else.
  @Test
  void damagedTextsAreErrors() throws IOException {
    long seed = Long.getLong("seed", 7);
    Random random = new Random(seed);
    String text = Files.readString(Path.of("..", "samples", "models", "fashion.crease"));
    int errors = 0;
    for (int round = 0; round < 300; round++) {
      StringBuilder damaged = new StringBuilder(text);
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        int at = random.nextInt(damaged.length());
        switch (random.nextInt(3)) {
          case 0 -> damaged.deleteCharAt(at);
          case 1 -> damaged.setCharAt(at, text.charAt(random.nextInt(text.length())));
          default -> damaged.insert(at, (char) random.nextInt(128));
        }
      }
      try {
        TextReader.read(damaged.toString(), "damaged");
      } catch (InvalidModelException | UnsupportedModelException e) {
        errors++;
        assertThat(e).hasMessageStartingWith("damaged:");
      }
    }
    assertThat(errors).isGreaterThan(100);
  }

  private static void assertEndsInError(String text) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            assertThatThrownBy(() -> TextReader.read(text, "bounded"))
                .isInstanceOf(InvalidModelException.class));
  }
}
