package dev.crease.compiler.verify.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.Operators;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Wrong folds, each of which must be refuted, beside the right ones, which must be proved.
class PlantedBugsTest {
  private static final float EPSILON = 1e-3f;

  /// A linear operator before a normalization, and how its weights make channels.
  private record Case(
      String operator, Attributes attributes, int[] weightDims, int channels, boolean bias) {
    int count() {
      return Arrays.stream(weightDims).reduce(1, (a, b) -> a * b);
    }

    /// Output channel of weight `i`.
    int out(int i) {
      int taps = Arrays.stream(weightDims).skip(2).reduce(1, (a, b) -> a * b);
      int first = i / taps / weightDims[1];
      int second = i / taps % weightDims[1];
      return switch (operator) {
        case "ConvTranspose" ->
            first / (weightDims[0] / (int) attributes.integer("group")) * weightDims[1] + second;
        case "Gemm" -> attributes.flag("transB") ? first : second;
        default -> first;
      };
    }

    /// The index of weight `i` along the axis that is not the outputs'.
    int other(int i) {
      int taps = Arrays.stream(weightDims).skip(2).reduce(1, (a, b) -> a * b);
      boolean columns =
          operator.equals("ConvTranspose")
              || (operator.equals("Gemm") && !attributes.flag("transB"));
      return columns ? i / taps / weightDims[1] : i / taps % weightDims[1];
    }

    double beta() {
      return operator.equals("Gemm") ? attributes.real("beta") : 1;
    }
  }

  /// Weights and parameters; as folded, only weights and bias count.
  private record Numbers(
      double[] w, double[] b, double[] gamma, double[] beta, double[] mean, double[] variance) {
    static Numbers random(Case of) {
      Random random = new Random(7);
      return new Numbers(
          floats(random, of.count(), -1),
          floats(random, of.channels(), -1),
          floats(random, of.channels(), 0.5),
          floats(random, of.channels(), -1),
          floats(random, of.channels(), -1),
          floats(random, of.channels(), 0.25));
    }

    private static double[] floats(Random random, int count, double low) {
      return random.doubles(count, low, 1.5).map(x -> (float) x).toArray();
    }
  }

  /// A formula for weights and bias.
  private interface Fold {
    void apply(Case of, Numbers n, double[] w, double[] b);
  }

  private static double slope(Numbers n, int c) {
    return n.gamma[c] / Math.sqrt(n.variance[c] + EPSILON);
  }

  private static void right(Case of, Numbers n, double[] w, double[] b) {
    for (int i = 0; i < w.length; i++) {
      w[i] = slope(n, of.out(i)) * n.w[i];
    }
    for (int c = 0; c < b.length; c++) {
      double given = of.bias() ? of.beta() * n.b[c] : 0;
      b[c] = slope(n, c) * (given - n.mean[c]) + n.beta[c];
    }
  }

  /// The right fold with other parameters.
  private static Fold with(UnaryOperator<Numbers> change) {
    return (of, n, w, b) -> right(of, change.apply(n), w, b);
  }

  /// The right fold, after which something is changed.
  private static Fold then(Fold change) {
    return (of, n, w, b) -> {
      right(of, n, w, b);
      change.apply(of, n, w, b);
    };
  }

  private static double[] each(double[] x, java.util.function.DoubleUnaryOperator f) {
    return Arrays.stream(x).map(f).toArray();
  }

