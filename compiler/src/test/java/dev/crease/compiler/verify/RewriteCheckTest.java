package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.GraphCopy;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What each side's constants may be off, and what the captured inputs are made into.
class RewriteCheckTest {
  private static final float A = 0.1f;
  private static final float B = 0.7f;

  /// A graph of `x` and constants `a`, `b`, .. of one element each.
  private static Graph graph(String call, Constant... constants) {
    StringBuilder text = new StringBuilder("model m(x: f32[1, 1, 3]) -> (y: f32[1, 1, 3]) {\n");
    for (int i = 0; i < constants.length; i++) {
      text.append("%c: f32[1] = [%d]%n".formatted('a' + i, i + 2));
    }
    Graph graph = TextReader.read(text + "y = " + call + "\n}\n", "t").graph();
    GraphCopy copy = new GraphCopy(graph, Set.of());
    List<Value> values = new ArrayList<>(graph.constants().keySet());
    for (Value value : values) {
      int own = value.name().length() == 1 ? value.name().charAt(0) - 'a' : -1;
      Constant constant =
          own >= 0 && own < constants.length ? constants[own] : graph.constants().get(value);
      copy.put(value, copy.target().constant(value.name(), constant));
    }
    graph.nodes().forEach(copy::add);
    return copy.build();
  }

  private static Constant stored(double value) {
    return Constant.splat(ElementType.FLOAT32, new long[] {1}, value);
  }

  private static Constant derived(double value) {
    return Constant.derived(ElementType.FLOAT32, new long[] {1}, () -> new double[] {value});
  }

  private static DoubleTensor counted(int... shape) {
    int count = IntStream.of(shape).reduce(1, (a, b) -> a * b);
    double[] elements = IntStream.range(0, count).mapToDouble(i -> i % 5 - 2.5).toArray();
    return new DoubleTensor(ElementType.FLOAT32, shape, elements);
  }

  private static Difference check(Graph before, Graph after, DoubleTensor... captured) {
    return new RewriteCheck(new Replacement(before, after, after.inputs()), Optional.empty())
        .run(List.of(captured), false, 1, (_, _) -> {});
  }

  private static Difference check(Graph before, Graph after) {
    return check(before, after, counted(1, 1, 3));
  }

