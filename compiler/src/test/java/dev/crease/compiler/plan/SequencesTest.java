package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.Compiler;
import dev.crease.compiler.InvalidModelException;
import dev.crease.compiler.Options;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.frontend.onnx.OnnxOptions;
import dev.crease.compiler.frontend.onnx.OnnxReader;
import dev.crease.compiler.frontend.onnx.OnnxWriter;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.InvalidOperandException;
import dev.crease.compiler.ir.Model;
import dev.crease.compiler.verify.Interpreter;
import dev.crease.runtime.Absence;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.Plan;
import dev.crease.runtime.Sequence;
import dev.crease.runtime.Session;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Whole models with sequences and optionals: the optimized plan, and the model as it comes back
/// from ONNX's form, are what the interpreter makes of the text.
class SequencesTest {
  private static final Tensor ROWS = Tensor.of(new float[] {1, -2, 3, -4, 5, -6}, 3, 2);
  private static final Tensor ROW = Tensor.of(new float[] {7, 8}, 1, 2);

  private static Model model(String text) {
    return TextReader.read(text, "model");
  }

  private static Plan compiled(Model model) {
    return Compiler.compilation(model, Options.defaults()).plan();
  }

  private static Map<String, Value> interpreted(Graph graph, Map<String, Value> inputs) {
    Map<String, DoubleTensor> doubles = new HashMap<>();
    graph
        .inputs()
        .forEach(
            input ->
                doubles.put(
                    input.name(),
                    DoubleTensor.of(
                        inputs.get(input.name()), input.type().holder(), input.type().element())));
    Map<String, Value> outputs = new HashMap<>();
    Interpreter.run(graph, doubles).forEach((name, y) -> outputs.put(name, y.toValue()));
    return outputs;
  }

  private static Map<String, Value> run(String text, Map<String, Value> inputs) {
    Model model = model(text);
    Map<String, Value> expected = interpreted(model.graph(), inputs);
    Model copy = OnnxReader.read("m", OnnxWriter.toBytes(model), OnnxOptions.DEFAULT).model();
    assertThat(interpreted(copy.graph(), inputs)).isEqualTo(expected);
    for (Model each : List.of(model, copy)) {
      try (Session session = compiled(each).newSession()) {
        assertThat(session.evaluate(inputs)).isEqualTo(expected);
        assertThat(session.evaluate(inputs)).isEqualTo(expected);
      }
    }
    return expected;
  }

  private static Sequence sequence(Tensor... tensors) {
    return new Sequence(ElementType.FLOAT32, List.of(tensors));
  }

  private static final String COLLECTED =
      """
      model M(x: f32[N, 2], n: i64[]) -> (y: f32[rows, 2], size: i64[2]) {
        none: seq(f32) = SequenceEmpty()
        all: seq(f32) = Loop(n, _, none, body = graph b(i: i64[], c: bool[], s: seq(f32))
            -> (c: bool[], t: seq(f32)) {
          t: seq(f32) = SequenceInsert(s, Relu(x))
        })
        y: f32[rows, 2] = ConcatFromSequence(all, axis = 0)
        size: i64[2] = Shape(y)
      }
      """;

  @Test
  void whatTurnsCollectIsJoined() {
    Map<String, Value> y = run(COLLECTED, Map.of("x", ROWS, "n", Tensor.of(new long[] {2})));
    assertThat(y)
        .containsEntry("y", Tensor.of(new float[] {1, 0, 3, 0, 5, 0, 1, 0, 3, 0, 5, 0}, 6, 2))
        .containsEntry("size", Tensor.of(new long[] {6, 2}, 2));
  }

  @Test
  void aSequenceWithoutTensorsIsNotJoined() {
    Map<String, Value> inputs = Map.of("x", ROWS, "n", Tensor.of(new long[] {0}));
    try (Session session = compiled(model(COLLECTED)).newSession()) {
      assertThatThrownBy(() -> session.evaluate(inputs))
          .isInstanceOf(InvalidDataException.class)
          .hasMessageContaining("computing `y`: ");
    }
    assertThatThrownBy(() -> interpreted(model(COLLECTED).graph(), inputs))
        .isInstanceOf(InvalidOperandException.class);
  }

  @Test
  void onlyTheSizeOfWhatIsTakenIsNeeded() {
    Map<String, Value> y =
        run(
            """
            model M(s: seq(f32), at: i64[]) -> (size: i64[2]) {
              x: f32[rows, columns] = SequenceAt(s, at)
              size = Shape(x)
            }
            """,
            Map.of("s", sequence(ROW, ROWS), "at", Tensor.of(new long[] {-1})));
    assertThat(y).containsEntry("size", Tensor.of(new long[] {3, 2}, 2));
  }

  private static final String TAKEN =
      "model M(s: seq(f32), at: i64[]) -> (y: f32[n, 2]) { y: f32[n, 2] = SequenceAt(s, at) }";

