package dev.crease.compiler.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.CompilerBugException;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.Attributes;
import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.EvaluationInputs;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.GraphBuilder;
import dev.crease.compiler.ir.InexactIntegerException;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Op;
import dev.crease.compiler.ir.OpSchema;
import dev.crease.compiler.ir.Operands;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.compiler.op.TypeSets;
import dev.crease.compiler.op.math.Arithmetic;
import dev.crease.compiler.op.math.Relu;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpreterTest {
  private static final TensorType VECTOR =
      new TensorType(ElementType.FLOAT32, List.of(Dim.symbol("N")));

  /// `z = relu(x - y) * 3` where `y` has a default.
  private static Graph graph() {
    GraphBuilder builder = new GraphBuilder("test");
    Value x = builder.input("x", VECTOR);
    Value y = builder.input("y", Constant.scalar(1f));
    Value three = builder.constant("three", Constant.scalar(3f));
    Value difference = builder.add(new Arithmetic(Arithmetic.Function.SUB), x, y);
    Value positive = builder.add(new Relu(), difference);
    Op multiply = new Arithmetic(Arithmetic.Function.MUL);
    builder.output(
        builder.add("last", multiply, List.of(positive, three), List.of("z")).getFirst());
    return builder.build();
  }

  private static DoubleTensor vector(float... values) {
    return DoubleTensor.of(Tensor.of(values, values.length));
  }

  @Test
  void missingInputsTakeTheirDefaults() {
    assertThat(Interpreter.run(graph(), Map.of("x", vector(0, 4))).get("z").data())
        .containsExactly(0, 9);
    Map<String, DoubleTensor> both =
        Map.of("x", vector(0, 4), "y", DoubleTensor.of(Tensor.of(new float[] {2})));
    assertThat(Interpreter.run(graph(), both).get("z").data()).containsExactly(0, 6);
  }

  @Test
  void listenerSeesEveryNodeInOrder() {
    List<String> seen = new ArrayList<>();
    Interpreter.run(
        graph(),
        Map.of("x", vector(5)),
        (node, results) ->
            seen.add(node.op().schema().name() + " " + results.getFirst().data()[0]));
    assertThat(seen).containsExactly("Sub 4.0", "Relu 4.0", "Mul 12.0");
  }

  @Test
  void nothingIsRoundedBetweenNodes() {
    float third = 1 / 3f;
    Map<String, DoubleTensor> inputs =
        Map.of("x", vector(1), "y", DoubleTensor.of(Tensor.of(new float[] {third})));
    assertThat(Interpreter.run(graph(), inputs).get("z").data()[0])
        .isEqualTo((1 - (double) third) * 3);
  }

  @Test
  void wrongInputsAreNamed() {
    assertThatThrownBy(() -> Interpreter.run(graph(), Map.of()))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("x: f32[N]");
    assertThatThrownBy(
            () ->
                Interpreter.run(graph(), Map.of("x", DoubleTensor.of(Tensor.of(new int[] {1}, 1)))))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("i32[1]");
    assertThatThrownBy(() -> Interpreter.run(graph(), Map.of("x", vector(1), "q", vector(1))))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("`q`");
  }

  @Test
  void symbolsHaveOneValueInAllInputs() {
    GraphBuilder builder = new GraphBuilder("test");
    Value a = builder.input("a", VECTOR);
    Value b = builder.input("b", VECTOR);
    builder.output(builder.add(new Arithmetic(Arithmetic.Function.ADD), a, b));
    Graph graph = builder.build();
    assertThatThrownBy(() -> Interpreter.run(graph, Map.of("a", vector(1, 2), "b", vector(1))))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("N=2");
  }

  /// What inference lets pass because a symbol may be anything.
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "MatMul(x, y); f32[4, 6]; MatMul sums over 5 of A but 4 of B",
        "Gemm(x, w); f32[4, 2]; Gemm sums over 5 of A but 3 of B",
        "Concat(x, y, axis = 0); f32[8, 5]; Concat",
        "Reshape(x, [7, 3]); f32[7, 3]; Reshape of f32[4, 5] to the shape [7, 3] is not possible",
        "Conv(Unsqueeze(x, [0, 1]), k); f32[1, 1, 3, 4]; the window",
        "Squeeze(x, [0]); f32[5]; Squeeze",
        "Expand(x, [2, 5]); f32[2, 5]; cannot be broadcast"
      })
  void sizesThatDoNotFitEachOtherAreNamed(String call, String type, String problem) {
    String text =
        """
        model m(x: f32[N, K], y: f32[M, L]) -> (z: %s) {
          w: f32[3, 2] = ones
          k: f32[1, 1, 7, 7] = ones
          z = %s
        }
        """;
    Graph graph = TextReader.read(text.formatted(type, call), "test").graph();
    Map<String, DoubleTensor> inputs =
        Map.of(
            "x", DoubleTensor.zeros(ElementType.FLOAT32, 4, 5),
            "y", DoubleTensor.zeros(ElementType.FLOAT32, 4, 6));
    assertThatThrownBy(() -> Interpreter.run(graph, inputs))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContainingAll("`z`", problem);
  }

  @Test
  void aDeclaredTypeThatARunContradictsIsTheModelsMistake() {
    String text =
        """
        model m(x: f32[N]) -> (z: f32[N]) {
          y: f32[7] = x + 1
          z = Relu(y)
        }
        """;
    Graph graph = TextReader.read(text, "test").graph();
    assertThatThrownBy(() -> Interpreter.run(graph, Map.of("x", vector(1, 2, 3))))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContainingAll("`y` is f32[7]", "it is f32[3]", "N=3");
  }

  /// Says that it keeps the shape, and drops the last element.
  private record Liar() implements Op {
    @Override
    public OpSchema schema() {
      return OpSchema.named("Liar")
          .input("x", "T", TypeSets.FLOATS)
          .output("y", "T", TypeSets.FLOATS)
          .build(_ -> new Liar());
    }

    @Override
    public Attributes attributes() {
      return Attributes.NONE;
    }

    @Override
    public List<TensorType> infer(Operands operands) {
      return List.of(operands.type(0));
    }

    @Override
    public List<DoubleTensor> evaluate(EvaluationInputs inputs) {
      return List.of(DoubleTensor.zeros(ElementType.FLOAT32, inputs.get(0).dim(0) - 1));
    }
  }

  @Test
  void inferenceAndEvaluationCheckEachOther() {
    GraphBuilder builder = new GraphBuilder("test");
    builder.output(builder.add(new Liar(), builder.input("x", VECTOR)));
    Graph graph = builder.build();
    assertThatThrownBy(() -> Interpreter.run(graph, Map.of("x", vector(1, 2, 3))))
        .isInstanceOf(CompilerBugException.class)
        .hasMessageContainingAll("f32[2]", "f32[3]");
  }

  private static Graph whole(String type) {
    String text = "model m(x: %s[1]) -> (y: %s[1]) {\n  y = x * x\n}\n".formatted(type, type);
    return TextReader.read(text, "test").graph();
  }

  private static double[] square(String type, double x) {
    Graph graph = whole(type);
    ElementType element = graph.inputs().getFirst().type().element();
    DoubleTensor given = new DoubleTensor(element, new int[] {1}, new double[] {x});
    return Interpreter.run(graph, Map.of("x", given)).get("y").data();
  }

  /// Beyond 2^53 a double holds not every integer.
  @ParameterizedTest
  @CsvSource({
    "i64, 0x1p53 + 2, 9007199254740994",
    "i64, -0x1p53 - 2, -9007199254740994",
    "u64, 0x1p53 + 2, 9007199254740994",
    "i64, 94906267, 94906267"
  })
  void integersThatADoubleCannotCountAreNamed(String type, String text, double x) {
    assertThatThrownBy(() -> square(type, x))
        .as(text)
        .isInstanceOf(InexactIntegerException.class)
        .hasMessageContaining("the double interpreter is exact up to 2^53 only");
  }

  @Test
  void integersThatADoubleHoldsAreTaken() {
    assertThat(square("i64", 94906265)).containsExactly(94906265.0 * 94906265.0);
    assertThat(square("i64", 0x1p31)).containsExactly(0x1p62);
    assertThat(square("f64", 0x1p53 + 2)).containsExactly((0x1p53 + 2) * (0x1p53 + 2));
    Graph copy =
        TextReader.read("model m(x: i64[3]) -> (y: i64[3]) {\n  y = Identity(x)\n}\n", "test")
            .graph();
    double[] ends = {0x1p53, -0x1p63, 0x1p62};
    DoubleTensor given = new DoubleTensor(ElementType.INT64, new int[] {3}, ends);
    assertThat(Interpreter.run(copy, Map.of("x", given)).get("y").data()).containsExactly(ends);
  }

  @Test
  void aResultThatIsTooLargeIsNotComputed() {
    String text =
        """
        model m(x: f32[1], s: i64[2]) -> (z: f32[A, B]) {
          y: f32[A, B] = Expand(x, s)
          z = Relu(y)
        }
        """;
    Graph graph = TextReader.read(text, "test").graph();
    DoubleTensor shape =
        new DoubleTensor(ElementType.INT64, new int[] {2}, new double[] {70000, 70000});
    assertThatThrownBy(() -> Interpreter.run(graph, Map.of("x", vector(1), "s", shape)))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("its result, f32[70000, 70000], is too large for a tensor");
    DoubleTensor small = new DoubleTensor(ElementType.INT64, new int[] {2}, new double[] {2, 1});
    assertThat(Interpreter.run(graph, Map.of("x", vector(1), "s", small)).get("z").data())
        .containsExactly(1, 1);
  }

  private static final String CHOICE =
      """
      model m(x: f32[N], w: f32[M], s: i64[1], t: bool[]) -> (z: f32[N]) {
        two: f32[1] = [2]
        a = x * two
        z = If(t,
          then_branch = graph p() -> (q: f32[N]) { q: f32[N] = Reshape(w, s) },
          else_branch = graph r() -> (u: f32[N]) { u = a + two })
      }
      """;

  private static Map<String, DoubleTensor> choice(boolean then, int reshaped) {
    double[] chosen = {then ? 1 : 0};
    return Map.of(
        "x",
        vector(1, 2),
        "w",
        DoubleTensor.zeros(ElementType.FLOAT32, reshaped),
        "s",
        new DoubleTensor(ElementType.INT64, new int[] {1}, new double[] {reshaped}),
        "t",
        new DoubleTensor(ElementType.BOOL, new int[0], chosen));
  }

  /// A branch knows the dimensions, the values and the constants of the graph around it.
  @Test
  void aBranchSeesWhatIsAround() {
    Graph graph = TextReader.read(CHOICE, "test").graph();
    assertThat(Interpreter.run(graph, choice(false, 3)).get("z").data()).containsExactly(4, 6);
    assertThat(Interpreter.run(graph, choice(true, 2)).get("z").data()).containsExactly(0, 0);
    assertThatThrownBy(() -> Interpreter.run(graph, choice(true, 3)))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContainingAll("`q` is f32[N]", "it is f32[3]", "N=2");
  }

  @Test
  void aDimensionThatOverflowsIsNoSize() {
    GraphBuilder builder = new GraphBuilder("test");
    Dim many = Dim.symbol("N").times(Dim.of(Long.MAX_VALUE));
    Value x = builder.input("x", VECTOR);
    builder.input("y", new TensorType(ElementType.FLOAT32, List.of(many)));
    builder.output(builder.add(new Relu(), x));
    Graph graph = builder.build();
    assertThatThrownBy(() -> Interpreter.run(graph, Map.of("x", vector(1, 2), "y", vector(1))))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("the input y");
  }
}
