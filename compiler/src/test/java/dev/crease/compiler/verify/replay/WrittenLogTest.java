package dev.crease.compiler.verify.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.Rewrite;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Logs written by hand: right ones, and ones with a mistake, which is named.
class WrittenLogTest {
  /// `inputs -> outputs: calls`, all values being vectors of two; `t` is a condition.
  private static Graph graph(String text) {
    String[] parts = text.split("->|: ", 3);
    return TextReader.read(
            "model m(%s) -> (%s) {\n%s\n}\n"
                .formatted(typed(parts[0]), typed(parts[1]), parts[2].replace("; ", "\n")),
            "t")
        .graph();
  }

  private static String typed(String names) {
    return Arrays.stream(names.strip().split(", "))
        .map(name -> name + (name.equals("t") ? ": bool[]" : ": f32[2]"))
        .collect(Collectors.joining(", "));
  }

  /// @param images names of what the inputs of `before` became
  private static Rewrite rewrite(int number, int sweep, Graph before, Graph after) {
    Function<Value, Value> image =
        value ->
            after
                .allValues()
                .filter(other -> other.name().equals(value.name()))
                .findFirst()
                .orElse(value);
    Replacement replacement =
        new Replacement(before, after, before.inputs().stream().map(image).toList());
    return new Rewrite(number, sweep, "rule", "node", List.of(), List.of(), "changed", replacement);
  }

  private static Rewrite rewrite(int number, int sweep, String before, String after) {
    return rewrite(number, sweep, graph(before), graph(after));
  }

  private static final String CHAIN = "x, z -> y: a = Relu(x); b = Neg(a); c = Abs(b); y = c + z";

  private static List<String> findings(String original, List<Rewrite> log, String result) {
    return Replay.findings(graph(original), log, graph(result));
  }

  @Test
  void aRightLogIsReplayed() {
    Rewrite rewrite = rewrite(1, 1, "a -> c: b = Neg(a); c = Abs(b)", "a -> c: c = Abs(a)");
    String result = "x, z -> y: a = Relu(x); c = Abs(a); y = c + z";
    assertThat(findings(CHAIN, List.of(rewrite), result)).isEmpty();
    assertThat(findings(CHAIN, List.of(), result))
        .containsExactly(
            "Abs `c` reads result 0 of Relu `a`, but replaying the log gives result 0 of Neg `b`");
    assertThat(findings(CHAIN, List.of(rewrite), CHAIN))
        .containsExactly(
            "Abs `c` reads result 0 of Neg `b`, but replaying the log gives result 0 of Relu `a`");
  }

