package dev.crease.samples.application;

import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;

/// Draws a disc, finds its edges with a compiled model, and prints both.
final class Edges {
  private static final int HEIGHT = 20;
  private static final int WIDTH = 40;

  private Edges() {}

  public static void main(String... arguments) throws IOException {
    float[] picture = disc();
    print(picture);
    System.out.println();
    print(edges(picture));
  }

  private static float[] edges(float[] picture) throws IOException {
    try (InputStream resource = Edges.class.getResourceAsStream("edges.plan")) {
      if (resource == null) {
        throw new IllegalStateException("edges.plan is not on the class path; build with Maven");
      }
      Plan plan = Plan.load(resource);
      try (Session session = plan.newSession()) {
        Tensor input = Tensor.of(picture, 1, 1, HEIGHT, WIDTH);
        Tensor edges = session.run(Map.of("picture", input)).get("edges");
        return Objects.requireNonNull(edges).floats();
      }
    }
  }

  /// Light on dark; characters are about twice as high as wide.
  private static float[] disc() {
    float[] picture = new float[HEIGHT * WIDTH];
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        double fromCentre = Math.hypot((x - 19.5) / 2, y - 9.5);
        picture[y * WIDTH + x] = fromCentre < 7 ? 1 : 0;
      }
    }
    return picture;
  }

  private static void print(float[] picture) {
    String shades = " .:+#";
    for (int y = 0; y < HEIGHT; y++) {
      StringBuilder line = new StringBuilder();
      for (int x = 0; x < WIDTH; x++) {
        float value = Math.clamp(picture[y * WIDTH + x], 0f, 1f);
        line.append(shades.charAt(Math.round(value * (shades.length() - 1))));
      }
      System.out.println(line);
    }
  }
}
