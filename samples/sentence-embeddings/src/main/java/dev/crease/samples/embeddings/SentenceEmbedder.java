package dev.crease.samples.embeddings;

import dev.crease.runtime.Plan;
import dev.crease.runtime.Session;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Turns sentences into vectors of length 1, whose scalar product tells how much two sentences say
/// the same. For one thread at a time.
public final class SentenceEmbedder implements AutoCloseable {
  private static final String NAME = "all-minilm-l6-v2";

  /// So many sentences are run at once at most: enough to read each weight once for many.
  private static final int BATCH = 32;

  private final WordPieceTokenizer tokenizer;
  private final Session session;

  /// An embedder of a model of BERT's kind: its inputs are `input_ids`, `attention_mask` and
  /// `token_type_ids`, its first output is the state of each token.
  public SentenceEmbedder(Plan plan, WordPieceTokenizer tokenizer, SessionOptions options) {
    this.tokenizer = tokenizer;
    this.session = plan.newSession(options);
  }

  /// The model that the build put beside this class, on all processors.
  ///
  /// @throws IOException if it cannot be read
  public static SentenceEmbedder load() throws IOException {
    return load(SessionOptions.defaults());
  }

  /// As the other form, with other options, such as how many threads to use.
  public static SentenceEmbedder load(SessionOptions options) throws IOException {
    try (InputStream plan = resource(NAME + ".plan");
        InputStream json = resource(NAME + "-tokenizer.json");
        var reader = new InputStreamReader(json, StandardCharsets.UTF_8)) {
      return new SentenceEmbedder(Plan.load(plan), WordPieceTokenizer.read(reader), options);
    }
  }

  private static InputStream resource(String name) {
    InputStream resource = SentenceEmbedder.class.getResourceAsStream(name);
    if (resource == null) {
      throw new IllegalStateException(name + " is not on the class path; build with Maven");
    }
    return resource;
  }

  /// The vector of one sentence. Of a long one only as much counts as the tokenizer keeps.
  public float[] embed(String sentence) {
    return embed(List.of(sentence)).getFirst();
  }

  /// The vectors of sentences, in their order.
  public List<float[]> embed(List<String> sentences) {
    List<int[]> tokens = sentences.stream().map(tokenizer::encode).toList();
    List<Integer> longestFirst =
        IntStream.range(0, tokens.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> tokens.get(i).length).reversed())
            .toList();
    float[][] vectors = new float[tokens.size()][];
    int from = 0;
    while (from < vectors.length) {
      int to = endOfBatch(longestFirst, from, tokens);
      List<Integer> batch = longestFirst.subList(from, to);
      List<float[]> results = run(batch.stream().map(tokens::get).toList());
      for (int i = 0; i < batch.size(); i++) {
        vectors[batch.get(i)] = results.get(i);
      }
      from = to;
    }
    return Arrays.asList(vectors);
  }

  /// At most a quarter of a batch is padding.
  private static int endOfBatch(List<Integer> longestFirst, int from, List<int[]> tokens) {
    int longest = tokens.get(longestFirst.get(from)).length;
    int to = from + 1;
    while (to < longestFirst.size()
        && to < from + BATCH
        && 4 * tokens.get(longestFirst.get(to)).length >= 3 * longest) {
      to++;
    }
    return to;
  }

  /// @param batch the longest first; shorter ones are padded, and the padding masked
  private List<float[]> run(List<int[]> batch) {
    int length = batch.getFirst().length;
    long[] ids = new long[batch.size() * length];
    long[] mask = new long[ids.length];
    for (int row = 0; row < batch.size(); row++) {
      int[] tokens = batch.get(row);
      for (int i = 0; i < tokens.length; i++) {
        ids[row * length + i] = tokens[i];
        mask[row * length + i] = 1;
      }
    }
    Tensor states =
        session
            .run(
                Map.of(
                    "input_ids", Tensor.of(ids, batch.size(), length),
                    "attention_mask", Tensor.of(mask, batch.size(), length),
                    "token_type_ids", Tensor.of(new long[ids.length], batch.size(), length)))
            .values()
            .iterator()
            .next();
    return IntStream.range(0, batch.size())
        .mapToObj(row -> pooled(states, row, batch.get(row).length))
        .toList();
  }

  /// The mean of a sentence's states, scaled to length 1; their sum has the same direction.
  private static float[] pooled(Tensor states, int row, int tokens) {
    int width = states.dim(2);
    double[] sum = new double[width];
    for (int token = 0; token < tokens; token++) {
      int from = (row * states.dim(1) + token) * width;
      for (int i = 0; i < width; i++) {
        sum[i] += states.floats()[from + i];
      }
    }
    double length = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
    float[] vector = new float[width];
    for (int i = 0; i < width; i++) {
      vector[i] = (float) (sum[i] / length);
    }
    return vector;
  }

  /// The cosine of the angle between two vectors of length 1: 1 for the same meaning, about 0 for
  /// unrelated ones.
  public static double similarity(float[] first, float[] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "vectors of %d and %d numbers".formatted(first.length, second.length));
    }
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += (double) first[i] * second[i];
    }
    return sum;
  }

  @Override
  public void close() {
    session.close();
  }
}
