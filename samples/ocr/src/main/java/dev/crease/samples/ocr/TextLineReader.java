package dev.crease.samples.ocr;

import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Reads pictures of one line of text each: a classifier tells whether the line is upside down, a
/// recognizer gives for each column a probability of each character. For one thread.
public final class TextLineReader implements AutoCloseable {
  private static final int CLASSIFIER_WIDTH = 192;
  private static final int LEAST_WIDTH = 320;
  private static final int MOST_WIDTH = 3200;

  /// Less than this and the line is taken for upright.
  private static final double SURE = 0.9;

  private final Plan direction;
  private final Plan recognition;
  private final Session directions;
  private final Session recognitions;
  private final List<String> characters;

  /// @throws IOException if a plan cannot be read
  public TextLineReader() throws IOException {
    direction = plan("direction.plan");
    recognition = plan("recognition.plan");
    directions = direction.newSession();
    recognitions = recognition.newSession();
    characters = new ArrayList<>(List.of(""));
    recognition.metadata().getOrDefault("model.character", "").lines().forEach(characters::add);
    characters.add(" ");
  }

  private static Plan plan(String name) throws IOException {
    try (InputStream resource = TextLineReader.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException(name + " is not on the class path; build with Maven");
      }
      return Plan.load(resource);
    }
  }

  /// Reads one line.
  public TextLine read(BufferedImage picture) {
    boolean upsideDown = isUpsideDown(picture);
    BufferedImage upright = upsideDown ? Pixels.turned(picture) : picture;
    Tensor columns = run(recognition, recognitions, Pixels.of(upright, LEAST_WIDTH, MOST_WIDTH));
    return decode(columns, upsideDown);
  }

  private boolean isUpsideDown(BufferedImage picture) {
    Tensor scores =
        run(direction, directions, Pixels.of(picture, CLASSIFIER_WIDTH, CLASSIFIER_WIDTH));
    return scores.floats()[1] > SURE;
  }

  /// The only output for the only input.
  private static Tensor run(Plan plan, Session session, Tensor input) {
    String name = plan.inputs().getFirst().name();
    return session.run(Map.of(name, input)).values().iterator().next();
  }

  /// The most probable character of each column, without repetitions and blanks (class 0), as
  /// connectionist temporal classification has it (Graves et al., 2006).
  private TextLine decode(Tensor columns, boolean upsideDown) {
    float[] probabilities = columns.floats();
    int classes = columns.dim(2);
    if (classes != characters.size()) {
      throw new IllegalStateException(
          "the recognizer has " + classes + " classes for " + characters.size() + " characters");
    }
    StringBuilder text = new StringBuilder();
    double sum = 0;
    int count = 0;
    int before = 0;
    for (int column = 0; column < columns.dim(1); column++) {
      int best = best(probabilities, column * classes, classes);
      if (best != 0 && best != before) {
        text.append(characters.get(best));
        sum += probabilities[column * classes + best];
        count++;
      }
      before = best;
    }
    return new TextLine(text.toString().strip(), upsideDown, count == 0 ? 0 : sum / count);
  }

  private static int best(float[] values, int from, int count) {
    int best = 0;
    for (int i = 1; i < count; i++) {
      best = values[from + i] > values[from + best] ? i : best;
    }
    return best;
  }

  @Override
  public void close() {
    directions.close();
    recognitions.close();
  }
}
