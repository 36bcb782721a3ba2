package dev.crease.compiler.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.compiler.UnsupportedModelException;
import dev.crease.compiler.frontend.dsl.TextReader;
import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.Graph;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Operands;
import dev.crease.runtime.plan.PlanWriter;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.ProgramVerifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What becomes of subgraphs in the plan, and that their blocks find what they capture.
class BranchesTest {
  private static Graph graph(String outputs, String body) {
    String text =
        "model Branches(x: f32[N, 5, 4, 4], t: bool[1]) -> (%s) {%n%s%n}".formatted(outputs, body);
    return TextReader.read(text, "branches").graph();
  }

  private static Program lower(Graph graph) {
    Program program = Lowerer.lower(graph, 8, Map.of());
    ProgramVerifier.verify(program);
    return program;
  }

  private static Instruction.If branch(Program program) {
    return program.main().instructions().stream()
        .filter(Instruction.If.class::isInstance)
        .map(Instruction.If.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static List<String> names(List<Instruction> instructions) {
    return instructions.stream().map(each -> each.getClass().getSimpleName()).toList();
  }

  private static void check(Graph graph) {
    for (int batch : new int[] {0, 1, 3}) {
      for (int condition = 0; condition < 2; condition++) {
        Map<String, DoubleTensor> inputs =
            new LinkedHashMap<>(ProgramRun.randomInputs(graph, batch));
        inputs.put(
            "t", new DoubleTensor(ElementType.BOOL, new int[] {1}, new double[] {condition}));
        ProgramRun.assertLikeInterpreter(graph, inputs);
      }
    }
  }

  /// The convolution stays BLOCKED where a branch convolves it, and is unpacked where one returns
  /// it; each branch by itself, since the other may not have run.
  @Test
  void capturedValuesAreReadInTheirOwnLayout() {
    Graph graph =
        graph(
            "y: f32[N, 5, 4, 4], z: f32[N, 5, 4, 4], u: f32[N, 5, 4, 4]",
            """
            w: f32[5, 5, 3, 3] = normal(seed = 1)
            c = Conv(x, w, pads = same)
            y, z = If(t,
              then_branch = graph p() -> (a: f32[N, 5, 4, 4], c: f32[N, 5, 4, 4]) {
                a = Conv(c, w, pads = same)
              },
              else_branch = graph q() -> (c: f32[N, 5, 4, 4], b: f32[N, 5, 4, 4]) {
                b = Softmax(c)
              })
            u = c + 1
            """);
    Instruction.If branch = branch(lower(graph));
    assertThat(names(branch.then().instructions())).containsExactly("Conv", "Reorder", "Reorder");
    assertThat(names(branch.otherwise().instructions())).containsExactly("Reorder", "Softmax");
    check(graph);
  }

  /// Each branch may overwrite its own values, never a captured one that is needed after it or in
  /// the other branch.
  @Test
  void capturedValuesLiveAsLongAsTheyAreNeeded() {
    check(
        graph(
            "y: f32[N, 5, 4, 4], z: f32[N, 5, 4, 4]",
            """
            a = Exp(x)
            b = -x
            y = If(t,
              then_branch = graph p() -> (r: f32[N, 5, 4, 4]) {
                r = relu(Sigmoid(relu(a))) * b
              },
              else_branch = graph q() -> (r: f32[N, 5, 4, 4]) {
                s = relu(b)
                r = If(t,
                  then_branch = graph i() -> (s: f32[N, 5, 4, 4]) { },
                  else_branch = graph j() -> (r: f32[N, 5, 4, 4]) { r = relu(relu(a) + s) })
              })
            z = relu(b) + y
            """));
  }

  @Test
  void resultsMayBeInputsConstantsAndEachOther() {
    check(
        graph(
            "a: f32[N, 5, 4, 4], b: f32[N, 5, 4, 4], c: f32[3], d: i64[2], e: i64[]",
            """
            k: f32[3] = [1, 2, 3]
            a, b, c, d, e = If(t,
              then_branch = graph p() ->
                  (x: f32[N, 5, 4, 4], x: f32[N, 5, 4, 4], k: f32[3], s: i64[2], n: i64[]) {
                s = Shape(x, end = 2)
                n = Size(x)
              },
              else_branch = graph q() ->
                  (r: f32[N, 5, 4, 4], r: f32[N, 5, 4, 4], m: f32[3], l: i64[2], i: i64[]) {
                r = Exp(x)
                m: f32[3] = [4, 5, 6]
                l: i64[2] = [7, 8]
                i = Gather(l, 1)
              })
            """));
  }

  /// A captured operand may lie inside the joined tensor from the start, in one branch only.
  @Test
  void capturedValuesAreJoined() {
    check(
        graph(
            "y: f32[N, 10, 4, 4], z: f32[N, 5, 4, 4]",
            """
            a = Exp(x)
            b = MaxPool(x, kernel_shape = [1, 1])
            y = If(t,
              then_branch = graph p() -> (r: f32[N, 10, 4, 4]) { r = Concat(a, -x, axis = 1) },
              else_branch = graph q() -> (r: f32[N, 10, 4, 4]) { r = Concat(b, a, axis = 1) })
            z = a + b
            """));
  }

  @Test
  void whatNobodyReadsIsLeftOutOfBlocks() {
    Graph graph =
        graph(
            "z: f32[N, 5, 4, 4]",
            """
            dead: f32[5, 5, 3, 3] = normal(seed = 1)
            deader: f32[5, 5, 1, 1] = normal(seed = 2)
            e = Exp(x)
            y, z = If(t,
              then_branch = graph p() -> (a: f32[N, 5, 4, 4], b: f32[N, 5, 4, 4]) {
                a = Conv(e, dead, pads = same)
                unread = Conv(x, deader)
                b = relu(x)
              },
              else_branch = graph q() -> (x: f32[N, 5, 4, 4], x: f32[N, 5, 4, 4]) { })
            """);
    Program program = lower(graph);
    Instruction.If branch = branch(program);
    assertThat(program.weights()).isEmpty();
    assertThat(program.main().instructions()).containsExactly(branch);
    assertThat(names(branch.then().instructions())).containsExactly("Unary");
    assertThat(branch.y()).hasSize(1);
    check(graph);
  }

  @Test
  void weightsThatBranchesShareArePackedOnce() {
    Graph graph =
        graph(
            "y: f32[N, 5, 4, 4]",
            """
            w: f32[5, 5, 3, 3] = normal(seed = 1)
            b: f32[5] = normal(seed = 2)
            y = If(t,
              then_branch = graph p() -> (r: f32[N, 5, 4, 4]) { r = Conv(x, w, b, pads = same) },
              else_branch = graph q() -> (r: f32[N, 5, 4, 4]) { r = Conv(-x, w, b, pads = same) })
            """);
    Program program = lower(graph);
    assertThat(program.weights()).hasSize(2);
    Instruction.If branch = branch(program);
    Instruction.Conv then = (Instruction.Conv) find(branch.then().instructions());
    Instruction.Conv otherwise = (Instruction.Conv) find(branch.otherwise().instructions());
    assertThat(then.weights()).isEqualTo(otherwise.weights());
    assertThat(then.bias()).isEqualTo(otherwise.bias());
    assertThat(Operands.of(then).reads()).as("each packs x itself").doesNotContain(otherwise.x());
    check(graph);
  }

  private static Instruction find(List<Instruction> instructions) {
    return instructions.stream()
        .filter(Instruction.Conv.class::isInstance)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void branchesMayGiveOtherShapes() {
    check(
        graph(
            "y: f32[N, 5, ?1, 4]",
            """
            z = If(t,
              then_branch = graph p() -> (x: f32[N, 5, 4, 4]) { },
              else_branch = graph q() -> (r: f32[N, 5, 8, 4]) {
                r = Concat(x, x, axis = 2)
              })
            y = -z
            """));
  }

  @Test
  void branchesOfOtherRanksAreDeclined() {
    assertThatThrownBy(
            () ->
                lower(
                    graph(
                        "y: f32[N, 5, 4, 4]",
                        """
                        yes: bool[] = true
                        y = If(yes,
                          then_branch = graph p() -> (x: f32[N, 5, 4, 4]) { },
                          else_branch = graph q() -> (r: f32[N, 5, 16]) {
                            r = Reshape(x, [0, 0, 16])
                          })
                        """)))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("output `r: f32[N, 5, 16]` has another rank than the result");
  }

  /// All nodes that have no instructions are told of, wherever they are.
  @Test
  void unsupportedNodesOfBranchesAreReported() {
    assertThatThrownBy(
            () ->
                lower(
                    graph(
                        "y: string[2]",
                        """
                        k: bool[2] = [true, false]
                        d = Cast(k, to = string)
                        y = If(t,
                          then_branch = graph p() -> (a: string[2]) {
                            a = Cast(Not(k), to = string)
                          },
                          else_branch = graph q() -> (d: string[2]) { })
                        """)))
        .isInstanceOfSatisfying(
            UnsupportedModelException.class,
            e ->
                assertThat(e.findings())
                    .hasSize(2)
                    .anyMatch(finding -> finding.startsWith("Cast `d`"))
                    .anyMatch(finding -> finding.startsWith("Cast `a`")));
  }

  /// A branch is made for the sizes with which it is taken.
  @Test
  void aBranchThatIsNotTakenNeedNotFit() {
    Graph graph =
        graph(
            "y: f32[N, 80]",
            """
            y = If(t,
              then_branch = graph p() -> (a: f32[N, 80]) {
                c = Reshape(x, [2, 80])
                a = Flatten(x) + ReduceSum(c, [0])
              },
              else_branch = graph q() -> (u: f32[N, 80]) { u = Flatten(x) })
            """);
    Program program = lower(graph);
    for (int condition = 0; condition < 2; condition++) {
      Map<String, DoubleTensor> inputs = new LinkedHashMap<>(ProgramRun.randomInputs(graph, 3));
      inputs.put("t", new DoubleTensor(ElementType.BOOL, new int[] {1}, new double[] {condition}));
      if (condition == 0) {
        ProgramRun.assertLikeInterpreter(graph, inputs);
      } else {
        assertThatThrownBy(() -> ProgramRun.runAll(program, inputs))
            .isInstanceOf(InvalidDataException.class)
            .hasMessageContaining("the branch taken does not fit");
      }
    }
  }

  @Test
  void nestingIsBounded() throws IOException {
    Program deepest = lower(nested(31));
    PlanWriter.write(deepest, new ByteArrayOutputStream());
    assertThatThrownBy(() -> lower(nested(32)))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("subgraphs nested more than 31 deep are not supported");
  }

  private static Graph nested(int depth) {
    String value = "Relu(x)";
    for (int i = 0; i < depth; i++) {
      value =
          """
          If(t,
            then_branch = graph p() -> (r: f32[N, 5, 4, 4]) { r = %s },
            else_branch = graph q() -> (x: f32[N, 5, 4, 4]) { })
          """
              .formatted(value);
    }
    return graph("y: f32[N, 5, 4, 4]", "y = " + value);
  }
}
