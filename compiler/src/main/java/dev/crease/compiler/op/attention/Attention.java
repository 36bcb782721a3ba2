package dev.crease.compiler.op.attention;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Defined;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// ONNX `Attention`: `Y = softmax(scale Q K^T + mask) V` for each head, where neighbouring heads of
/// the queries may share one of the keys and values; a query that sees no key gives 0.
///
/// @param causal whether a query sees no key behind its own position: counted from the end of the
///   past, or, if lengths of the keys are given, from the end of those
/// @param stateHeads heads of keys and values of rank 3; else 0
/// @param queryHeads heads of queries of rank 3; else 0
/// @param scoresMode which scores are the last result: 0 the products, 1 behind the cap, 2 with the
///   mask, 3 the probabilities
/// @param scale if it is not `1 / sqrt(size of a head)`
/// @param softcap scores become `softcap tanh(score / softcap)`; 0 for none
/// @param softmaxPrecision the number of the least exact type in which probabilities are computed
public record Attention(
    boolean causal,
    long stateHeads,
    long queryHeads,
    long scoresMode,
    Optional<Float> scale,
    float softcap,
    Optional<Long> softmaxPrecision)
    implements Defined {
  private static final Set<ElementType> MASKS = masks();
  private static final int MASK = 3;
  private static final int PAST_KEY = 4;
  private static final int PAST_VALUE = 5;
  private static final int LENGTHS = 6;

  public static final OpSchema SCHEMA =
      OpSchema.named("Attention")
          .since(24)
          .attribute("is_causal", 0)
          .attribute("kv_num_heads", 0)
          .attribute("q_num_heads", 0)
          .attribute("qk_matmul_output_mode", 0)
          .optional("scale", Attribute.Kind.FLOAT)
          .attribute("softcap", 0f)
          .optional("softmax_precision", Attribute.Kind.INT)
          .input("Q", "T1", TypeSets.FLOATS)
          .input("K", "T1", TypeSets.FLOATS)
          .input("V", "T2", TypeSets.FLOATS)
          .optionalInput("attn_mask", "U", MASKS)
          .optionalInput("past_key", "T1", TypeSets.FLOATS)
          .optionalInput("past_value", "T2", TypeSets.FLOATS)
          .optionalInput("nonpad_kv_seqlen", "", TypeSets.SHAPES)
          .output("Y", "T1", TypeSets.FLOATS)
          .optionalOutput("present_key", "T1", TypeSets.FLOATS)
          .optionalOutput("present_value", "T2", TypeSets.FLOATS)
          .optionalOutput("qk_matmul_output", "T1", TypeSets.FLOATS)
          .build(
              a ->
                  new Attention(
                      a.flag("is_causal"),
                      a.integer("kv_num_heads"),
                      a.integer("q_num_heads"),
                      a.integer("qk_matmul_output_mode"),
                      a.has("scale") ? Optional.of(a.real("scale")) : Optional.empty(),
                      a.real("softcap"),
                      a.has("softmax_precision")
                          ? Optional.of(a.integer("softmax_precision"))
                          : Optional.empty()));

  public Attention {
    if (scoresMode < 0 || scoresMode > 3) {
      throw new IllegalArgumentException(
          "qk_matmul_output_mode is %d, expected 0 to 3".formatted(scoresMode));
    }
  }

  private static Set<ElementType> masks() {
    EnumSet<ElementType> types = EnumSet.copyOf(TypeSets.NUMBERS);
    types.add(ElementType.BOOL);
    return types;
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    Attributes attributes =
        Attributes.NONE
            .with("is_causal", causal ? 1 : 0)
            .with("kv_num_heads", stateHeads)
            .with("q_num_heads", queryHeads)
            .with("qk_matmul_output_mode", scoresMode);
    if (scale.isPresent()) {
      attributes = attributes.with("scale", scale.get());
    }
    attributes = attributes.with("softcap", softcap);
    return softmaxPrecision.isPresent()
        ? attributes.with("softmax_precision", softmaxPrecision.get())
        : attributes;
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    TensorType query = operands.type(0);
    TensorType q = heads("Q", query, queryHeads);
    TensorType k = heads("K", operands.type(1), stateHeads);
    TensorType v = heads("V", operands.type(2), stateHeads);
    if (operands.has(PAST_KEY) != operands.has(PAST_VALUE)) {
      throw new InvalidOperandException("Attention takes past_key and past_value, or neither");
    }
    check(q, k, v);
    TensorType presentKey = behind(operands, PAST_KEY, k);
    TensorType presentValue = behind(operands, PAST_VALUE, v);
    TensorType y =
        query.rank() == 4
            ? q.withDims(List.of(q.dim(0), q.dim(1), q.dim(2), v.dim(3)))
            : q.withDims(List.of(q.dim(0), q.dim(2), q.dim(1).times(v.dim(3))));
    TensorType scores = q.withDims(List.of(q.dim(0), q.dim(1), q.dim(2), presentKey.dim(2)));
    return List.of(y, presentKey, presentValue, scores);
  }

  /// The type with an axis for heads: `[batch, heads, sequence, size]`.
  private static TensorType heads(String name, TensorType type, long count) {
    if (type.rank() == 4) {
      return type;
    }
    if (type.rank() != 3 || count < 1) {
      throw new InvalidOperandException(
          "%s of Attention is %s in %d heads; expected rank 4, or 3 with a number of heads"
              .formatted(name, type, count));
    }
    Dim heads = Dim.of(count);
    return type.withDims(List.of(type.dim(0), heads, type.dim(1), type.dim(2).floorDiv(heads)));
  }

  private static void check(TensorType q, TensorType k, TensorType v) {
    Dim heads = q.dim(1);
    Dim shared = k.dim(1);
    boolean fits =
        agree(k.dim(1), v.dim(1)) && agree(k.dim(2), v.dim(2)) && agree(q.dim(3), k.dim(3));
    if (heads.isKnown() && shared.isKnown()) {
      long states = shared.known().getAsLong();
      fits &= states > 0 && heads.known().getAsLong() % states == 0;
    }
    if (!fits) {
      throw new InvalidOperandException(
          "Attention needs Q, K and V of fitting shapes, got %s, %s and %s".formatted(q, k, v));
    }
  }

  private static boolean agree(Dim a, Dim b) {
    return !a.isKnown() || !b.isKnown() || a.equals(b);
  }

  private static TensorType behind(Operands operands, int past, TensorType type) {
    if (!operands.has(past)) {
      return type;
    }
    Dim length = operands.type(past).dim(2).plus(type.dim(2));
    return type.withDims(List.of(type.dim(0), type.dim(1), length, type.dim(3)));
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    boolean flat = inputs.get(0).rank() == 3;
    DoubleTensor q = split(inputs.get(0), queryHeads);
    DoubleTensor k = joined(inputs, PAST_KEY, split(inputs.get(1), stateHeads));
    DoubleTensor v = joined(inputs, PAST_VALUE, split(inputs.get(2), stateHeads));
    int heads = q.dim(1);
    int queries = q.dim(2);
    int keys = k.dim(2);
    int size = v.dim(3);
    int sharing = heads / k.dim(1);
    DoubleTensor scores = DoubleTensor.zeros(q.type(), q.dim(0), heads, queries, keys);
    DoubleTensor y =
        flat
            ? DoubleTensor.zeros(q.type(), q.dim(0), queries, heads * size)
            : DoubleTensor.zeros(q.type(), q.dim(0), heads, queries, size);
    for (int row = 0; row < q.dim(0) * heads * queries; row++) {
      int batch = row / (heads * queries);
      int head = row / queries % heads;
      int query = row % queries;
      int state = batch * k.dim(1) + head / sharing;
      double[] p = new double[keys];
      double[] shown = new double[keys];
      double largest = Double.NEGATIVE_INFINITY;
      for (int key = 0; key < keys; key++) {
        double raw = score(q, row, k, state * keys + key);
        double capped = softcap > 0 ? softcap * Math.tanh(raw / softcap) : raw;
        p[key] = capped + bias(inputs, scores, batch, head, query, key);
        shown[key] = scoresMode == 0 ? raw : scoresMode == 1 ? capped : p[key];
        largest = Math.max(largest, p[key]);
      }
      double sum = 0;
      for (int key = 0; key < keys; key++) {
        p[key] = largest == Double.NEGATIVE_INFINITY ? 0 : Math.exp(p[key] - largest);
        sum += p[key];
      }
      int out = flat ? ((batch * queries + query) * heads + head) * size : row * size;
      for (int key = 0; key < keys; key++) {
        p[key] /= sum == 0 ? 1 : sum;
        scores.data()[row * keys + key] = scoresMode == 3 ? p[key] : shown[key];
        for (int i = 0; i < size; i++) {
          y.data()[out + i] += p[key] * v.data()[(state * keys + key) * size + i];
        }
      }
    }
    return List.of(y, k, v, scores);
  }

  private double score(DoubleTensor q, int query, DoubleTensor k, int key) {
    int size = q.dim(3);
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += q.data()[query * size + i] * k.data()[key * size + i];
    }
    return scale.isPresent() ? sum * scale.get() : sum / Math.sqrt(size);
  }

  /// What is added to a score; minus infinity if the query does not see the key.
  private double bias(
      EvaluationInputs inputs, DoubleTensor scores, int batch, int head, int query, int key) {
    boolean seen = true;
    int frontier = query;
    if (inputs.has(LENGTHS)) {
      int length = (int) inputs.get(LENGTHS).data()[batch];
      seen = key < length;
      frontier += length - scores.dim(2);
    }
    if (inputs.has(PAST_KEY)) {
      frontier = query + inputs.get(PAST_KEY).dim(2);
    }
    if (causal && key > frontier) {
      seen = false;
    }
    return (seen ? 0 : Double.NEGATIVE_INFINITY) + mask(inputs, batch, head, query, key);
  }

  /// A mask has the last of the axes, and 1 where it is the same along one; behind its end no key
  /// is seen.
  private static double mask(EvaluationInputs inputs, int... at) {
    if (!inputs.has(MASK)) {
      return 0;
    }
    DoubleTensor mask = inputs.get(MASK);
    int index = 0;
    for (int axis = 0; axis < mask.rank(); axis++) {
      int position = at[at.length - mask.rank() + axis];
      if (axis == mask.rank() - 1 && position >= mask.dim(axis)) {
        return Double.NEGATIVE_INFINITY;
      }
      index = index * mask.dim(axis) + (mask.dim(axis) == 1 ? 0 : position);
    }
    double value = mask.data()[index];
    return mask.type() == ElementType.BOOL && value == 0
        ? Double.NEGATIVE_INFINITY
        : mask.type() == ElementType.BOOL ? 0 : value;
  }

  /// `[batch, sequence, heads * size]` as `[batch, heads, sequence, size]`.
  private static DoubleTensor split(DoubleTensor x, long count) {
    if (x.rank() == 4) {
      return x;
    }
    int heads = (int) count;
    int size = x.dim(2) / heads;
    DoubleTensor y = DoubleTensor.zeros(x.type(), x.dim(0), heads, x.dim(1), size);
    for (int i = 0; i < y.data().length; i++) {
      int at = i / size;
      int step = at % x.dim(1);
      int head = at / x.dim(1) % heads;
      int batch = at / x.dim(1) / heads;
      y.data()[i] = x.data()[((batch * x.dim(1) + step) * heads + head) * size + i % size];
    }
    return y;
  }

  private static DoubleTensor joined(EvaluationInputs inputs, int operand, DoubleTensor x) {
    if (!inputs.has(operand)) {
      return x;
    }
    DoubleTensor past = inputs.get(operand);
    int before = past.dim(2) * past.dim(3);
    int now = x.dim(2) * x.dim(3);
    DoubleTensor y =
        DoubleTensor.zeros(x.type(), x.dim(0), x.dim(1), past.dim(2) + x.dim(2), x.dim(3));
    for (int head = 0; head < x.dim(0) * x.dim(1); head++) {
      int to = head * (before + now);
      System.arraycopy(past.data(), head * before, y.data(), to, before);
      System.arraycopy(x.data(), head * now, y.data(), to + before, now);
    }
    return y;
  }
}
