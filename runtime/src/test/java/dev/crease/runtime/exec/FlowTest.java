package dev.crease.runtime.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.InvalidPlanException;
import dev.crease.runtime.Sequence;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.ComparisonFunction;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.Production;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.Slot;
import dev.crease.runtime.plan.UnaryFunction;
import dev.crease.runtime.plan.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Programs that decide by data.
class FlowTest {
  private static final Extent N = new Extent.Symbol(0);
  private static final Extent M = new Extent.Symbol(1);
  private static final Activation NEGATED = new Activation(UnaryFunction.NEG, 0, 0);

  private final List<Slot> slots = new ArrayList<>();
  private final List<Weights> weights = new ArrayList<>();

  private int slot(ElementType type, Extent... shape) {
    slots.add(new Slot("s" + slots.size(), type, List.of(shape), Layout.PLAIN));
    return slots.size() - 1;
  }

  private Map<String, Value> run(
      List<Instruction> instructions,
      List<Integer> outputs,
      Map<String, Integer> inputs,
      Tensor... given) {
    List<Port> ports =
        inputs.entrySet().stream().map(e -> new Port(e.getKey(), e.getValue(), List.of())).toList();
    List<Port> results = outputs.stream().map(y -> new Port("y" + y, y, List.of())).toList();
    var program =
        new Program(
            4,
            List.of("N", "M"),
            slots,
            weights,
            new Block(instructions),
            ports,
            results,
            Map.of());
    Map<String, Tensor> tensors = new java.util.HashMap<>();
    for (int i = 0; i < given.length; i++) {
      tensors.put(ports.get(i).name(), given[i]);
    }
    try (var runner = new ProgramRunner(LoadedProgram.of(program), SessionOptions.defaults())) {
      Map<String, Value> first = runner.run(tensors);
      assertThat(runner.run(tensors)).isEqualTo(first);
      return first;
    }
  }

  @Test
  void measuredElementsShapeWhatFollows() {
    int x = slot(ElementType.FLOAT32, N);
    int size = slot(ElementType.INT64, Extent.of(1));
    int cut = slot(ElementType.FLOAT32, M);
    int y = slot(ElementType.FLOAT32, M);
    List<Instruction> instructions =
        List.of(
            new Instruction.Measure(size, List.of(1)),
            new Instruction.Slice(x, cut, List.of(Extent.of(1)), List.of(Extent.of(1))),
            new Instruction.Unary(cut, y, NEGATED));
    Map<String, Integer> inputs = new java.util.LinkedHashMap<>();
    inputs.put("x", x);
    inputs.put("size", size);
    Tensor numbers = Tensor.of(new float[] {1, 2, 3, 4}, 4);
    assertThat(run(instructions, List.of(y), inputs, numbers, Tensor.of(new long[] {2}, 1)))
        .containsEntry("y" + y, Tensor.of(new float[] {-2, -3}, 2));
    assertThatThrownBy(
            () -> run(instructions, List.of(y), inputs, numbers, Tensor.of(new long[] {7}, 1)))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("`s2`[");
  }

  @Test
  void resultsOfAnySizeShapeWhatFollows() {
    int x = slot(ElementType.FLOAT32, N);
    int found = slot(ElementType.INT64, Extent.of(1), M);
    int y = slot(ElementType.INT64, Extent.of(1), M);
    List<Instruction> instructions =
        List.of(
            new Instruction.Produce(
                Production.NON_ZERO, List.of(x), List.of(found), List.of(), List.of(), List.of(1)),
            new Instruction.Binary(BinaryFunction.ADD, found, found, y, List.of()));
    assertThat(
            run(instructions, List.of(y), Map.of("x", x), Tensor.of(new float[] {0, 1, 0, 2}, 4)))
        .containsEntry("y" + y, Tensor.of(new long[] {2, 6}, 1, 2));
    assertThat(run(instructions, List.of(y), Map.of("x", x), Tensor.of(new float[] {0}, 1)))
        .containsEntry("y" + y, Tensor.of(new long[0], 1, 0));
  }

