package dev.crease.runtime;

import static dev.crease.runtime.ProgramBuilder.RELU;
import static dev.crease.runtime.ProgramBuilder.window;
import static dev.crease.runtime.plan.Instruction.ABSENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Cell;
import dev.crease.runtime.plan.ConvPacking;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Packing;
import dev.crease.runtime.plan.PoolKind;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.ReduceFunction;
import dev.crease.runtime.plan.Routine;
import dev.crease.runtime.plan.UnaryFunction;
import dev.crease.runtime.plan.Winograd;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What steps are said to be and to cost, against numbers computed by hand.
class StepInfoTest {
  /// Packings for 16 lanes are those of scalar kernels on every machine.
  private static final int LANES = 16;

  private final ProgramBuilder program = new ProgramBuilder(LANES);
  private final Map<String, Tensor> inputs = new LinkedHashMap<>();

  /// An input of zeros.
  private int input(int... shape) {
    String name = "x" + inputs.size();
    inputs.put(name, Tensor.zeros(ElementType.FLOAT32, shape));
    return program.input(name, program.plain(boxed(shape)));
  }

  private static Object[] boxed(int... shape) {
    return IntStream.of(shape).boxed().toArray();
  }

  private int blockedInput(int... shape) {
    return program.reorder(input(shape), program.blocked(boxed(shape)));
  }

  private int constant(Layout layout, int length, int... shape) {
    int slot = program.slot(ElementType.FLOAT32, layout, boxed(shape));
    return program.constant(slot, new float[length]);
  }

  private int convWeights(int group, int... shape) {
    int taps = shape[2] * shape[3];
    var packing = new ConvPacking(shape[0], shape[1] * group, group, taps, LANES);
    return constant(Layout.CONV_WEIGHTS, packing.size(), shape);
  }

  private int product(int a, int[] b, int[] y) {
    int batch = b.length == 3 ? b[0] : 1;
    int length = Packing.gemmSize(batch, b[b.length - 2], b[b.length - 1], LANES);
    int weights = constant(Layout.GEMM_WEIGHTS, length, b);
    int result = program.plain(boxed(y));
    program.add(new Instruction.Gemm(a, weights, ABSENT, result, Activation.NONE));
    return result;
  }

  /// The steps of a run, with the outcome as an output.
  private List<StepInfo> steps(int y) {
    return steps(y, KernelChoice.SCALAR);
  }

  private List<StepInfo> steps(int y, KernelChoice kernels) {
    program.output("y", y);
    List<StepInfo> steps = new ArrayList<>();
    var options =
        SessionOptions.defaults()
            .withThreads(1)
            .withKernels(kernels)
            .withListener((step, nanoseconds) -> steps.add(step));
    try (Session session = Plan.of(program.build()).newSession(options)) {
      session.run(inputs);
    }
    return steps;
  }