  private static Map<String, Fold> bugs() {
    Map<String, Fold> bugs = new LinkedHashMap<>();
    bugs.put(
        "epsilon forgotten",
        with(
            n ->
                new Numbers(
                    n.w, n.b, n.gamma, n.beta, n.mean, each(n.variance, v -> v - EPSILON))));
    bugs.put(
        "epsilon added to the root",
        with(
            n ->
                new Numbers(
                    n.w,
                    n.b,
                    n.gamma,
                    n.beta,
                    n.mean,
                    each(n.variance, v -> Math.pow(Math.sqrt(v) + EPSILON, 2) - EPSILON))));
    bugs.put(
        "variance not rooted",
        with(
            n ->
                new Numbers(
                    n.w,
                    n.b,
                    n.gamma,
                    n.beta,
                    n.mean,
                    each(n.variance, v -> (v + EPSILON) * (v + EPSILON) - EPSILON))));
    bugs.put(
        "sign of the mean",
        with(n -> new Numbers(n.w, n.b, n.gamma, n.beta, each(n.mean, m -> -m), n.variance)));
    bugs.put(
        "mean forgotten",
        with(n -> new Numbers(n.w, n.b, n.gamma, n.beta, each(n.mean, m -> 0), n.variance)));
    bugs.put(
        "beta forgotten",
        with(n -> new Numbers(n.w, n.b, n.gamma, each(n.beta, x -> 0), n.mean, n.variance)));
    bugs.put(
        "sign of beta",
        with(n -> new Numbers(n.w, n.b, n.gamma, each(n.beta, x -> -x), n.mean, n.variance)));
    bugs.put(
        "gamma forgotten",
        with(n -> new Numbers(n.w, n.b, each(n.gamma, x -> 1), n.beta, n.mean, n.variance)));
    bugs.put(
        "mean and beta swapped",
        with(n -> new Numbers(n.w, n.b, n.gamma, n.mean, n.beta, n.variance)));
    bugs.put(
        "variance and mean swapped",
        with(n -> new Numbers(n.w, n.b, n.gamma, n.beta, n.variance, each(n.mean, m -> m * m))));
    bugs.put(
        "scaled by the next channel",
        (of, n, w, b) -> {
          right(of, n, w, b);
          for (int i = 0; i < w.length; i++) {
            w[i] = slope(n, (of.out(i) + 1) % of.channels()) * n.w[i];
          }
        });
    bugs.put(
        "scaled along the other axis",
        then(
            (of, n, w, b) -> {
              for (int i = 0; i < w.length; i++) {
                w[i] =
                    slope(n, of.other(i) % of.channels()) * n.w[i]
                        + (of.weightDims()[1] == 1 ? 1 : 0);
              }
            }));
    bugs.put(
        "scaled twice",
        then(
            (of, n, w, b) -> {
              for (int i = 0; i < w.length; i++) {
                w[i] *= slope(n, of.out(i));
              }
            }));
    bugs.put("weights not scaled", then((of, n, w, b) -> System.arraycopy(n.w, 0, w, 0, w.length)));
    bugs.put(
        "bias added, not scaled",
        then(
            (of, n, w, b) -> {
              for (int c = 0; c < b.length; c++) {
                b[c] = n.b[c] + n.beta[c] - slope(n, c) * n.mean[c];
              }
            }));
    bugs.put("shift lost", then((of, n, w, b) -> Arrays.fill(b, 0)));
    bugs.put("bias of the first channel for all", then((of, n, w, b) -> Arrays.fill(b, b[0])));
    bugs.put("one weight lost", then((of, n, w, b) -> w[w.length / 2] = 0));
    bugs.put(
        "two weights swapped",
        then(
            (of, n, w, b) -> {
              double first = w[0];
              w[0] = w[1];
              w[1] = first;
            }));
    bugs.put(
        "taps reversed",
        then(
            (of, n, w, b) -> {
              double[] copy = w.clone();
              for (int i = 0; i < w.length; i++) {
                w[i] = copy[w.length - 1 - i];
              }
            }));
    bugs.put("a weight one unit off", then((of, n, w, b) -> w[2] = Math.nextUp((float) w[2])));
    bugs.put(
        "the last weight one unit off",
        then((of, n, w, b) -> w[w.length - 1] = Math.nextDown((float) w[w.length - 1])));
    bugs.put("a bias one unit off", then((of, n, w, b) -> b[1] = Math.nextUp((float) b[1])));
    bugs.put(
        "scale rounded before it is used",
        then(
            (of, n, w, b) -> {
              for (int i = 0; i < w.length; i++) {
                w[i] = (float) slope(n, of.out(i)) * (float) n.w[i];
              }
            }));
    bugs.put(
        "weights rounded to half precision",
        then(
            (of, n, w, b) -> {
              for (int i = 0; i < w.length; i++) {
                w[i] = Float.float16ToFloat(Float.floatToFloat16((float) w[i]));
              }
            }));
    return bugs;
  }

