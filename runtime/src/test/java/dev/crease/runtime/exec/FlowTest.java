package dev.crease.runtime.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Block;
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
    try (var runner = new ProgramRunner(new LoadedProgram(program), SessionOptions.defaults())) {
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
        .hasMessageContaining("Slice");
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
}