  @Test
  void whatIsTakenHasTheDeclaredRank() {
    Map<String, Value> wrong =
        Map.of("s", sequence(Tensor.of(new float[] {1, 2}, 2)), "at", Tensor.of(new long[] {0}));
    assertThatThrownBy(() -> interpreted(model(TAKEN).graph(), wrong))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("the type of `y` is f32[n, 2], but it is f32[2]");
    try (Session session = compiled(model(TAKEN)).newSession()) {
      assertThatThrownBy(() -> session.evaluate(wrong))
          .isInstanceOf(InvalidDataException.class)
          .hasMessageContaining("`y` is f32[2] in this run");
    }
    assertThatThrownBy(() -> model(TAKEN.replace("y: f32[n, 2] = ", "y = ")))
        .hasMessageContaining("the rank of the result of SequenceAt is not declared");
  }

  @Test
  void anOutputIsTheCallersOwn() {
    String text =
        "model M(s: seq(f32), x: f32[1, 2]) -> (t: seq(f32), u: seq(f32))"
            + " { t = SequenceInsert(s, x) u = Identity(s) }";
    Plan plan = compiled(model(text));
    try (Session session = plan.newSession()) {
      Map<String, Value> outputs = session.evaluate(Map.of("s", sequence(ROWS), "x", ROW));
      assertThat(outputs)
          .containsEntry("t", sequence(ROWS, ROW))
          .containsEntry("u", sequence(ROWS));
      List<Object> arrays = new java.util.ArrayList<>(List.of(ROWS.array(), ROW.array()));
      for (Value output : outputs.values()) {
        for (Tensor tensor : ((Sequence) output).tensors()) {
          assertThat(arrays).noneMatch(array -> array == tensor.array());
          arrays.add(tensor.array());
        }
      }
    }
    assertThat(plan.inputs())
        .extracting(Object::toString)
        .containsExactly("s: seq(f32)", "x: f32[1, 2]");
  }

  @Test
  void optionalsTurnIntoWhatTheyHold() {
    String text =
        """
        model M(o: optional(seq(f32)), x: f32[1, 2]) -> (y: seq(f32), has: bool[]) {
          has = OptionalHasElement(o)
          s: seq(f32) = If(has,
              then_branch = graph a() -> (p: seq(f32)) { p: seq(f32) = OptionalGetElement(o) },
              else_branch = graph b() -> (q: seq(f32)) { q: seq(f32) = SequenceConstruct(x) })
          y = SequenceInsert(s, x, 0)
        }
        """;
    Map<String, Value> nothing = run(text, Map.of("o", Absence.NOTHING, "x", ROW));
    assertThat(nothing).containsEntry("y", sequence(ROW, ROW));
    assertThat(run(text, Map.of("o", sequence(ROWS), "x", ROW)))
        .containsEntry("y", sequence(ROW, ROWS))
        .containsEntry("has", Tensor.of(new boolean[] {true}));
  }

  @Test
  void mapsReadWhatIsAround() {
    String text =
        """
        model M(s: seq(f32), x: f32[1, 2]) -> (y: seq(f32)) {
          two: f32[1, 2] = Add(x, x)
          y: seq(f32) = SequenceMap(s, body = graph b(e: f32[rows, 2]) -> (z: f32[rows, 2]) {
            z: f32[rows, 2] = Mul(e, two)
          })
        }
        """;
    assertThat(run(text, Map.of("s", sequence(ROW, ROWS), "x", ROW)))
        .containsEntry(
            "y",
            sequence(
                Tensor.of(new float[] {98, 128}, 1, 2),
                Tensor.of(new float[] {14, -32, 42, -64, 70, -96}, 3, 2)));
  }

  @Test
  void otherOperatorsTakeTensors() {
    assertThatThrownBy(() -> model("model M(s: seq(f32)) -> (y: seq(f32)) { y = Relu(s) }"))
        .hasMessageContaining("operand X of Relu is seq(f32), expected one of [TENSOR]");
    assertThatThrownBy(() -> model("model M(s: seq(seq(f32))) -> (s: seq(f32)) {}"))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("there is no such type");
  }

  @Test
  void inputsAreWhatThePlanAsksFor() {
    try (Session session = compiled(model(TAKEN)).newSession()) {
      Tensor at = Tensor.of(new long[] {0});
      assertThatThrownBy(() -> session.evaluate(Map.of("s", ROWS, "at", at)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("input 's' should be seq(f32), but is f32[3, 2]");
      assertThatThrownBy(() -> session.evaluate(Map.of("at", at)))
          .hasMessageContaining("input 's' is missing: give seq(f32)");
      assertThatThrownBy(() -> session.run(Map.of("at", at)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("`s: seq(f32)` is no tensor; run this plan with evaluate");
    }
  }

  @Test
  void positionsAreInTheSequence() {
    Map<String, Value> beyond = Map.of("s", sequence(ROW), "at", Tensor.of(new long[] {1}));
    try (Session session = compiled(model(TAKEN)).newSession()) {
      assertThatThrownBy(() -> session.evaluate(beyond))
          .isInstanceOf(InvalidDataException.class)
          .hasMessageContaining("there is no position 1 in a sequence of 1 tensors");
    }
    assertThatThrownBy(() -> interpreted(model(TAKEN).graph(), beyond))
        .isInstanceOf(InvalidOperandException.class)
        .hasMessageContaining("the position of SequenceAt is 1");
  }
}