  private static Attributes window(List<Long> pads, long group) {
    return Attributes.NONE.with("pads", pads).with("group", group);
  }

  private static Attributes gemm(float alpha, float beta, boolean transposed) {
    return Attributes.NONE
        .with("alpha", alpha)
        .with("beta", beta)
        .with("transB", transposed ? 1 : 0);
  }

  private static Map<String, Case> cases() {
    List<Long> pads = List.of(1L, 0L, 1L, 2L);
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.put("Conv", new Case("Conv", window(pads, 1), new int[] {3, 3, 3, 3}, 3, true));
    cases.put("grouped Conv", new Case("Conv", window(pads, 2), new int[] {4, 2, 3, 3}, 4, true));
    cases.put("depthwise Conv", new Case("Conv", window(pads, 3), new int[] {3, 1, 3, 3}, 3, true));
    cases.put(
        "Conv without bias", new Case("Conv", window(pads, 1), new int[] {3, 2, 1, 1}, 3, false));
    cases.put(
        "ConvTranspose",
        new Case(
            "ConvTranspose", window(List.of(1L, 0L, 1L, 0L), 1), new int[] {3, 3, 2, 2}, 3, true));
    cases.put(
        "grouped ConvTranspose",
        new Case(
            "ConvTranspose", window(List.of(1L, 0L, 1L, 0L), 2), new int[] {4, 3, 2, 2}, 6, true));
    cases.put("Gemm", new Case("Gemm", gemm(0.5f, 2, false), new int[] {3, 3}, 3, true));
    cases.put("Gemm, transposed", new Case("Gemm", gemm(1, 3, true), new int[] {4, 3}, 4, true));
    return cases;
  }