  @Test
  void sweepsFollowOneAnotherWhateverTheOrderOfTheLog() {
    Rewrite first = rewrite(1, 1, "a -> c: b = Neg(a); c = Abs(b)", "a -> c: c = Abs(a)");
    Rewrite second = rewrite(2, 2, "a, z -> y: c = Abs(a); y = c + z", "a, z -> y: y = a + z");
    Rewrite third = rewrite(3, 3, "x, z -> y: a = Relu(x); y = a + z", "x, z -> y: y = x * z");
    assertThat(findings(CHAIN, List.of(third, first, second), "x, z -> y: y = x * z")).isEmpty();
    assertThat(findings(CHAIN, List.of(third, first), "x, z -> y: y = x * z"))
        .singleElement()
        .asString()
        .startsWith("rewrite 3 rule: node changed: its Add `y` is not a node");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a -> c: b = Abs(a); c = Neg(b)  | a -> c: c = Abs(a) | its Abs `b` is not a node of the graph
          x -> c: b = Neg(x); c = Abs(b)  | x -> c: c = Abs(x) | its Neg `b` is not a node of the graph
          a -> c: c = Abs(a)              | a -> c: c = Neg(a) | its Abs `c` is not a node of the graph
          q -> c: b = Neg(q); c = Abs(b)  | q -> c: c = Abs(q) | there is no value `q`
          x -> z: z = Neg(x)              | x -> z: z = Abs(x) | its Neg `z` is not a node of the graph
          a -> b, c: b = Neg(a); c = Abs(b) | a -> b, c: b = Neg(a); c = Relu(b) | it replaces results of 2 nodes
          b -> c: c = Abs(b)              | z, b -> c: c = b + z | it reads `z`, which it did not read before
          """)
  void aRewriteOfAnotherGraphIsRefused(String before, String after, String problem) {
    assertThat(findings(CHAIN, List.of(rewrite(1, 1, before, after)), CHAIN))
        .containsExactly("rewrite 1 rule: node changed: " + problem);
  }

  @Test
  void anInputIsNotReplaced() {
    GraphBuilder builder = new GraphBuilder("m");
    builder.output(builder.input("x", TensorType.of(ElementType.FLOAT32, 2)));
    Rewrite rewrite = rewrite(1, 1, builder.build(), graph("x -> w: w = Neg(x)"));
    assertThat(Replay.findings(graph(CHAIN), List.of(rewrite), graph(CHAIN)))
        .containsExactly("rewrite 1 rule: node changed: it replaces an input or a constant");
  }

  @Test
  void oneNodeIsReplacedOnceInASweep() {
    Rewrite first = rewrite(1, 1, "b -> c: c = Abs(b)", "b -> c: c = Relu(b)");
    Rewrite second = rewrite(2, 1, "a -> c: b = Neg(a); c = Abs(b)", "a -> c: c = Abs(a)");
    assertThat(findings(CHAIN, List.of(first, second), CHAIN))
        .containsExactly(
            "rewrite 2 rule: node changed: another rewrite of its sweep replaces Abs `c` too");
  }

  @Test
  void aNameMeansOneValueInASweep() {
    String right = "w = Neg(z); y = c + w";
    Rewrite first = rewrite(1, 1, "b -> c: c = Abs(b)", "b -> c: v = Exp(b); c = Abs(v)");
    Rewrite second = rewrite(2, 1, "c, z -> y: y = c + z", "c, z -> y: " + right);
    String result = "x, z -> y: a = Relu(x); b = Neg(a); v = Exp(b); c = Abs(v); " + right;
    assertThat(findings(CHAIN, List.of(first, second), result)).isEmpty();
    Rewrite same = rewrite(2, 1, "c, z -> y: y = c + z", "c, z -> y: v = Neg(z); y = c + v");
    assertThat(findings(CHAIN, List.of(first, same), result))
        .containsExactly("rewrite 2 rule: node changed: `v` means two different values");
  }

  private static final String SHARED =
      "x -> y: a = Relu(x); b = Neg(a); c = Abs(b); d = Exp(b); y = c + d";

  /// What a later sweep makes of a node that stayed, it makes for all that read it.
  @Test
  void aNodeThatStaysIsOne() {
    Rewrite first =
        rewrite(1, 1, "a -> c: b = Neg(a); c = Abs(b)", "a -> c: b = Neg(a); c = Tanh(b)");
    Rewrite second = rewrite(2, 2, "a -> b: b = Neg(a)", "a -> b: b = Sqrt(a)");
    List<Rewrite> log = List.of(first, second);
    String result = "x -> y: a = Relu(x); b = Sqrt(a); c = Tanh(b); d = Exp(b); y = c + d";
    assertThat(findings(SHARED, log, result)).isEmpty();
    for (String wrong : List.of("c = Tanh(n)", "d = Exp(n)")) {
      String read = wrong.replace("(n)", "(b)");
      String other = result.replace(read, wrong).replace("; b =", "; n = Neg(a); b =");
      assertThat(findings(SHARED, log, other))
          .containsExactly(
              "%s `%s` reads result 0 of Neg `n`, but replaying the log gives result 0 of Sqrt `b`"
                  .formatted(read.substring(4, 8).replace("(", ""), read.charAt(0)));
    }
  }

  /// A node made anew beside one like it is another one.
  @Test
  void aNodeThatIsMadeAgainIsAnother() {
    Rewrite first =
        rewrite(1, 1, "a -> c: b = Neg(a); c = Abs(b)", "a -> c: n = Neg(a); c = Tanh(n)");
    Rewrite second = rewrite(2, 2, "a -> b: b = Neg(a)", "a -> b: b = Sqrt(a)");
    String result =
        "x -> y: a = Relu(x); n = Neg(a); b = Sqrt(a); c = Tanh(n); d = Exp(b); y = c + d";
    assertThat(findings(SHARED, List.of(first, second), result)).isEmpty();
  }

  /// Once an output's copy is gone, what it copied has the output's name.
  @Test
  void aNodeMayTakeTheNameOfAnOutput() {
    String original = "x -> y, z: a = Relu(x); b = Neg(a); y = Identity(b); z = Exp(b)";
    Rewrite first = rewrite(1, 1, "a -> y: b = Neg(a); y = Identity(b)", "a -> y: y = Neg(a)");
    Rewrite second = rewrite(2, 2, "a -> y: y = Neg(a)", "a -> y: y = Sqrt(a)");
    String result = "x -> y, z: a = Relu(x); y = Sqrt(a); z = Exp(y)";
    assertThat(findings(original, List.of(first, second), result)).isEmpty();
    assertThat(findings(original, List.of(first), "x -> y, z: a = Relu(x); y = Neg(a); z = Exp(y)"))
        .isEmpty();
  }

  private static final String COPIED =
      "x -> y, z: a = Relu(x); b = Neg(a); y = Tanh(b); z = Exp(b)";

  private static Rewrite toCopied(int number, int sweep, String before, Constant... constant) {
    GraphBuilder builder = new GraphBuilder("m");
    builder.output(
        constant.length == 0
            ? builder.input("b", TensorType.of(ElementType.FLOAT32, 2))
            : builder.constant("k", constant[0]));
    return rewrite(number, sweep, graph(before), builder.build());
  }

  /// `y` is a copy of `b` that the log does not tell of: one that only gives the output its name.
  @Test
  void aCopyForAnOutputsNameComesAndGoes() {
    Rewrite first = toCopied(1, 1, "b -> y: y = Tanh(b)");
    String copied = "x -> y, z: a = Relu(x); b = Neg(a); y = Identity(b); z = Exp(b)";
    assertThat(findings(COPIED, List.of(first), copied)).isEmpty();
    Rewrite second = toCopied(2, 2, "b -> y: y = Identity(b)");
    assertThat(findings(COPIED, List.of(first, second), copied)).isEmpty();
    Rewrite other = rewrite(2, 2, "b -> y: y = Identity(b)", "b -> y: y = Sqrt(b)");
    assertThat(findings(COPIED, List.of(first, other), copied))
        .containsExactly("`y` is no copy of `b` any more");
    Constant constant = Constant.of(Tensor.of(new float[] {1, 2}, 2));
    Rewrite wrong = toCopied(2, 2, "b -> y: y = Identity(b)", constant);
    assertThat(findings(COPIED, List.of(first, wrong), copied))
        .containsExactly("`k` is no copy of `b` any more");
  }

  @Test
  void aCopyOfAConstantMayBecomeTheConstant() {
    Constant constant = Constant.of(Tensor.of(new float[] {1, 2}, 2));
    String original = "x -> y, z: k: f32[2] = [1, 2]; y = Tanh(x); z = Exp(k)";
    Rewrite first = toCopied(1, 1, "x -> y: y = Tanh(x)", constant);
    String copied = "x -> y, z: k: f32[2] = [1, 2]; y = Identity(k); z = Exp(k)";
    assertThat(findings(original, List.of(first), copied)).isEmpty();
    GraphBuilder builder = new GraphBuilder("m");
    Value k = builder.constant("k", constant);
    Graph before =
        TextReader.read(
                "model m(x: f32[2]) -> (y: f32[2]) {\nk: f32[2] = [1, 2]\ny = Identity(k)\n}", "t")
            .graph();
    builder.output(k);
    Graph part = before.between(List.of(), before.outputs());
    Rewrite second = rewrite(2, 2, part, builder.build());
    assertThat(findings(original, List.of(first, second), copied)).isEmpty();
    GraphBuilder wrong = new GraphBuilder("m");
    wrong.output(wrong.constant("k2", Constant.of(Tensor.of(new float[] {1, 3}, 2))));
    assertThat(findings(original, List.of(first, rewrite(2, 2, part, wrong.build())), copied))
        .containsExactly("`k2` is no copy of `k` any more");
  }

  @Test
  void anIdentityOfTheGraphIsANodeLikeAnyOther() {
    String original = "x -> y, z: a = Relu(x); y = Identity(a); z = Exp(a)";
    Rewrite first = rewrite(1, 1, "a -> y: y = Identity(a)", "a -> y: y = Sqrt(a)");
    assertThat(
            findings(original, List.of(first), "x -> y, z: a = Relu(x); y = Sqrt(a); z = Exp(a)"))
        .isEmpty();
    String inside = "x -> y: a = Relu(x); b = Identity(a); y = Exp(b)";
    Rewrite second = rewrite(1, 1, "a -> b: b = Identity(a)", "a -> b: b = Sqrt(a)");
    assertThat(findings(inside, List.of(second), "x -> y: a = Relu(x); b = Sqrt(a); y = Exp(b)"))
        .isEmpty();
    Rewrite wrong = rewrite(1, 1, "x -> b: b = Identity(x)", "x -> b: b = Sqrt(x)");
    assertThat(findings(inside, List.of(wrong), inside))
        .containsExactly(
            "rewrite 1 rule: node changed: its Identity `b` is not a node of the graph");
  }

  @Test
  void copiesAreWhatTheyCopy() {
    String original = "x -> y: a = Identity(x); b = Identity(a); y = Exp(b)";
    assertThat(findings(original, List.of(), "x -> y: y = Exp(x)")).isEmpty();
    assertThat(findings("x -> y: y = Exp(x)", List.of(), original)).isEmpty();
    assertThat(findings(original, List.of(), "x -> y: a = Neg(x); y = Exp(a)"))
        .containsExactly(
            "Exp `y` reads result 0 of Neg `a`, but replaying the log gives the input `x`");
  }

  @Test
  void aCopyMayBecomeAnotherCopyAndNothingElse() {
    String original = "x -> a, b: a = Identity(x); b = Dropout(x)";
    Rewrite dropped = rewrite(1, 1, "x -> b: b = Dropout(x)", "x -> x: ");
    String result = "x -> a, b: a = Identity(x); b = Identity(a)";
    Rewrite merged = rewrite(2, 2, "x -> b: b = Identity(x)", "x -> a: a = Identity(x)");
    assertThat(findings(original, List.of(dropped, merged), result)).isEmpty();
    Rewrite wrong = rewrite(2, 2, "x -> b: b = Identity(x)", "x -> a: c = Neg(x); a = Identity(c)");
    assertThat(findings(original, List.of(dropped, wrong), result))
        .singleElement()
        .asString()
        .contains("`c` is no copy of `x` any more");
  }

  private static String choice(String condition, String then, String otherwise) {
    return """
    %s = If(t,
      then_branch = graph p() -> (q: f32[2]) { %s },
      else_branch = graph r() -> (s: f32[2]) { %s })\
    """
        .formatted(condition, then, otherwise);
  }

  private static final String CHOICE =
      "x, t -> y: a = Relu(x); " + choice("b", "q = Neg(a)", "s = Abs(a)") + "; y = Exp(b)";

  @Test
  void whatBranchesReturnIsCompared() {
    assertThat(findings(CHOICE, List.of(), CHOICE)).isEmpty();
    assertThat(findings(CHOICE, List.of(), CHOICE.replace("Neg", "Sqrt")))
        .containsExactly(
            "a subgraph of If `b` reads result 0 of Sqrt `q`, "
                + "but replaying the log gives result 0 of Neg `q`");
    assertThat(findings(CHOICE, List.of(), CHOICE.replace("Abs(a)", "Abs(x)")))
        .containsExactly(
            "Abs `s` reads the input `x`, but replaying the log gives result 0 of Relu `a`");
  }

  @Test
  void aRewriteInsideABranchIsReplayedThere() {
    Rewrite inside = rewrite(1, 1, "a -> q: q = Neg(a)", "a -> q: q = Sqrt(a)");
    assertThat(findings(CHOICE, List.of(inside), CHOICE.replace("Neg", "Sqrt"))).isEmpty();
    assertThat(findings(CHOICE, List.of(inside), CHOICE)).hasSize(1);
    Rewrite before = rewrite(2, 2, "x -> a: a = Relu(x)", "x -> a: a = Tanh(x)");
    assertThat(
            findings(
                CHOICE,
                List.of(inside, before),
                CHOICE.replace("Neg", "Sqrt").replace("Relu", "Tanh")))
        .isEmpty();
    assertThat(findings(CHOICE, List.of(inside, before), CHOICE.replace("Neg", "Sqrt"))).hasSize(1);
  }

  @Test
  void aBranchIsReplacedByWhatItIs() {
    String choice = choice("b", "q = Neg(a)", "s = Abs(a)");
    Rewrite right = rewrite(1, 1, "a, t -> b: " + choice, "a -> b: b = Neg(a)");
    String result = "x, t -> y: a = Relu(x); b = Neg(a); y = Exp(b)";
    assertThat(findings(CHOICE, List.of(right), result)).isEmpty();
    for (String changed : List.of(choice.replace("Neg", "Sqrt"), choice.replace("Abs", "Sqrt"))) {
      Rewrite wrong = rewrite(1, 1, "a, t -> b: " + changed, "a -> b: b = Neg(a)");
      assertThat(findings(CHOICE, List.of(wrong), result))
          .containsExactly("rewrite 1 rule: node changed: its If `b` is not a node of the graph");
    }
  }

  @Test
  void aBranchMayBeMade() {
    String plain = "x, t -> y: a = Relu(x); b = Neg(a); y = Exp(b)";
    String choice = choice("b", "q = Sqrt(a)", "s = Tanh(a)");
    Rewrite made =
        rewrite(1, 1, "a -> b: b = Neg(a)", "a -> b: " + choice.replace("(t,", "(true,"));
    assertThat(made.replacement().after().nodes()).isNotEmpty();
    String result = "x, t -> y: a = Relu(x); " + choice.replace("(t,", "(true,") + "; y = Exp(b)";
    assertThat(findings(plain, List.of(made), result)).isEmpty();
    assertThat(findings(plain, List.of(made), result.replace("Tanh", "Abs"))).hasSize(1);
  }

  @Test
  void aRewriteOfWhatIsGoneIsRefused() {
    String choice = choice("b", "q = Neg(a)", "s = Abs(a)");
    Rewrite whole = rewrite(1, 1, "a, t -> b: " + choice, "a -> b: b = Neg(a)");
    Rewrite inside = rewrite(2, 1, "a -> s: s = Abs(a)", "a -> s: s = Sqrt(a)");
    String result = "x, t -> y: a = Relu(x); b = Neg(a); y = Exp(b)";
    assertThat(findings(CHOICE, List.of(whole, inside), result))
        .containsExactly("rewrite 2 rule: node changed replaces Abs `s`, which no output needs");
  }

  private static final String TRAINING =
      "x, t -> y: a = Dropout(x, 0.5, t); b = Dropout(x, 0.5, t); y = a - b";

  /// Two draws of chance are two values; a Dropout that does not train is a function.
  @Test
  void drawsOfChanceAreKeptApart() {
    assertThat(findings(TRAINING, List.of(), TRAINING)).isEmpty();
    String swapped = TRAINING.replace("a - b", "b - a");
    assertThat(findings(TRAINING, List.of(), swapped)).isEmpty();
    String once = TRAINING.replace("a - b", "a - a");
    assertThat(findings(TRAINING, List.of(), once)).hasSize(1);
    assertThat(findings(once, List.of(), TRAINING)).hasSize(1);
    assertThat(findings(TRAINING, List.of(), TRAINING.replace("y = a", "y = x"))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Dropout(x, 0.5, false)", "Dropout(x, 0.5)", "Exp(x)"})
  void whatIsNoDrawIsAFunction(String call) {
    String twice = "x -> y: a = %s; b = %s; y = a - b".formatted(call, call);
    assertThat(findings(twice, List.of(), twice.replace("a - b", "a - a"))).isEmpty();
    assertThat(findings(twice.replace("a - b", "a - a"), List.of(), twice)).isEmpty();
  }

  @Test
  void aTrainingDropoutIsADraw() {
    String twice = "x -> y: a = Dropout(x, 0.5, true); b = Dropout(x, 0.5, true); y = a - b";
    assertThat(findings(twice, List.of(), twice.replace("a - b", "a - a"))).hasSize(1);
  }

  @Test
  void aNodeMayLeaveOutItsFirstResult() {
    String split = "_, b = Split(a, axis = 0, num_outputs = 2); ";
    String original = "x -> y: a = Relu(x); " + split + "y = x + b";
    Rewrite rewrite =
        rewrite(1, 1, "a, x -> y: " + split + "y = x + b", "a, x -> y: " + split + "y = b - x");
    assertThat(findings(original, List.of(rewrite), original.replace("x + b", "b - x"))).isEmpty();
  }

  @Test
  void whichResultIsReadCounts() {
    String first = "x -> y: a, b = Split(x, axis = 0, num_outputs = 2); y = x + a";
    String second = first.replace("x + a", "x + b");
    assertThat(findings(first, List.of(), first)).isEmpty();
    assertThat(findings(first, List.of(), second))
        .containsExactly(
            "Add `y` reads result 1 of Split `a`, but replaying the log gives result 0 of Split"
                + " `a`");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          y = Clip(x, 0, 6) | y = Clip(x, _, 6) | Clip `y` reads nothing
          y = Clip(x, 0)    | y = Clip(x, 0, 6) | the output `y` reads result 0 of Clip `y`
          y = Elu(x)        | y = Elu(x, alpha = 2) | the output `y` reads result 0 of Elu `y`
          y = x + z         | y = z + x         | Add `y` reads the input `z`
          """)
  void operandsAndAttributesAreCompared(String was, String is, String found) {
    assertThat(findings("x, z -> y: " + was, List.of(), "x, z -> y: " + is))
        .singleElement()
        .asString()
        .startsWith(found);
    assertThat(findings("x, z -> y: " + was, List.of(), "x, z -> y: " + was)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x, w -> y: y = Exp(x)    | inputs
          x -> y: y = Exp(x)       | inputs
          z, x -> y: y = Exp(x)    | inputs
          x, z -> w: w = Exp(x)    | outputs
          x, z -> y, w: y = Exp(x); w = Exp(y) | outputs
          """)
  void whatTheCallerSeesStays(String result, String what) {
    String original = "x, z -> y: y = Exp(x)";
    assertThat(findings(original, List.of(), result))
        .singleElement()
        .asString()
        .startsWith("the " + what + " changed from [");
  }

  @Test
  void typesAndDefaultsStay() {
    Graph floats = withDefault(1);
    assertThat(Replay.findings(floats, List.of(), withDefault(1))).isEmpty();
    assertThat(Replay.findings(floats, List.of(), withDefault(2)))
        .containsExactly("the defaults of inputs changed");
    Graph doubles =
        TextReader.read("model m(x: f64[2], z: f32[2]) -> (y: f32[2]) {\n y = Exp(z)\n}", "t")
            .graph();
    assertThat(Replay.findings(graph("x, z -> y: y = Exp(z)"), List.of(), doubles))
        .singleElement()
        .asString()
        .startsWith("the inputs changed from [x: f32[2], z");
  }

  private static Graph withDefault(float value) {
    GraphBuilder builder = new GraphBuilder("m");
    builder.output(builder.input("x", Constant.scalar(value)));
    return builder.build();
  }
}