  /// The one step that writes a slot and is of that operation.
  private StepInfo step(int y, int slot, String operation) {
    List<StepInfo> found =
        steps(y).stream()
            .filter(step -> step.slot() == slot && step.operation().equals(operation))
            .toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private void assertCost(StepInfo step, long operations, long bytes) {
    assertThat(step.operations()).as(step.toString()).hasValue(operations);
    assertThat(step.bytes()).as(step.toString()).isEqualTo(bytes);
  }

  private int unpacked(int y, int... shape) {
    return program.reorder(y, program.plain(boxed(shape)));
  }

  private int conv(int x, int weights, int[] kernel, int group, int... shape) {
    int y = program.blocked(boxed(shape));
    int pad = kernel[0] / 2;
    var window = window(new int[] {0, 0, kernel[0], kernel[1]}, pad);
    program.add(new Instruction.Conv(x, weights, ABSENT, ABSENT, y, window, group, List.of(RELU)));
    return y;
  }

  @Test
  void convolution() {
    int x = blockedInput(2, 16, 10, 12);
    int y = conv(x, convWeights(1, 32, 16, 3, 3), new int[] {3, 3}, 1, 2, 32, 10, 12);
    StepInfo step = step(unpacked(y, 2, 32, 10, 12), y, "Conv");
    long elements = 2 * 32 * 10 * 12;
    assertCost(step, 2 * elements * 16 * 9, 4 * (elements / 2 + 32 * 16 * 9 + elements));
    assertThat(step.kernel()).isEqualTo("direct 3x3, plain");
    assertThat(step.shape()).containsExactly(2, 32, 10, 12);
    assertThat(step).hasToString("Conv %" + y + "[2, 32, 10, 12]");
  }

  @Test
  void groupedConvolution() {
    int x = blockedInput(1, 64, 4, 4);
    int y = conv(x, convWeights(4, 64, 16, 1, 1), new int[] {1, 1}, 4, 1, 64, 4, 4);
    StepInfo step = step(unpacked(y, 1, 64, 4, 4), y, "Conv");
    long elements = 64 * 4 * 4;
    assertCost(step, 2 * elements * 16, 4 * (2 * elements + 64 * 16));
    assertThat(step.kernel()).isEqualTo("grouped 1x1, plain");
  }

  @Test
  void depthwiseConvolution() {
    int x = blockedInput(1, 32, 6, 6);
    int weights =
        constant(Layout.DEPTHWISE_WEIGHTS, Packing.depthwiseSize(32, 9, LANES), 32, 1, 3, 3);
    int y = program.blocked(1, 32, 6, 6);
    var window = window(new int[] {0, 0, 3, 3}, 1);
    program.add(new Instruction.DepthwiseConv(x, weights, ABSENT, ABSENT, y, window, List.of()));
    StepInfo step = step(unpacked(y, 1, 32, 6, 6), y, "DepthwiseConv");
    long elements = 32 * 6 * 6;
    assertCost(step, 2 * elements * 9, 4 * (2 * elements + 32 * 9));
    assertThat(step.kernel()).isEqualTo("depthwise 3x3, plain");
  }

  /// Winograd's form is the same work, with more weights: 36 products for 9 taps.
  @Test
  void convolutionInWinogradsForm() {
    int x = blockedInput(1, 16, 8, 8);
    int weights = convWeights(36, 36 * 16, 16, 1, 1);
    int y = program.blocked(1, 16, 8, 8);
    program.add(
        new Instruction.Conv(
            x,
            weights,
            ABSENT,
            ABSENT,
            y,
            window(new int[] {0, 0, 3, 3}, 1),
            1,
            Optional.of(Winograd.F4),
            List.of()));
    StepInfo step = step(unpacked(y, 1, 16, 8, 8), y, "Conv");
    long elements = 16 * 8 * 8;
    assertCost(step, 2 * elements * 16 * 9, 4 * (2 * elements + 36 * 16 * 16));
    assertThat(step.kernel()).isEqualTo("winograd F4, plain");
  }

  @Test
  void matrixProducts() {
    int y = product(input(7, 24), new int[] {24, 32}, new int[] {7, 32});
    assertCost(step(y, y, "Gemm"), 2 * 7 * 24 * 32, 4 * (7 * 24 + 24 * 32 + 7 * 32));
  }

  @Test
  void batchedMatrixProducts() {
    int y = product(input(3, 5, 8), new int[] {3, 8, 16}, new int[] {3, 5, 16});
    StepInfo step = step(y, y, "Gemm");
    assertCost(step, 2 * 3 * 5 * 8 * 16, 4 * 3 * (5 * 8 + 8 * 16 + 5 * 16));
    assertThat(step.kernel()).isEqualTo("gemm, plain");
  }

  private int call(Routine routine, List<Integer> x, List<Integer> integers, int... shape) {
    int y = program.plain(boxed(shape));
    List<Extent> extents = integers.stream().map(i -> Extent.of(i.longValue())).toList();
    List<Double> numbers = routine == Routine.PRODUCT ? List.of(1.0, 0.0) : List.of();
    program.add(new Instruction.Call(routine, x, List.of(y), extents, numbers));
    return y;
  }

  /// Each element of the operand meets all taps of all maps of its group.
  @Test
  void transposedConvolution() {
    int x = input(1, 4, 5, 5);
    int w = constant(Layout.PLAIN, 4 * 6 * 9, 4, 6, 3, 3);
    List<Integer> window = List.of(1, 3, 3, 2, 2, 1, 1, 0, 0, 0, 0, 0);
    int y = call(Routine.CONV_TRANSPOSE, List.of(x, w), window, 1, 6, 11, 11);
    StepInfo step = step(y, y, "Call CONV_TRANSPOSE");
    long bytes = 4 * (4 * 5 * 5 + 4 * 6 * 9 + 6 * 11 * 11);
    assertCost(step, 2 * (4 * 5 * 5) * 6 * 9, bytes);
    assertThat(step.kernel()).isEqualTo("plain");
  }

  @Test
  void productsOfTransposedMatrices() {
    int y = call(Routine.PRODUCT, List.of(input(8, 3), input(8, 5)), List.of(1, 0), 3, 5);
    assertCost(step(y, y, "Call PRODUCT"), 2 * 3 * 5 * 8, 4 * (8 * 3 + 8 * 5 + 3 * 5));
  }

  @Test
  void routinesThatAreNotCounted() {
    int y = call(Routine.CUMULATIVE_SUM, List.of(input(6), axis()), List.of(0, 0), 6);
    StepInfo step = step(y, y, "Call CUMULATIVE_SUM");
    assertThat(step.operations()).isEqualTo(OptionalLong.empty());
    assertThat(step.bytes()).isEqualTo(4 * (6 + 6) + 8);
  }

  private int axis() {
    return program.constant(program.slot(ElementType.INT64, Layout.PLAIN, 1), new long[] {0});
  }

  @Test
  void recurrentCells() {
    int weights = constant(Layout.GEMM_WEIGHTS, Packing.gemmSize(1, 8, 32, LANES), 8, 32);
    int y = program.plain(5, 2, 8);
    var sigmoid = new Activation(UnaryFunction.SIGMOID, 0, 0);
    program.add(
        new Instruction.Recurrent(
            Cell.LSTM,
            input(5, 2, 32),
            weights,
            ABSENT,
            ABSENT,
            ABSENT,
            ABSENT,
            ABSENT,
            ABSENT,
            y,
            ABSENT,
            ABSENT,
            false,
            false,
            0,
            List.of(sigmoid, sigmoid, sigmoid)));
    long bytes = 4 * (5 * 2 * 32 + 8 * 32 + 5 * 2 * 8);
    assertCost(step(y, y, "Recurrent LSTM"), 2 * 5 * 2 * (4 * 8 * 8), bytes);
  }

  @Test
  void elementsAndFunctions() {
    int a = input(1, 32, 4, 4);
    int b = input(32, 1, 1);
    int sum = program.plain(1, 32, 4, 4);
    program.add(new Instruction.Binary(BinaryFunction.ADD, a, b, sum, List.of(RELU)));
    int exp = program.plain(1, 32, 4, 4);
    program.unary(sum, exp, new Activation(UnaryFunction.EXP, 0, 0));
    int soft = program.plain(1, 32, 4, 4);
    program.add(new Instruction.Softmax(exp, soft, 1, false));
    int mean = program.plain(1, 32, 1, 1);
    program.add(new Instruction.Reduce(ReduceFunction.MEAN, soft, mean));
    List<StepInfo> steps = steps(mean);
    assertThat(steps)
        .extracting(StepInfo::operation)
        .containsExactly("Binary ADD", "Unary EXP", "Softmax", "Reduce MEAN");
    assertCost(steps.get(0), 2 * 512, 4 * (512 + 32 + 512));
    assertCost(steps.get(1), 512, 4 * 1024);
    assertCost(steps.get(2), 5 * 512, 4 * 1024);
    assertCost(steps.get(3), 512, 4 * (512 + 32));
    assertThat(steps).extracting(StepInfo::index).containsExactly(0, 1, 2, 3);
  }

  @Test
  void poolsAndPostOps() {
    int x = blockedInput(1, 16, 6, 6);
    int pooled = program.blocked(1, 16, 5, 5);
    var window = window(new int[] {0, 0, 2, 2}, 0);
    program.add(new Instruction.Pool(PoolKind.MAX, x, pooled, window, List.of()));
    int vector = constant(Layout.BLOCKED, 16, 1, 16);
    int y = program.blocked(1, 16, 5, 5);
    var normalize = new PostOp.Normalize(vector, vector, vector);
    program.add(new Instruction.Channelwise(pooled, y, List.of(normalize, RELU)));
    int all = program.blocked(1, 16, 1, 1);
    program.add(new Instruction.GlobalPool(PoolKind.AVERAGE, y, all));
    List<StepInfo> steps = steps(unpacked(all, 1, 16, 1, 1));
    assertCost(steps.get(0), 0, 4 * 2 * 16 * 36);
    assertThat(steps.get(0).kernel()).isEqualTo("copy");
    assertCost(steps.get(1), 16 * 25 * 4, 4 * 16 * (36 + 25));
    assertCost(steps.get(2), 16 * 25 * (3 + 1), 4 * 16 * (25 + 25 + 1));
    assertCost(steps.get(3), 16 * 25, 4 * 16 * (25 + 1));
  }

  /// Channels are filled up to whole blocks in memory: 3 become 16.
  @Test
  void whatIsMovedIsCountedAsItLies() {
    int x = input(1, 3, 4, 4);
    int blocked = program.reorder(x, program.blocked(1, 3, 4, 4));
    StepInfo step = step(unpacked(blocked, 1, 3, 4, 4), blocked, "Reorder");
    assertCost(step, 0, 4 * 16 * (3 + 16));
  }

  @Test
  void whatIsPickedIsNotCountedAsAWhole() {
    int table = constant(Layout.PLAIN, 1000 * 8, 1000, 8);
    int rows =
        program.constant(program.slot(ElementType.INT64, Layout.PLAIN, 2), new long[] {3, 7});
    int y = program.plain(2, 8);
    program.add(new Instruction.Gather(table, rows, y, 0));
    assertCost(step(y, y, "Gather"), 0, 4 * (2 * 8 + 2 * 8) + 8 * 2);
  }

  /// Each operand that is put into place is a step of its own.
  @Test
  void joins() {
    int y = program.plain(5, 4);
    program.add(new Instruction.Concat(List.of(input(2, 4), input(3, 4)), y, 0));
    List<StepInfo> steps = steps(y);
    assertThat(steps).extracting(StepInfo::operation).containsExactly("Concat", "Concat");
    assertCost(steps.get(0), 0, 4 * 2 * 8);
    assertCost(steps.get(1), 0, 4 * 2 * 12);
  }

  @Test
  void kernelsOnVectorsHaveNoSuffix() {
    if (Machine.kernels().startsWith("scalar")) {
      return;
    }
    int x = blockedInput(1, 16, 10, 12);
    int y = conv(x, convWeights(1, 32, 16, 3, 3), new int[] {3, 3}, 1, 1, 32, 10, 12);
    List<StepInfo> steps = steps(unpacked(y, 1, 32, 10, 12), KernelChoice.VECTOR);
    assertThat(steps)
        .extracting(StepInfo::kernel)
        .containsOnlyOnce("direct 3x3")
        .doesNotContain("direct 3x3, plain");
  }

  @Test
  void listenersHearOfAStepBeforeAndAfterIt() {
    List<String> heard = new ArrayList<>();
    var listener =
        new StepListener() {
          @Override
          public void before(StepInfo step) {
            heard.add("before " + step);
          }

          @Override
          public void step(StepInfo step, long nanoseconds) {
            heard.add("after " + step);
          }
        };
    int y = program.unary(input(2), program.plain(2), RELU);
    program.output("y", y);
    var options = SessionOptions.defaults().withListener(listener);
    try (Session session = Plan.of(program.build()).newSession(options)) {
      session.run(inputs);
    }
    String step = "Unary RELU %" + y + "[2]";
    assertThat(heard).containsExactly("before " + step, "after " + step);
  }
}