  @Test
  void aFormulaIsRoundedOnceAndAStoredConstantIsExact() {
    Graph two = graph("(x * a) * b", stored(A), stored(B));
    double product = (double) A * B;
    Difference rounded = check(two, graph("x * a", derived(product)));
    assertThat(rounded.verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(rounded.bound()).isBetween(1e-9, 1e-7);
    assertThat(check(two, graph("x * a", stored((float) product))).verdict())
        .isEqualTo(Verdict.WRONG);
    assertThat(check(two, graph("x * a", derived(product * (1 + 1e-6)))).verdict())
        .isEqualTo(Verdict.WRONG);
  }

  @Test
  void aFormulaThatIsGoneWasRoundedToo() {
    double product = (double) A * B;
    Graph one = graph("x * a", derived(product));
    assertThat(check(one, graph("(x * a) * b", stored(A), stored(B))).verdict())
        .isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(
            check(
                    graph("x * a", stored((float) product)),
                    graph("(x * a) * b", stored(A), stored(B)))
                .verdict())
        .isEqualTo(Verdict.WRONG);
  }

  @Test
  void aFormulaOfBothSidesIsOneNumber() {
    Constant shared = derived((double) A * B);
    Difference difference = check(graph("x * a + x", shared), graph("x + x * a * 1", shared));
    assertThat(difference.verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(difference.bound()).isBetween(0x1p-54, 1e-14);
  }

  /// What comes out is computed from the formula, not from what is stored of it.
  @Test
  void aFormulaOfBothSidesIsTakenAsComputed() {
    double product = (double) A * B;
    Constant shared = derived(product);
    Graph before = graph("x * a + (a * b - c)", shared, stored(1000), stored(70));
    double shift = 1000 * product - 70;
    double ofStored = 1000 * (double) (float) product - 70;
    assertThat(check(before, graph("x * a + b", shared, derived(shift))).verdict())
        .isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(check(before, graph("x * a + b", shared, derived(ofStored))).verdict())
        .isEqualTo(Verdict.WRONG);
  }

  private static Graph constant(String call, Constant... constants) {
    Graph graph = graph(call, constants);
    return graph.between(List.of(), graph.outputs());
  }

  private static Graph folded(double... elements) {
    GraphBuilder builder = new GraphBuilder("m");
    Constant result =
        Constant.of(
            new DoubleTensor(ElementType.FLOAT32, new int[] {1, 1, 3}, elements).toTensor());
    builder.output(builder.constant("y", result));
    return builder.build();
  }

  /// Kernels of float32 computed it.
  @Test
  void aResultThatBecameAConstantIsOffByWhatKernelsRound() {
    Graph before = constant("Expand(Tanh(a), [1, 1, 3])", stored(A));
    double y = (float) Math.tanh(A);
    Difference difference = check(before, folded(y, y, y), new DoubleTensor[0]);
    assertThat(difference.verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(difference.bound()).isBetween(1e-7, 1e-5);
    assertThat(check(before, folded(y, y, y + 1e-4), new DoubleTensor[0]).verdict())
        .isEqualTo(Verdict.WRONG);
  }

  /// A formula is computed in double, whatever it is of.
  @Test
  void aResultThatBecameAFormulaIsOffByItsRoundingAlone() {
    double product = (double) A * B;
    GraphBuilder builder = new GraphBuilder("m");
    Constant formula =
        Constant.derived(
            ElementType.FLOAT32,
            new long[] {1, 1, 3},
            () -> new double[] {product, product, product});
    builder.output(builder.constant("y", formula));
    Graph before = constant("Expand(a * b, [1, 1, 3])", stored(A), stored(B));
    Difference difference = check(before, builder.build(), new DoubleTensor[0]);
    assertThat(difference.verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(difference.bound()).isLessThan(0.51 * Math.ulp((float) product));
  }

  private static Graph text(String text) {
    return TextReader.read(text, "t").graph();
  }

  private static Graph pictures(int size, String call) {
    return text(
        "model m(x: f32[2, 1, %d]) -> (y: f32[2, 1, %d]) {\n  y = %s\n}\n"
            .formatted(size, size, call));
  }

  @Test
  void whatIsSeenIsWhatComesOutOfCutPictures() {
    Graph before = pictures(12, "Relu(x)");
    Graph after = pictures(12, "Clip(x, 0)");
    List<String> seen = new ArrayList<>();
    RewriteCheck check =
        new RewriteCheck(new Replacement(before, after, after.inputs()), Optional.empty());
    List<DoubleTensor> captured = List.of(counted(2, 1, 12));
    check.run(captured, false, 1, (value, tensor) -> seen.add(value.name() + tensor));
    assertThat(seen).containsExactly("yf32[1, 1, 10]");
    seen.clear();
    check.run(captured, true, 1, (value, tensor) -> seen.add(value.name() + tensor));
    assertThat(seen).containsExactly("yf32[2, 1, 12]");
  }

  @Test
  void whatKnowsItsSizeOnOneSideIsNotCut() {
    List<String> seen = new ArrayList<>();
    for (List<String> sides :
        List.of(
            List.of("Relu(x)", "Relu(Reshape(x, [2, 1, 12]))"),
            List.of("Relu(Reshape(x, [2, 1, 12]))", "Relu(x)"))) {
      Graph after = pictures(12, sides.getLast());
      new RewriteCheck(
              new Replacement(pictures(12, sides.getFirst()), after, after.inputs()),
              Optional.empty())
          .run(List.of(counted(2, 1, 12)), false, 1, (_, tensor) -> seen.add(tensor.toString()));
    }
    assertThat(seen).containsOnly("f32[2, 1, 12]").isNotEmpty();
  }

  /// A sum with a constant as large as the picture fits the whole picture only.
  @Test
  void picturesThatDoNotFitCutAreTakenWhole() {
    String sum =
        "model m(x: f32[1, 1, 12]) -> (y: f32[1, 1, 12]) {\n k: f32[12] = ones\n y = %s\n}";
    Graph before = text(sum.formatted("x + k"));
    Difference difference = check(before, text(sum.formatted("k + x")), counted(1, 1, 12));
    assertThat(difference.agrees()).as("%s", difference).isTrue();
    assertThat(check(before, text(sum.formatted("k - x")), counted(1, 1, 12)).verdict())
        .isEqualTo(Verdict.WRONG);
  }

  @Test
  void aSideThatCannotBeComputedIsAProblem() {
    Graph fits = text("model m(x: f32[1, 1, N]) -> (y: f32[1, 1, N]) {\n y = Relu(x)\n}");
    Graph not =
        text(
            "model m(x: f32[1, 1, N]) -> (y: f32[1, 1, N]) {\n k: f32[2] = ones\n y = Relu(x + k - k)\n}"
                .replace("N]) ->", "2]) ->")
                .replace("1, N]", "1, 2]"));
    assertThat(check(fits, not, counted(1, 1, 3)).toString())
        .startsWith("what came out cannot be computed: ");
    assertThat(check(not, fits, counted(1, 1, 3)).toString())
        .startsWith("what was there cannot be computed: ");
  }

  /// A product of an infinity with 0 is no number; one with a subnormal number is.
  @Test
  void aConstantThatUnderflowsExcusesWhatIsNotFinite() {
    Graph before = graph("Clip(x * a, 0, 6)", stored(0x1p-140));
    Difference difference = check(before, graph("Clip(x * a, 0, 6)", derived(0)));
    assertThat(difference.agrees()).as("%s", difference).isTrue();
  }

  /// 0 for a subnormal number is a deviation where what it meets is large.
  @Test
  void aConstantThatUnderflowsIsOffByWhatItMeets() {
    Graph before = graph("x * a + b", stored(0x1p-128), stored(1));
    Graph after = graph("x * a + b", derived(0), stored(1));
    DoubleTensor usual = counted(1, 1, 3);
    assertThat(check(before, after, usual).agrees()).isTrue();
    double[] large = {0x1p120, 0x1p126, -0x1p126};
    assertThat(check(before, after, new DoubleTensor(ElementType.FLOAT32, usual.shape(), large)))
        .extracting(Difference::verdict)
        .isEqualTo(Verdict.WRONG);
  }

  @Test
  void aZeroThatWasZeroOrNormalExcusesNothing() {
    Graph after = graph("Clip(x + x * a, 0, 6)", derived(0));
    for (float given : new float[] {0, Float.MIN_NORMAL, 1, -1}) {
      Graph before = graph("Clip(x + a - a, 0, 6)", stored(given));
      assertThat(check(before, after).problem()).as("%s", given).isPresent();
    }
    Graph doubles =
        text(
            """
            model m(x: f32[1, 1, 3]) -> (y: f32[1, 1, 3]) {
              a: f32[2] = [1e-40, 1e-40]
              y = Clip(x + ReduceSum(a - a), 0, 6)
            }
            """);
    assertThat(check(doubles, after).problem()).isPresent();
    Graph negative = graph("Clip(x + a - a, 0, 6)", stored(-0x1p-140));
    assertThat(check(negative, after).agrees()).isTrue();
  }

  /// What is scaled with 0 is its constant: an infinity may be held there, what is no number not.
  @Test
  void aFactorOfZeroExcusesInfinitiesAlone() {
    Graph held = graph("Clip(x, 0, 0) + 1");
    assertThat(check(graph("x * a + 1", stored(0)), held).agrees()).isTrue();
    assertThat(
            check(graph("x * a + 1", stored(0)), graph("Where(Equal(x, x), Clip(x, 0, 0) + 1, 1)"))
                .problem())
        .isPresent();
    assertThat(check(graph("x - x + a", stored(1)), held).problem()).isPresent();
    assertThat(check(graph("x - x + a + 1", stored(0)), held).problem()).isPresent();
    String norm =
        """
        model m(x: f32[1, 1, 3]) -> (y: f32[1, 1, 3]) {
          y = BatchNormalization(x - x, [%s], [1], [0], [1], epsilon = 0)
        }
        """;
    assertThat(check(text(norm.formatted(0)), held).agrees()).isTrue();
    assertThat(check(text(norm.formatted(1)), held).problem()).isPresent();
  }

  @Test
  void aStoredZeroExcusesNothing() {
    Graph before = graph("Clip(x + a - a, 0, 6)", stored(0x1p-140));
    assertThat(check(before, graph("Clip(x + x * a, 0, 6)", stored(0))).problem()).isPresent();
  }

  /// What only hard inputs show: a bound above all that was captured.
  @Test
  void hardInputsAreTriedWhereOrdinaryOnesAgree() {
    assertThat(check(graph("Relu(x)"), graph("Clip(x, 0, 1000000)")).verdict())
        .isEqualTo(Verdict.WRONG);
    assertThat(check(graph("x"), graph("Where(Equal(x, x), x, 0)")).problem()).isPresent();
  }

  @Test
  void theNumbersOfHardInputsAreNotTold() {
    Difference difference =
        check(graph("x * a + x", stored(A)), graph("x * a", derived(1 + (double) A)));
    assertThat(difference.verdict()).isEqualTo(Verdict.WITHIN_BOUND);
    assertThat(difference.bound()).isLessThan(1e-5);
  }

  /// A value that only `before` reads keeps what was captured, since `after` has it as a constant.
  @Test
  void whatOneSideReadsStaysAsCaptured() {
    Graph before =
        text(
            """
            model m(x: f32[1, 1, 3], k: f32[1, 1, 3]) -> (y: f32[1, 1, 3]) {
              y = x * k
            }
            """);
    Graph after = graph("x * 1");
    Value image = new Value("k", TensorType.of(ElementType.FLOAT32, 1, 1, 3));
    DoubleTensor ones = new DoubleTensor(ElementType.FLOAT32, new int[] {1, 1, 3}, ones(3));
    Difference difference =
        new RewriteCheck(
                new Replacement(before, after, List.of(after.inputs().getFirst(), image)),
                Optional.empty())
            .run(List.of(counted(1, 1, 3), ones), false, 1, (_, _) -> {});
    assertThat(difference.agrees()).as("%s", difference).isTrue();
  }

  /// What a rewrite of the same sweep folded is taken as it is stored, not as it was captured.
  @Test
  void anInputThatBecameAConstantIsTakenAsStored() {
    Graph before =
        text(
            """
            model m(x: f32[1, 1, 3], k: f32[1]) -> (y: f32[1, 1, 3]) {
              y = x * k
            }
            """);
    Graph after = graph("a * x", stored(A));
    Value constant = after.constants().keySet().iterator().next();
    DoubleTensor captured =
        new DoubleTensor(ElementType.FLOAT32, new int[] {1}, new double[] {A * (1 + 1e-6)});
    Replacement replacement =
        new Replacement(before, after, List.of(after.inputs().getFirst(), constant));
    Difference difference =
        new RewriteCheck(replacement, Optional.empty())
            .run(List.of(counted(1, 1, 3), captured), false, 1, (_, _) -> {});
    assertThat(difference.agrees()).as("%s", difference).isTrue();
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void everyOutputCounts() {
    String two =
        "model m(x: f32[1, 1, 3]) -> (y: f32[1, 1, 3], z: f32[1, 1, 3]) {\n y = %s\n z = %s\n}";
    Graph before = text(two.formatted("Relu(x)", "Neg(x)"));
    assertThat(check(before, text(two.formatted("Clip(x, 0)", "0 - x")), counted(1, 1, 3)).agrees())
        .isTrue();
    assertThat(check(before, text(two.formatted("Clip(x, 0)", "1 - x")), counted(1, 1, 3)).agrees())
        .isFalse();
    assertThat(check(before, text(two.formatted("Clip(x, 1)", "0 - x")), counted(1, 1, 3)).agrees())
        .isFalse();
  }

  @Test
  void oneSideWithoutRuleHasATolerance() {
    Graph before = graph("Pow(x, 2)");
    assertThat(check(before, graph("x * x")).verdict()).isEqualTo(Verdict.SAMPLED);
    assertThat(check(graph("x * x"), before).verdict()).isEqualTo(Verdict.SAMPLED);
  }
}
