package dev.crease.samples.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Embeddings of a hundred sentences against those that [Reference] makes.
class SentenceEmbedderTest {
  /// Directions that differ by the rounding of single floats only: the cosine falls short of 1 by
  /// half the square of what they are apart, which is less than 1e-4.
  private static final double SAME = 1 - 1e-8;

  private static List<String> sentences;
  private static List<double[]> expected;
  private static List<float[]> together;
  private static SentenceEmbedder embedder;

  @BeforeAll
  static void open() throws IOException, OrtException {
    sentences = Model.sentences();
    embedder = SentenceEmbedder.load();
    together = embedder.embed(sentences);
    expected = new ArrayList<>();
    try (Reference reference = new Reference()) {
      for (String sentence : sentences) {
        expected.add(reference.embed(sentence));
      }
    }
  }

  @AfterAll
  static void close() {
    embedder.close();
  }

  @Test
  void agreesInBatches() {
    assertThat(sentences).hasSize(100).doesNotHaveDuplicates();
    expectSame(together, expected);
  }

  @Test
  void agreesOneByOne() {
    expectSame(sentences.stream().map(embedder::embed).toList(), expected);
  }

  /// One plan, whatever the number of sentences and their lengths.
  @Test
  void agreesInBatchesOfEverySize() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < sentences.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(1));
    int from = 0;
    for (int size = 0; from + size <= order.size(); size++) {
      List<Integer> some = order.subList(from, from + size);
      expectSame(
          embedder.embed(some.stream().map(sentences::get).toList()),
          some.stream().map(expected::get).toList());
      from += size;
    }
    assertThat(from).isGreaterThan(80);
  }

  @Test
  void nearestNeighboursAreTheSame() {
    List<double[]> actual = together.stream().map(SentenceEmbedderTest::doubles).toList();
    for (int i = 0; i < sentences.size(); i++) {
      assertThat(sentences.get(nearest(i, actual)))
          .as("%s", sentences.get(i))
          .isEqualTo(sentences.get(nearest(i, expected)));
    }
  }

  @Test
  void similarSentencesAreNear() {
    float[] meal = embedder.embed("Someone is having a meal.");
    assertThat(SentenceEmbedder.similarity(meal, meal)).isCloseTo(1, within(1e-6));
    assertThat(SentenceEmbedder.similarity(meal, embedder.embed("A man is eating food.")))
        .isGreaterThan(0.6);
    assertThat(SentenceEmbedder.similarity(meal, embedder.embed("There are many primes.")))
        .isLessThan(0.2);
  }

  private static void expectSame(List<float[]> actual, List<double[]> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      double[] vector = doubles(actual.get(i));
      assertThat(dot(vector, vector)).isCloseTo(1, within(1e-6));
      assertThat(dot(vector, expected.get(i)) / Math.sqrt(dot(vector, vector)))
          .as("%d", i)
          .isGreaterThan(SAME);
    }
  }

  private static int nearest(int i, List<double[]> vectors) {
    int nearest = i == 0 ? 1 : 0;
    for (int j = 0; j < vectors.size(); j++) {
      boolean nearer =
          dot(vectors.get(i), vectors.get(j)) > dot(vectors.get(i), vectors.get(nearest));
      nearest = j != i && nearer ? j : nearest;
    }
    return nearest;
  }

  private static double[] doubles(float[] vector) {
    double[] result = new double[vector.length];
    Arrays.setAll(result, i -> vector[i]);
    return result;
  }

  private static double dot(double[] first, double[] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += first[i] * second[i];
    }
    return sum;
  }
}