  @Test
  void branchesGiveOtherShapes() {
    int x = slot(ElementType.FLOAT32, N);
    int flag = slot(ElementType.BOOL);
    int first = slot(ElementType.FLOAT32, Extent.of(1));
    int y = slot(ElementType.FLOAT32, M);
    int z = slot(ElementType.FLOAT32, M);
    List<Instruction> instructions =
        List.of(
            new Instruction.Branch(
                flag,
                new Block(
                    List.of(
                        new Instruction.Slice(
                            x, first, List.of(Extent.of(0)), List.of(Extent.of(1))))),
                List.of(first),
                new Block(List.of()),
                List.of(x),
                List.of(y),
                List.of(1)),
            new Instruction.Unary(y, z, NEGATED));
    Map<String, Integer> inputs = new java.util.LinkedHashMap<>();
    inputs.put("x", x);
    inputs.put("flag", flag);
    Tensor numbers = Tensor.of(new float[] {1, 2}, 2);
    assertThat(run(instructions, List.of(z, y), inputs, numbers, Tensor.of(new boolean[] {true})))
        .containsEntry("y" + z, Tensor.of(new float[] {-1}, 1));
    Map<String, Value> other =
        run(instructions, List.of(z, y), inputs, numbers, Tensor.of(new boolean[] {false}));
    assertThat(other).containsEntry("y" + z, Tensor.of(new float[] {-1, -2}, 2));
    // An output is the caller's own: here the branch hands the input on.
    assertThat(((Tensor) other.get("y" + y)).array()).isNotSameAs(numbers.array());
  }

  @Test
  void turnsCarryScanAndStack() {
    int x = slot(ElementType.FLOAT32, N, Extent.of(2));
    int zero = slot(ElementType.FLOAT32, Extent.of(2));
    weights.add(new Weights(zero, () -> new float[2]));
    int inside = slot(ElementType.FLOAT32, Extent.of(2));
    int slice = slot(ElementType.FLOAT32, Extent.of(2));
    int next = slot(ElementType.FLOAT32, Extent.of(2));
    int sum = slot(ElementType.FLOAT32, Extent.of(2));
    int rows = slot(ElementType.FLOAT32, Extent.of(2), M);
    List<Instruction> instructions =
        List.of(
            new Instruction.Loop(
                Instruction.ABSENT,
                Instruction.ABSENT,
                Instruction.ABSENT,
                Instruction.ABSENT,
                Instruction.ABSENT,
                List.of(new Instruction.Carried(zero, inside, next, sum)),
                List.of(new Instruction.Scanned(x, slice, 0, true)),
                List.of(new Instruction.Stacked(next, rows, 1, false)),
                new Block(
                    List.of(
                        new Instruction.Binary(
                            BinaryFunction.ADD, inside, slice, next, List.of()))),
                List.of(1),
                List.of()));
    Map<String, Value> outputs =
        run(
            instructions,
            List.of(sum, rows),
            Map.of("x", x),
            Tensor.of(new float[] {1, 2, 10, 20, 100, 200}, 3, 2));
    assertThat(outputs)
        .containsEntry("y" + sum, Tensor.of(new float[] {111, 222}, 2))
        .containsEntry("y" + rows, Tensor.of(new float[] {100, 110, 111, 200, 220, 222}, 2, 3));
    assertThat(run(instructions, List.of(sum, rows), Map.of("x", x), Tensor.of(new float[0], 0, 2)))
        .containsEntry("y" + sum, Tensor.of(new float[2], 2))
        .containsEntry("y" + rows, Tensor.of(new float[0], 2, 0));
  }

  /// Each turn leaves 32 MiB, so that memory is full before 2^31 - 1 elements are there. Since they
  /// are the same in each, the test itself takes them once.
  @Test
  void rowsThatDoNotFitIntoMemoryAreRefused() {
    int elements = 1 << 22;
    int x = slot(ElementType.FLOAT64, Extent.of(elements));
    int turn = slot(ElementType.INT64);
    int going = slot(ElementType.BOOL);
    int again = slot(ElementType.BOOL);
    int zero = slot(ElementType.INT64);
    weights.add(new Weights(zero, () -> new long[1]));
    int rows = slot(ElementType.FLOAT64, M, Extent.of(elements));
    List<Instruction> instructions =
        List.of(
            new Instruction.Loop(
                Instruction.ABSENT,
                Instruction.ABSENT,
                turn,
                going,
                again,
                List.of(),
                List.of(),
                List.of(new Instruction.Stacked(x, rows, 0, false)),
                new Block(
                    List.of(
                        new Instruction.Compare(
                            ComparisonFunction.LESS_OR_EQUAL, zero, turn, again))),
                List.of(1),
                List.of()));
    assertThatThrownBy(
            () ->
                run(
                    instructions,
                    List.of(rows),
                    Map.of("x", x),
                    Tensor.of(new double[elements], elements)))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageMatching("a loop has taken [0-9]+ of at most .* `s0` of 4194304 elements.*");
  }

  private int list(Layout layout) {
    slots.add(new Slot("s" + slots.size(), ElementType.FLOAT32, List.of(), layout));
    return slots.size() - 1;
  }

  private static Instruction produce(Production production, List<Integer> x, int y, int... binds) {
    return new Instruction.Produce(
        production, x, List.of(y), List.of(), List.of(), Arrays.stream(binds).boxed().toList());
  }

