package dev.crease.compiler.op;

import static dev.crease.compiler.op.Sample.Operand.ABSENT;
import static dev.crease.compiler.op.Sample.floats;
import static dev.crease.compiler.op.Sample.range;
import static dev.crease.compiler.op.Sample.tensor;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.op.Sample.Operand;
import dev.crease.compiler.op.attention.Attention;
import dev.crease.compiler.op.attention.CausalConvWithState;
import dev.crease.compiler.op.attention.LinearAttention;
import dev.crease.compiler.op.attention.RotaryEmbedding;
import dev.crease.compiler.op.math.SwiGlu;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Samples of the operators of sequence models.
final class AttentionSamples {
  static final List<Sample> ALL = all();

  private static final int BATCH = 2;
  private static final int QUERIES = 3;
  private static final int KEYS = 4;

  private AttentionSamples() {}

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    attention(samples);
    masks(samples);
    caches(samples);
    rotations(samples);
    convolutions(samples);
    linear(samples);
    samples.add(Sample.of("usual", new SwiGlu(1), floats(2, 5), floats(2, 5)));
    samples.add(Sample.of("broadcast", new SwiGlu(0.5f), floats(2, 1, 4), floats(3, 1)));
    return samples;
  }

  /// Numbers that are small, so that sums of their products are of the size of 1.
  private static Operand small(int... shape) {
    return range(-0.5, 0.5, shape);
  }

  private static Attention plain(boolean causal) {
    return new Attention(causal, 0, 0, 0, Optional.empty(), 0, Optional.empty());
  }

  private static Attention showing(long mode, float softcap) {
    return new Attention(false, 0, 0, mode, Optional.of(0.5f), softcap, Optional.of(1L));
  }

  private static Operand queries(int heads) {
    return small(BATCH, heads, QUERIES, 6);
  }

  private static Operand keys(int heads) {
    return small(BATCH, heads, KEYS, 6);
  }

  private static Operand values(int heads) {
    return small(BATCH, heads, KEYS, 5);
  }

  private static void attention(List<Sample> samples) {
    samples.add(Sample.of("heads", plain(false), queries(2), keys(2), values(2)).withOutputs(4));
    samples.add(Sample.of("shared", plain(true), queries(6), keys(2), values(2)).withOutputs(4));
    samples.add(Sample.of("one head", plain(true), queries(1), keys(1), values(1)));
    Attention flat = new Attention(true, 2, 4, 0, Optional.empty(), 0, Optional.empty());
    samples.add(
        Sample.of("rank 3", flat, small(2, 3, 24), small(2, 5, 12), small(2, 5, 8)).withOutputs(4));
    for (long mode = 0; mode < 4; mode++) {
      Operand mask = small(QUERIES, KEYS);
      samples.add(
          Sample.of("scores " + mode, showing(mode, 2), queries(2), keys(2), values(2), mask)
              .withOutputs(4));
    }
    samples.add(
        Sample.of(
            "doubles", plain(true), doubles(1, 2, 3, 4), doubles(1, 2, 3, 4), doubles(1, 2, 3, 4)));
    Attention exact = new Attention(true, 0, 0, 3, Optional.empty(), 0, Optional.of(11L));
    samples.add(
        Sample.of("probabilities in double", exact, queries(2), keys(2), values(2)).withOutputs(4));
  }

  private static Operand doubles(int... shape) {
    DoubleTensor x = small(shape).value();
    return new Operand(new DoubleTensor(ElementType.FLOAT64, x.shape(), x.data()), false);
  }

  /// A mask, or lengths of the keys, by which some queries see nothing.
  private static void masks(List<Sample> samples) {
    double never = Double.NEGATIVE_INFINITY;
    int[] shape = {QUERIES, KEYS};
    Operand seen = tensor(ElementType.BOOL, shape, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0);
    Operand added =
        tensor(ElementType.FLOAT32, shape, 0, -1, 2, never, never, never, never, never, 0, 0, 0, 0);
    for (boolean causal : List.of(false, true)) {
      String name = causal ? ", causal" : "";
      samples.add(masked("booleans" + name, plain(causal), seen));
      samples.add(masked("numbers" + name, plain(causal), added));
      samples.add(masked("heads" + name, plain(causal), small(2, QUERIES, KEYS)));
      samples.add(masked("images" + name, plain(causal), small(BATCH, 1, 1, KEYS)));
      samples.add(masked("short" + name, plain(causal), small(QUERIES, KEYS - 2)));
      Operand lengths = tensor(ElementType.INT64, new int[] {BATCH}, 2, 4);
      samples.add(
          Sample.of(
              "lengths" + name,
              plain(causal),
              queries(2),
              keys(2),
              values(2),
              ABSENT,
              ABSENT,
              ABSENT,
              lengths));
      samples.add(
          Sample.of(
              "lengths and mask" + name,
              plain(causal),
              queries(2),
              keys(2),
              values(2),
              seen,
              ABSENT,
              ABSENT,
              lengths));
    }
  }

  private static Sample masked(String name, Attention op, Operand mask) {
    return Sample.of(name, op, queries(2), keys(2), values(2), mask);
  }

  private static void caches(List<Sample> samples) {
    Operand key = small(BATCH, 2, 7, 6);
    Operand value = small(BATCH, 2, 7, 5);
    for (boolean causal : List.of(false, true)) {
      samples.add(
          Sample.of(
                  "past" + (causal ? ", causal" : ""),
                  plain(causal),
                  queries(4),
                  keys(2),
                  values(2),
                  ABSENT,
                  key,
                  value)
              .withOutputs(4));
    }
    Operand mask = small(QUERIES, 7 + KEYS);
    samples.add(
        Sample.of("past and mask", plain(true), queries(4), keys(2), values(2), mask, key, value));
  }

  private static void rotations(List<Sample> samples) {
    Operand positions = tensor(ElementType.INT64, new int[] {2, 3}, 0, 5, 2, 6, 1, 1);
    for (boolean interleaved : List.of(false, true)) {
      String name = interleaved ? "neighbours" : "halves";
      RotaryEmbedding whole = new RotaryEmbedding(interleaved, 0, 0);
      samples.add(
          Sample.of(
              name, whole, floats(2, 4, 3, 8), range(-1, 1, 7, 4), range(-1, 1, 7, 4), positions));
      RotaryEmbedding flat = new RotaryEmbedding(interleaved, 4, 0);
      samples.add(
          Sample.of(
              name + " of rank 3",
              flat,
              floats(2, 3, 32),
              range(-1, 1, 2, 3, 4),
              range(-1, 1, 2, 3, 4)));
      RotaryEmbedding some = new RotaryEmbedding(interleaved, 0, 4);
      samples.add(
          Sample.of(
              name + " of the first",
              some,
              floats(2, 4, 3, 8),
              range(-1, 1, 7, 2),
              range(-1, 1, 7, 2),
              positions));
    }
  }

  private static void convolutions(List<Sample> samples) {
    CausalConvWithState none = new CausalConvWithState("none");
    CausalConvWithState silu = new CausalConvWithState("silu");
    Operand x = small(2, 3, 5);
    samples.add(Sample.of("zeros before", none, x, small(3, 1, 4).known()).withOutputs(2));
    samples.add(
        Sample.of("past", silu, x, small(3, 1, 4).known(), small(3), small(2, 3, 3))
            .withOutputs(2));
    samples.add(Sample.of("one tap", none, x, small(3, 1, 1).known(), small(3)).withOutputs(2));
    samples.add(Sample.of("short", silu, small(2, 3, 1), small(3, 1, 4).known()).withOutputs(2));
  }

  private static void linear(List<Sample> samples) {
    Operand q = small(2, 3, 16);
    Operand k = small(2, 3, 8);
    Operand v = small(2, 3, 6);
    Operand state = small(2, 2, 4, 3);
    samples.add(Sample.of("sum", rule("linear", 0), q, k, v).withOutputs(2));
    samples.add(
        Sample.of("decay of heads", rule("gated", 0.5f), q, k, v, state, range(-1, 0, 2, 3, 2))
            .withOutputs(2));
    samples.add(
        Sample.of("decay of keys", rule("gated", 0), q, k, v, ABSENT, range(-1, 0, 2, 3, 8)));
    samples.add(
        Sample.of("correction", rule("delta", 0), q, k, v, state, ABSENT, range(0, 1, 2, 3, 1)));
    samples.add(
        Sample.of(
                "all",
                rule("gated_delta", 0),
                q,
                k,
                v,
                state,
                range(-1, 0, 2, 3, 2),
                range(0, 1, 2, 3, 2),
                range(0, 1, 2, 3, 8))
            .withOutputs(2));
  }

  private static LinearAttention rule(String rule, float scale) {
    return new LinearAttention(64, 2, 4, scale, rule);
  }
}
