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
}