  @Test
  void sequencesMoveBetweenSections() {
    int x = slot(ElementType.FLOAT32, N);
    int constant = slot(ElementType.FLOAT32, Extent.of(1));
    weights.add(new Weights(constant, () -> new float[] {7}));
    int position = slot(ElementType.INT64);
    int both = list(Layout.SEQUENCE);
    int taken = slot(ElementType.FLOAT32, M);
    int y = slot(ElementType.FLOAT32, M);
    List<Instruction> instructions =
        List.of(
            produce(Production.CONSTRUCT_SEQUENCE, List.of(x, constant), both),
            produce(Production.TAKE_FROM_SEQUENCE, List.of(both, position), taken, 1),
            new Instruction.Unary(taken, y, NEGATED));
    Map<String, Integer> inputs = new java.util.LinkedHashMap<>();
    inputs.put("x", x);
    inputs.put("position", position);
    Tensor numbers = Tensor.of(new float[] {1, 2}, 2);
    Map<String, Value> outputs =
        run(instructions, List.of(both, y), inputs, numbers, Tensor.of(new long[] {-2}));
    Tensor seven = Tensor.of(new float[] {7}, 1);
    assertThat(outputs)
        .containsEntry("y" + both, new Sequence(ElementType.FLOAT32, List.of(numbers, seven)))
        .containsEntry("y" + y, Tensor.of(new float[] {-1, -2}, 2));
    assertThat(run(instructions, List.of(y), inputs, numbers, Tensor.of(new long[] {1})))
        .containsEntry("y" + y, Tensor.of(new float[] {-7}, 1));
    assertThatThrownBy(
            () -> run(instructions, List.of(y), inputs, numbers, Tensor.of(new long[] {2})))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("computing `s4`: there is no position 2");
  }

  /// What the caller does to an output does not change the next.
  @Test
  void aSequenceOfConstantsIsTheCallersOwn() {
    int constant = slot(ElementType.FLOAT32, Extent.of(1));
    weights.add(new Weights(constant, () -> new float[] {7}));
    int y = list(Layout.SEQUENCE);
    var program =
        new Program(
            4,
            List.of(),
            slots,
            weights,
            new Block(
                List.of(produce(Production.CONSTRUCT_SEQUENCE, List.of(constant, constant), y))),
            List.of(),
            List.of(new Port("y", y, List.of())),
            Map.of());
    try (var runner = new ProgramRunner(LoadedProgram.of(program), SessionOptions.defaults())) {
      List<Tensor> first = ((Sequence) runner.run(Map.of()).get("y")).tensors();
      first.getFirst().floats()[0] = 8;
      assertThat(first.getLast().floats()).containsExactly(7);
      assertThat(((Sequence) runner.run(Map.of()).get("y")).tensors().getFirst().floats())
          .containsExactly(7);
    }
  }

  @Test
  void onlyWhatDecidesNamesSequences() {
    int x = list(Layout.SEQUENCE);
    int y = list(Layout.SEQUENCE);
    Tensor[] none = {};
    assertThatThrownBy(
            () ->
                run(
                    List.of(new Instruction.Unary(x, y, NEGATED)),
                    List.of(y),
                    Map.of("x", x),
                    none))
        .isInstanceOf(InvalidPlanException.class)
        .hasMessageContaining("which is no tensor");
    assertThatThrownBy(
            () ->
                run(
                    List.of(produce(Production.NON_ZERO, List.of(x), y)),
                    List.of(y),
                    Map.of("x", x),
                    none))
        .isInstanceOf(InvalidPlanException.class)
        .hasMessageContaining("should be PLAIN, but is SEQUENCE");
  }

  @Test
  void anOptionalIsWhatItHolds() {
    int x = list(Layout.OPTIONAL);
    int y = slot(ElementType.FLOAT32, M);
    int has = slot(ElementType.BOOL);
    List<Instruction> instructions =
        List.of(
            produce(Production.HAS_ELEMENT, List.of(x), has),
            produce(Production.GET_ELEMENT, List.of(x), y, 1));
    Tensor numbers = Tensor.of(new float[] {1, 2}, 2);
    assertThat(run(instructions, List.of(has, y), Map.of("x", x), numbers))
        .containsEntry("y" + has, Tensor.of(new boolean[] {true}))
        .containsEntry("y" + y, numbers);
    Tensor wrong = Tensor.of(new float[] {1, 2}, 1, 2);
    assertThatThrownBy(() -> run(instructions, List.of(y), Map.of("x", x), wrong))
        .isInstanceOf(InvalidDataException.class)
        .hasMessageContaining("`s1` is f32[1, 2] in this run");
    assertThatThrownBy(
            () -> run(instructions, List.of(y), Map.of("x", x), Tensor.of(new long[] {1})))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input 'x' should be optional(f32), but is i64[]");
  }
}
