package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.Replacement;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.runtime.ElementType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SameComputationTest {
  private static Graph graph(String calls) {
    String text =
        """
        model m(x: f32[1, 2, 4], z: f32[1, 2, 4], t: bool[]) -> (y: f32[1, 2, 4]) {
          one: f32[2] = ones
          two: f32[2] = [2, 2]
          k: f32[2, 2, 1] = ones
          %s
        }
        """;
    return TextReader.read(text.formatted(calls.replace("; ", "\n")), "t").graph();
  }

  private static boolean holds(Graph before, Graph after) {
    return SameComputation.holds(new Replacement(before, after, after.inputs()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          y = x + z                      | y = z + x
          y = x * z                      | y = z * x
          y = Sum(x, z)                  | y = z + x
          y = Identity(Relu(x))          | y = Relu(Identity(x))
          y = Clip(x, _, 6)               | a = Identity(x); y = Clip(a, _, 6)
          y = Relu(x) + Relu(x)          | a = Relu(x); y = a + a
          y = Relu(Conv(x, k, one))      | y = crease.FusedConv(x, k, one, activation = "Relu")
          y = Relu(Conv(x, k))           | y = crease.FusedConv(x, k, activation = "Relu")
          y = Relu(Conv(x, k) + z)       | y = crease.FusedConv(x, k, _, z, activation = "Relu")
          y = Sum(x, z, x)               | y = Sum(x, z, x)
          y, i = MaxPool(x, kernel_shape = [1]) | y, j = MaxPool(x, kernel_shape = [1])
          """)
  void writtenOtherwise(String before, String after) {
    assertThat(holds(graph(before), graph(after))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          y = x - z                      | y = z - x
          y = x / z                      | y = z / x
          y = x                          | y = z
          y = Sum(x, z, x)               | y = Sum(x, x, z)
          y = Sum(x, z)                  | y = Mean(x, z)
          y = Sum(x, z, x)               | y = x + z
          y = Relu(x)                    | y = LeakyRelu(x, alpha = 0)
          y = Clip(x, _, 6)               | y = Clip(x, 6)
          y = Conv(x, k, one)            | y = Conv(x, k, two)
          y = Conv(x, k)                 | y = Conv(x, k, one)
          y = Relu(Conv(x, k, one))      | y = crease.FusedConv(x, k, two, activation = "Relu")
          y = Relu(Conv(x, k))           | y = crease.FusedConv(x, k, one, activation = "Relu")
          y = Relu(Conv(x, k) + z)       | y = crease.FusedConv(x, k, _, x, activation = "Relu")
          a, b = Split(x, axis = 1, num_outputs = 2); y = x + a | a, b = Split(x, axis = 1, num_outputs = 2); y = x + b
          y = x + ReduceSum(Concat(x, z, axis = 1)) | y = x + ReduceSum(Concat(z, x, axis = 1))
          """)
  void somethingElse(String before, String after) {
    assertThat(holds(graph(before), graph(after))).isFalse();
  }

  private static Graph choice(String then) {
    return graph(
        """
        a = Relu(x); b = Abs(x); y = If(t,
            then_branch = graph p() -> (q: f32[1, 2, 4]) { q = Neg(%s) },
            else_branch = graph r() -> (s: f32[1, 2, 4]) { s = Neg(a) })\
        """
            .formatted(then));
  }

  @Test
  void whatABranchReadsCounts() {
    assertThat(holds(choice("b"), choice("b"))).isTrue();
    assertThat(holds(choice("b"), choice("a"))).isFalse();
    Graph of = choice("b");
    String text = "a = Relu(z); b = Abs(x);";
    Graph other =
        graph(
            text
                + " y = If(t, then_branch = graph p() -> (q: f32[1, 2, 4]) { q = Neg(b) },"
                + " else_branch = graph r() -> (s: f32[1, 2, 4]) { s = Neg(a) })");
    assertThat(holds(of, other)).isFalse();
  }

  private static Graph scaled(Constant constant) {
    GraphBuilder builder = new GraphBuilder("t");
    Value x = builder.input("x", TensorType.of(ElementType.FLOAT32, 1));
    Value factor = builder.constant("k", constant);
    builder.output(builder.add(new Arithmetic(Arithmetic.Function.MUL), x, factor));
    return builder.build();
  }

  private static Constant filled(long elements) {
    return Constant.splat(ElementType.FLOAT32, new long[] {elements}, 2);
  }

  @Test
  void aLargeConstantEqualsItselfAlone() {
    assertThat(holds(scaled(filled(4096)), scaled(filled(4096)))).isTrue();
    assertThat(holds(scaled(filled(4097)), scaled(filled(4097)))).isFalse();
    Constant large = filled(4097);
    assertThat(holds(scaled(large), scaled(large))).isTrue();
  }

  @Test
  void anInputIsWhatItsImageIs() {
    Graph before = graph("y = x - z");
    Graph after = graph("y = z - x");
    List<Value> inputs = after.inputs();
    List<Value> crossed = List.of(inputs.get(1), inputs.get(0), inputs.get(2));
    assertThat(SameComputation.holds(new Replacement(before, after, crossed))).isTrue();
  }
}
