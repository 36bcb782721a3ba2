package dev.crease.compiler.op.attention;

import dev.crease.compiler.ir.Attribute;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Node;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.Calling;
import dev.crease.compiler.op.Lowering;
import dev.crease.compiler.op.Primitive;
import dev.crease.compiler.op.TypeSets;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Routine;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// ONNX `LinearAttention`: a state `S` of `[keys, values]` for each head goes along the sequence:
///
/// ```
/// S = e^decay S                        gated, gated_delta
/// v = beta (v - S^T (erase_gate k))    delta, gated_delta
/// S = S + k v^T
/// output = scale S^T q
/// ```
///
/// Neighbouring heads of the queries may share a state.
///
/// @param chunkSize how many steps may be computed together; no matter of the result
/// @param scale 0 for `1 / sqrt(keys)`
public record LinearAttention(
    long chunkSize, long stateHeads, long queryHeads, float scale, String updateRule)
    implements Primitive {
  private static final Set<ElementType> TYPES =
      EnumSet.of(ElementType.FLOAT32, ElementType.FLOAT16, ElementType.BFLOAT16);
  private static final List<String> RULES = List.of("linear", "gated", "delta", "gated_delta");

  private static final int PAST = 3;
  private static final int DECAY = 4;
  private static final int BETA = 5;
  private static final int ERASE = 6;

  public static final OpSchema SCHEMA =
      OpSchema.named("LinearAttention")
          .since(27)
          .attribute("chunk_size", 64)
          .attribute("kv_num_heads", Attribute.Kind.INT)
          .attribute("q_num_heads", Attribute.Kind.INT)
          .attribute("scale", 0f)
          .attribute("update_rule", "gated_delta")
          .input("query", "T", TYPES)
          .input("key", "T", TYPES)
          .input("value", "T", TYPES)
          .optionalInput("past_state", "S", TypeSets.FLOATS)
          .optionalInput("decay", "T", TYPES)
          .optionalInput("beta", "T", TYPES)
          .optionalInput("erase_gate", "T", TYPES)
          .output("output", "T", TYPES)
          .output("present_state", "S", TypeSets.FLOATS)
          .build(
              a ->
                  new LinearAttention(
                      a.integer("chunk_size"),
                      a.integer("kv_num_heads"),
                      a.integer("q_num_heads"),
                      a.real("scale"),
                      a.text("update_rule")));

  public LinearAttention {
    if (!RULES.contains(updateRule)) {
      throw new IllegalArgumentException(
          "update_rule is %s, expected one of %s".formatted(updateRule, RULES));
    }
    if (stateHeads < 1 || queryHeads < 1 || queryHeads % stateHeads != 0) {
      throw new IllegalArgumentException(
          "q_num_heads is %d, expected a multiple of kv_num_heads, %d"
              .formatted(queryHeads, stateHeads));
    }
  }

  @Override
  public OpSchema schema() {
    return SCHEMA;
  }

  @Override
  public Attributes attributes() {
    return Attributes.NONE
        .with("chunk_size", chunkSize)
        .with("kv_num_heads", stateHeads)
        .with("q_num_heads", queryHeads)
        .with("scale", scale)
        .with("update_rule", updateRule);
  }

  private boolean gated() {
    return updateRule.startsWith("gated");
  }

  private boolean corrects() {
    return updateRule.endsWith("delta");
  }

  @Override
  public List<TensorType> infer(Operands operands) {
    for (int i = 0; i < operands.count(); i++) {
      if (operands.has(i) && operands.type(i).rank() != (i == PAST ? 4 : 3)) {
        throw new InvalidOperandException(
            "%s of LinearAttention is %s, expected rank %d"
                .formatted(SCHEMA.inputs().get(i).name(), operands.type(i), i == PAST ? 4 : 3));
      }
    }
    boolean fits =
        operands.has(DECAY) == gated()
            && operands.has(BETA) == corrects()
            && (corrects() || !operands.has(ERASE));
    if (!fits) {
      throw new InvalidOperandException(
          "LinearAttention with the rule %s %s decay and %s beta"
              .formatted(
                  updateRule, gated() ? "needs" : "has no", corrects() ? "needs" : "has no"));
    }
    TensorType query = operands.type(0);
    Dim keys = operands.type(1).dim(2).floorDiv(Dim.of(stateHeads));
    Dim values = operands.type(2).dim(2).floorDiv(Dim.of(stateHeads));
    TensorType state =
        operands.has(PAST)
            ? operands.type(PAST)
            : query.withDims(List.of(query.dim(0), Dim.of(stateHeads), keys, values));
    Dim width = values.times(Dim.of(queryHeads));
    return List.of(query.withDims(List.of(query.dim(0), query.dim(1), width)), state);
  }

  @Override
  public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
    DoubleTensor q = inputs.get(0);
    int heads = (int) stateHeads;
    int batch = q.dim(0);
    int steps = q.dim(1);
    int keys = inputs.get(1).dim(2) / heads;
    int values = inputs.get(2).dim(2) / heads;
    DoubleTensor y = DoubleTensor.zeros(q.type(), batch, steps, values * (int) queryHeads);
    ElementType type = inputs.has(PAST) ? inputs.get(PAST).type() : q.type();
    DoubleTensor state =
        inputs.has(PAST)
            ? new DoubleTensor(type, inputs.get(PAST).shape(), inputs.get(PAST).data().clone())
            : DoubleTensor.zeros(type, batch, heads, keys, values);
    double factor = scale == 0 ? 1 / Math.sqrt(keys) : scale;
    for (int b = 0; b < batch; b++) {
      for (int t = 0; t < steps; t++) {
        for (int h = 0; h < queryHeads; h++) {
          int shared = h * heads / (int) queryHeads;
          double[] s = state.data();
          int from = (b * heads + shared) * keys * values;
          if (h % (queryHeads / heads) == 0) {
            step(inputs, s, from, b * steps + t, shared, keys, values);
          }
          for (int i = 0; i < keys; i++) {
            double weight = factor * q.data()[((b * steps + t) * (int) queryHeads + h) * keys + i];
            for (int j = 0; j < values; j++) {
              y.data()[((b * steps + t) * (int) queryHeads + h) * values + j] +=
                  weight * s[from + i * values + j];
            }
          }
        }
      }
    }
    return List.of(y, state);
  }

  /// One step of one head's state, whose `[keys, values]` start at `from`.
  private void step(
      EvaluationInputs inputs, double[] s, int from, int row, int head, int keys, int values) {
    int heads = (int) stateHeads;
    double[] k = inputs.get(1).data();
    double[] v = inputs.get(2).data();
    int key = (row * heads + head) * keys;
    if (gated()) {
      DoubleTensor decay = inputs.get(DECAY);
      boolean each = decay.dim(2) != heads;
      for (int i = 0; i < keys * values; i++) {
        int at = each ? key + i / values : row * heads + head;
        s[from + i] *= Math.exp(decay.data()[at]);
      }
    }
    double[] added = new double[values];
    for (int j = 0; j < values; j++) {
      double found = 0;
      for (int i = 0; i < keys; i++) {
        double erased = inputs.has(ERASE) ? inputs.get(ERASE).data()[key + i] : 1;
        found += s[from + i * values + j] * k[key + i] * erased;
      }
      added[j] = v[(row * heads + head) * values + j];
      if (corrects()) {
        DoubleTensor beta = inputs.get(BETA);
        added[j] =
            (added[j] - found) * beta.data()[beta.dim(2) == heads ? row * heads + head : row];
      }
    }
    for (int i = 0; i < keys * values; i++) {
      s[from + i] += k[key + i / values] * added[i % values];
    }
  }

  @Override
  public void lower(Node node, Lowering to) {
    Calling.lower(
        node,
        to,
        Routine.LINEAR_ATTENTION,
        List.of(Dim.of(queryHeads), Dim.of(stateHeads)),
        List.of((double) scale));
  }
}