  private static Constant constant(int[] dims, double[] values) {
    float[] stored = new float[values.length];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = (float) values[i];
    }
    return Constant.of(Tensor.of(stored, dims));
  }

  private static Value input(Case of, GraphBuilder out) {
    List<Dim> dims = new ArrayList<>(List.of(Dim.symbol("N")));
    int[] w = of.weightDims();
    long channels =
        switch (of.operator()) {
          case "Gemm" -> of.attributes().flag("transB") ? w[1] : w[0];
          case "ConvTranspose" -> w[0];
          default -> w[1] * of.attributes().integer("group");
        };
    dims.add(Dim.of(channels));
    for (int i = 2; i < w.length; i++) {
      dims.add(Dim.symbol("S" + i));
    }
    return out.input("x", new TensorType(ElementType.FLOAT32, dims));
  }

  static Value add(GraphBuilder out, String operator, Attributes attributes, Value... operands) {
    return out.add(Operators.find(operator).orElseThrow().create(attributes), operands);
  }

  private static Graph before(Case of, Numbers n) {
    GraphBuilder out = new GraphBuilder("before");
    List<Value> operands = new ArrayList<>(List.of(input(of, out)));
    operands.add(out.constant("w", constant(of.weightDims(), n.w)));
    int[] vector = {of.channels()};
    if (of.bias()) {
      operands.add(out.constant("b", constant(vector, n.b)));
    }
    Value y = add(out, of.operator(), of.attributes(), operands.toArray(Value[]::new));
    out.output(
        add(
            out,
            "BatchNormalization",
            Attributes.NONE.with("epsilon", EPSILON),
            y,
            out.constant("gamma", constant(vector, n.gamma)),
            out.constant("beta", constant(vector, n.beta)),
            out.constant("mean", constant(vector, n.mean)),
            out.constant("variance", constant(vector, n.variance))));
    return out.build();
  }

  private static Graph after(Case of, Attributes attributes, double[] w, double[] b) {
    GraphBuilder out = new GraphBuilder("after");
    out.output(
        add(
            out,
            of.operator(),
            attributes,
            input(of, out),
            out.constant("w.folded", constant(of.weightDims(), w)),
            out.constant("b.folded", constant(new int[] {of.channels()}, b))));
    return out.build();
  }

  private static Finding judge(Case of, Fold fold, UnaryOperator<Attributes> change) {
    Numbers n = Numbers.random(of);
    double[] w = new double[of.count()];
    double[] b = new double[of.channels()];
    fold.apply(of, n, w, b);
    Attributes kept =
        of.operator().equals("Gemm") ? of.attributes().with("beta", 1f) : of.attributes();
    Graph before = before(of, n);
    Graph after = after(of, change.apply(kept), w, b);
    return Certificate.of(new Replacement(before, after, after.inputs()));
  }

  @TestFactory
  Stream<DynamicTest> rightFoldsAreProved() {
    return cases().entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    entry.getKey(),
                    () ->
                        assertThat(judge(entry.getValue(), PlantedBugsTest::right, a -> a))
                            .isInstanceOfSatisfying(
                                Finding.Proved.class,
                                proved ->
                                    assertThat(proved.kind())
                                        .isEqualTo(Finding.Kind.WITHIN_ROUNDING))));
  }

  @TestFactory
  Stream<DynamicTest> wrongFormulasAreRefuted() {
    return cases().entrySet().stream()
        .flatMap(
            entry ->
                bugs().entrySet().stream()
                    .filter(
                        bug -> entry.getValue().bias() || !bug.getKey().startsWith("bias added"))
                    .map(
                        bug ->
                            DynamicTest.dynamicTest(
                                entry.getKey() + ": " + bug.getKey(),
                                () ->
                                    assertThat(judge(entry.getValue(), bug.getValue(), a -> a))
                                        .isInstanceOf(Finding.Refuted.class))));
  }

  @TestFactory
  Stream<DynamicTest> wrongAttributesAreNotProved() {
    Map<String, UnaryOperator<Attributes>> changes = new LinkedHashMap<>();
    changes.put("pads swapped", a -> a.with("pads", List.of(1L, 2L, 1L, 0L)));
    changes.put("a pad lost at the end", a -> a.with("pads", List.of(1L, 0L, 0L, 2L)));
    changes.put("pads moved", a -> a.with("pads", List.of(0L, 0L, 2L, 2L)));
    changes.put("strides", a -> a.with("strides", List.of(1L, 2L)));
    changes.put(
        "dilations",
        a -> a.with("dilations", List.of(1L, 2L)).with("pads", List.of(1L, 1L, 1L, 3L)));
    changes.put("automatic pads", a -> a.without("pads").with("auto_pad", "SAME_LOWER"));
    Case conv = cases().get("Conv");
    Map<String, UnaryOperator<Attributes>> gemm = new LinkedHashMap<>();
    gemm.put("alpha lost", a -> a.with("alpha", 1f));
    gemm.put("beta twice", a -> a.with("beta", 2f));
    gemm.put("transposed", a -> a.with("transB", 1));
    return Stream.concat(
        changes.entrySet().stream().map(change -> notProved(conv, change)),
        gemm.entrySet().stream().map(change -> notProved(cases().get("Gemm"), change)));
  }

  private static DynamicTest notProved(
      Case of, Map.Entry<String, UnaryOperator<Attributes>> change) {
    return DynamicTest.dynamicTest(
        change.getKey(),
        () ->
            assertThat(judge(of, PlantedBugsTest::right, change.getValue()))
                .isNotInstanceOf(Finding.Proved.class));
  }
}
