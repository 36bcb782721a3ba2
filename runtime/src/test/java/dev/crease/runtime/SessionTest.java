package dev.crease.runtime;

import static dev.crease.runtime.ProgramBuilder.RELU;
import static dev.crease.runtime.ProgramBuilder.convolve;
import static dev.crease.runtime.ProgramBuilder.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Block;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Packing;
import dev.crease.runtime.plan.PoolKind;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Small programs made by hand, on every kind of kernel and with one and two threads, against plain
/// loops.
class SessionTest {
  private static final Activation EXP = new Activation(UnaryFunction.EXP, 0, 0);

  @Test
  void convolutionReadsZerosAroundThePicture() {
    int[] in = {2, 5, 9, 7};
    int[] filter = {20, 5, 3, 3};
    float[] x = values(2 * 5 * 63, 1);
    float[] weights = values(20 * 5 * 9, 2);
    var program = new ProgramBuilder(8);
    int input = program.input("x", program.plain("N", 5, "H", 7));
    int blocked = program.reorder(input, program.blocked("N", 5, "H", 7));
    int y = program.conv(blocked, weights, filter, 1, -1, program.blocked("N", 20, "H", 7));
    program.output("y", program.reorder(y, program.plain("N", 20, "H", 7)));

    float[] expected = convolve(x, in, weights, filter, 1, new float[0]);
    assertRuns(program.build(), Map.of("x", Tensor.of(x, in)), Tensor.of(expected, 2, 20, 9, 7));
  }

  @Test
  void residualIsAdded() {
    for (boolean kept : new boolean[] {false, true}) {
      int[] shape = {1, 32, 16, 16};
      int[] filter = {32, 32, 3, 3};
      float[] x = values(32 * 256, 3);
      float[] first = values(32 * 32 * 9, 4);
      float[] second = values(32 * 32 * 9, 5);
      var program = new ProgramBuilder(16);
      int input = program.input("x", program.plain(1, 32, 16, 16));
      int blocked = program.reorder(input, program.blocked(1, 32, 16, 16));
      int a = program.conv(blocked, first, filter, 1, -1, program.blocked(1, 32, 16, 16));
      int b = program.conv(a, second, filter, 1, blocked, program.blocked(1, 32, 16, 16));
      program.output("y", program.reorder(b, program.plain(1, 32, 16, 16)));
      if (kept) {
        program.output("copy", program.reorder(blocked, program.plain(1, 32, 16, 16)));
      }

      float[] middle = convolve(x, shape, first, filter, 1, new float[0]);
      float[] expected = convolve(middle, shape, second, filter, 1, x);
      List<Map<String, Tensor>> runs =
          assertRuns(program.build(), Map.of("x", Tensor.of(x, shape)), Tensor.of(expected, shape));
      if (kept) {
        assertThat(runs).allSatisfy(run -> assertThat(run.get("copy").floats()).isEqualTo(x));
      }
    }
  }

  @Test
  void convolutionMayAddItsOwnInput() {
    int[] shape = {1, 8, 12, 12};
    int[] filter = {8, 8, 3, 3};
    float[] x = values(8 * 144, 6);
    float[] weights = values(8 * 8 * 9, 7);
    var program = new ProgramBuilder(8);
    int input = program.input("x", program.plain(1, 8, 12, 12));
    int blocked = program.reorder(input, program.blocked(1, 8, 12, 12));
    int y = program.conv(blocked, weights, filter, 1, blocked, program.blocked(1, 8, 12, 12));
    program.output("y", program.reorder(y, program.plain(1, 8, 12, 12)));

    assertRuns(
        program.build(),
        Map.of("x", Tensor.of(x, shape)),
        Tensor.of(convolve(x, shape, weights, filter, 1, x), shape));
  }

  /// The operands take 16 and 12 channels, so both can lie in the result; the third, of 5, cannot
  /// share a block with the second and is copied. A convolution then reads the result with padding,
  /// and another reads the first operand.
  @Test
  void joinedChannelsAreWrittenInPlace() {
    int[] in = {2, 8, 6, 6};
    float[] x = values(2 * 8 * 36, 8);
    float[] a = values(16 * 8 * 9, 9);
    float[] b = values(12 * 8, 10);
    float[] c = values(5 * 8, 11);
    float[] all = values(4 * 33 * 9, 12);
    float[] again = values(4 * 16 * 9, 13);
    var program = new ProgramBuilder(8);
    int blocked =
        program.reorder(program.input("x", program.plain(2, 8, 6, 6)), program.blocked(2, 8, 6, 6));
    int ya = program.conv(blocked, a, new int[] {16, 8, 3, 3}, 1, -1, program.blocked(2, 16, 6, 6));
    int yb = program.conv(blocked, b, new int[] {12, 8, 1, 1}, 0, -1, program.blocked(2, 12, 6, 6));
    int yc = program.conv(blocked, c, new int[] {5, 8, 1, 1}, 0, -1, program.blocked(2, 5, 6, 6));
    int joined = program.blocked(2, 33, 6, 6);
    program.add(new Instruction.Concat(List.of(ya, yb, yc), joined, 1));
    int whole =
        program.conv(joined, all, new int[] {4, 33, 3, 3}, 1, -1, program.blocked(2, 4, 6, 6));
    int part =
        program.conv(ya, again, new int[] {4, 16, 3, 3}, 1, whole, program.blocked(2, 4, 6, 6));
    program.output("y", program.reorder(part, program.plain(2, 4, 6, 6)));

    float[] pa = convolve(x, in, a, new int[] {16, 8, 3, 3}, 1, new float[0]);
    float[] pb = convolve(x, in, b, new int[] {12, 8, 1, 1}, 0, new float[0]);
    float[] pc = convolve(x, in, c, new int[] {5, 8, 1, 1}, 0, new float[0]);
    float[] together = new float[2 * 33 * 36];
    for (int n = 0; n < 2; n++) {
      System.arraycopy(pa, n * 16 * 36, together, n * 33 * 36, 16 * 36);
      System.arraycopy(pb, n * 12 * 36, together, (n * 33 + 16) * 36, 12 * 36);
      System.arraycopy(pc, n * 5 * 36, together, (n * 33 + 28) * 36, 5 * 36);
    }
    int[] joinedShape = {2, 33, 6, 6};
    float[] wholeY = convolve(together, joinedShape, all, new int[] {4, 33, 3, 3}, 1, new float[0]);
    float[] expected =
        convolve(pa, new int[] {2, 16, 6, 6}, again, new int[] {4, 16, 3, 3}, 1, wholeY);
    assertRuns(program.build(), Map.of("x", Tensor.of(x, in)), Tensor.of(expected, 2, 4, 6, 6));
  }

  /// `conv(concat(r, r'))` reads zeros around `r`, then `conv(border(r, 3))` reads threes.
  @Test
  void whatHasABorderIsNotJoinedInPlace() {
    int[] in = {1, 16, 4, 4};
    float[] x = values(16 * 16, 15);
    float[] zeros = values(4 * 32 * 9, 16);
    float[] threes = values(4 * 16 * 9, 17);
    float[] border = new float[16];
    Arrays.fill(border, 3);
    var program = new ProgramBuilder(8);
    int blocked =
        program.reorder(
            program.input("x", program.plain(1, 16, 4, 4)), program.blocked(1, 16, 4, 4));
    int r = program.unary(blocked, program.blocked(1, 16, 4, 4), RELU);
    int other = program.unary(blocked, program.blocked(1, 16, 4, 4), RELU);
    int surrounded = program.blocked(1, 16, 4, 4);
    program.add(
        new Instruction.Border(r, program.constant(program.blocked(1, 16), border), surrounded));
    int joined = program.blocked(1, 32, 4, 4);
    program.add(new Instruction.Concat(List.of(r, other), joined, 1));
    int first =
        program.conv(joined, zeros, new int[] {4, 32, 3, 3}, 1, -1, program.blocked(1, 4, 4, 4));
    int second =
        program.conv(
            surrounded, threes, new int[] {4, 16, 3, 3}, 1, first, program.blocked(1, 4, 4, 4));
    program.output("y", program.reorder(second, program.plain(1, 4, 4, 4)));

    float[] relu = new float[16 * 16];
    float[] twice = new float[32 * 16];
    float[] wide = new float[16 * 36];
    Arrays.fill(wide, 3);
    for (int i = 0; i < relu.length; i++) {
      relu[i] = Math.max(0, x[i]);
      wide[i / 16 * 36 + (i / 4 % 4 + 1) * 6 + i % 4 + 1] = relu[i];
    }
    System.arraycopy(relu, 0, twice, 0, relu.length);
    System.arraycopy(relu, 0, twice, relu.length, relu.length);
    float[] residual =
        convolve(twice, new int[] {1, 32, 4, 4}, zeros, new int[] {4, 32, 3, 3}, 1, new float[0]);
    float[] expected =
        convolve(wide, new int[] {1, 16, 6, 6}, threes, new int[] {4, 16, 3, 3}, 0, residual);
    assertRuns(program.build(), Map.of("x", Tensor.of(x, in)), Tensor.of(expected, 1, 4, 4, 4));
  }

  /// `y = concat(relu(x), -relu(x), relu(x))` along the first axis, then along the second.
  @Test
  void plainTensorsAreJoinedInPlaceOrCopied() {
    for (int axis = 0; axis < 2; axis++) {
      var program = new ProgramBuilder(4);
      int x = program.input("x", program.plain(3, 4));
      int relu = program.unary(x, program.plain(3, 4), RELU);
      int negative =
          program.unary(relu, program.plain(3, 4), new Activation(UnaryFunction.NEG, 0, 0));
      int y = program.plain(axis == 0 ? 9 : 3, axis == 0 ? 4 : 12);
      program.add(new Instruction.Concat(List.of(relu, negative, relu), y, axis));
      program.output("y", y);

      float[] values = values(12, 14);
      float[] expected = new float[36];
      for (int i = 0; i < 12; i++) {
        for (int copy = 0; copy < 3; copy++) {
          int to = axis == 0 ? copy * 12 + i : i / 4 * 12 + copy * 4 + i % 4;
          float value = Math.max(0, values[i]);
          expected[to] = copy == 1 ? -value : value;
        }
      }
      int[] shape = axis == 0 ? new int[] {9, 4} : new int[] {3, 12};
      assertRuns(program.build(), Map.of("x", Tensor.of(values, 3, 4)), Tensor.of(expected, shape));
    }
  }

  /// A chain in place, a reshape on the way, and a value that must survive what comes after it.
  @Test
  void elementWiseChainsOverwriteOnlyWhatIsDead() {
    var program = new ProgramBuilder(4);
    int x = program.input("x", program.plain("N", 6));
    int e = program.unary(x, program.plain("N", 6), EXP);
    int flat = program.plain(new Extent.Product(program.symbol("N"), Extent.of(6)));
    program.add(new Instruction.Reshape(e, flat));
    int r =
        program.unary(flat, program.plain(dims(program)), new Activation(UnaryFunction.NEG, 0, 0));
    int sum = program.plain(dims(program));
    program.add(new Instruction.Binary(BinaryFunction.ADD, r, flat, sum, List.of()));
    int product = program.plain("N", 6);
    program.add(new Instruction.Binary(BinaryFunction.MUL, e, e, product, List.of()));
    program.output("zero", sum);
    program.output("y", product);

    float[] values = values(30, 15);
    float[] expected = new float[30];
    for (int i = 0; i < 30; i++) {
      expected[i] = (float) Math.exp(2 * values[i]);
    }
    List<Map<String, Tensor>> runs =
        assertRuns(
            program.build(), Map.of("x", Tensor.of(values, 5, 6)), Tensor.of(expected, 5, 6));
    assertThat(runs).allSatisfy(run -> assertThat(run.get("zero").floats()).containsOnly(0f));
  }

  private static Object[] dims(ProgramBuilder program) {
    return new Object[] {new Extent.Product(program.symbol("N"), Extent.of(6))};
  }

  @Test
  void ifRunsOneBlock() {
    var program = new ProgramBuilder(4);
    int flag = program.input("flag", program.slot(ElementType.BOOL, Layout.PLAIN));
    int x = program.input("x", program.plain("N"));
    int relu = program.unary(x, program.plain("N"), RELU);
    int exp = program.plain("N");
    int doubled = program.plain("N");
    int y = program.plain("N");
    Block then = program.block(() -> program.unary(x, exp, EXP));
    Block otherwise =
        program.block(
            () ->
                program.add(new Instruction.Binary(BinaryFunction.ADD, x, x, doubled, List.of())));
    program.add(
        new Instruction.If(flag, then, List.of(exp), otherwise, List.of(doubled), List.of(y)));
    int sum = program.plain("N");
    program.add(new Instruction.Binary(BinaryFunction.ADD, y, relu, sum, List.of()));
    program.output("y", sum);

    float[] values = {-1, 0.5f, 2};
    for (boolean taken : new boolean[] {true, false}) {
      float[] expected = new float[3];
      for (int i = 0; i < 3; i++) {
        float inner = taken ? (float) Math.exp(values[i]) : 2 * values[i];
        expected[i] = inner + Math.max(0, values[i]);
      }
      assertRuns(
          program.build(),
          Map.of("x", Tensor.of(values, 3), "flag", Tensor.of(new boolean[] {taken})),
          Tensor.of(expected, 3));
    }
  }

  @Test
  void extentsFollowTheInputs() {
    var program = new ProgramBuilder(4);
    program.input("x", program.plain("N", "M"));
    Extent n = program.symbol("N");
    Extent m = program.symbol("M");
    int y = program.slot(ElementType.INT64, Layout.PLAIN, 3);
    program.add(
        new Instruction.Extents(
            List.of(n, new Extent.Sum(new Extent.Product(n, m), Extent.of(-1)), Extent.of(7)), y));
    program.output("y", y);

    Plan plan = Plan.of(program.build());
    try (Session session = plan.newSession()) {
      for (int[] shape : new int[][] {{2, 3}, {5, 1}, {2, 3}, {0, 4}}) {
        Tensor x = Tensor.zeros(ElementType.FLOAT32, shape);
        assertThat(session.run(Map.of("x", x)).get("y").longs())
            .containsExactly(shape[0], shape[0] * shape[1] - 1, 7);
      }
    }
  }

  @Test
  void tensorsAreCutTurnedAndGathered() {
    var program = new ProgramBuilder(4);
    int x = program.input("x", program.plain(4, 6));
    int cut = program.plain(2, 3);
    program.add(
        new Instruction.Slice(
            x, cut, List.of(Extent.of(3), Extent.of(1)), List.of(Extent.of(-2), Extent.of(2))));
    int turned = program.plain(3, 2);
    program.add(new Instruction.Transpose(cut, turned, List.of(1, 0)));
    int indices =
        program.constant(program.slot(ElementType.INT64, Layout.PLAIN, 2), new long[] {-1, 0});
    int picked = program.plain(2, 2);
    program.add(new Instruction.Gather(turned, indices, picked, 0));
    int wide = program.plain(2, 2, 2);
    program.add(new Instruction.Expand(picked, wide));
    program.output("y", wide);

    float[] values = new float[24];
    for (int i = 0; i < 24; i++) {
      values[i] = i;
    }
    float[] expected = {23, 11, 19, 7, 23, 11, 19, 7};
    assertRuns(program.build(), Map.of("x", Tensor.of(values, 4, 6)), Tensor.of(expected, 2, 2, 2));
  }

  @Test
  void productsPoolsAndSoftmax() {
    var program = new ProgramBuilder(8);
    int x = program.input("x", program.plain("N", 12, 5, 5));
    int blocked = program.reorder(x, program.blocked("N", 12, 5, 5));
    int pooled = program.blocked("N", 12, 1, 1);
    program.add(new Instruction.GlobalPool(PoolKind.AVERAGE, blocked, pooled));
    int plain = program.reorder(pooled, program.plain("N", 12, 1, 1));
    int flat = program.plain("N", 12);
    program.add(new Instruction.Reshape(plain, flat));
    float[] matrix = values(12 * 7, 16);
    int weights =
        program.constant(
            program.slot(ElementType.FLOAT32, Layout.GEMM_WEIGHTS, 12, 7),
            Packing.gemm(matrix, 1, 12, 7, 8));
    float[] bias = values(7, 17);
    int scores = program.plain("N", 7);
    program.add(
        new Instruction.Gemm(
            flat, weights, program.constant(program.plain(7), bias), scores, Activation.NONE));
    int y = program.plain("N", 7);
    program.add(new Instruction.Softmax(scores, y, 1, false));
    program.output("y", y);

    float[] values = values(3 * 12 * 25, 18);
    float[] expected = new float[21];
    for (int n = 0; n < 3; n++) {
      double[] score = new double[7];
      double total = 0;
      for (int j = 0; j < 7; j++) {
        score[j] = bias[j];
        for (int c = 0; c < 12; c++) {
          double mean = 0;
          for (int i = 0; i < 25; i++) {
            mean += values[(n * 12 + c) * 25 + i] / 25;
          }
          score[j] += mean * matrix[c * 7 + j];
        }
        total += Math.exp(score[j]);
      }
      for (int j = 0; j < 7; j++) {
        expected[n * 7 + j] = (float) (Math.exp(score[j]) / total);
      }
    }
    assertRuns(
        program.build(), Map.of("x", Tensor.of(values, 3, 12, 5, 5)), Tensor.of(expected, 3, 7));
  }

  @Test
  void weightsGivenAtRunTimeArePacked() {
    int[] filter = {6, 4, 3, 3};
    float[] x = values(4 * 36, 19);
    float[] given = values(6 * 4 * 9, 20);
    float[] byChannel = values(6 * 9, 21);
    var program = new ProgramBuilder(4);
    int blocked =
        program.reorder(program.input("x", program.plain(1, 4, 6, 6)), program.blocked(1, 4, 6, 6));
    int w = program.input("w", program.plain(6, 4, 3, 3));
    int packed = program.slot(ElementType.FLOAT32, Layout.CONV_WEIGHTS, 6, 4, 3, 3);
    program.add(new Instruction.Pack(w, packed, 1));
    int middle = program.blocked(1, 6, 6, 6);
    var window = ProgramBuilder.window(filter, 1);
    program.add(new Instruction.Conv(blocked, packed, -1, -1, middle, window, 1, List.of(RELU)));
    int d = program.input("d", program.plain(6, 1, 3, 3));
    int depthwise = program.slot(ElementType.FLOAT32, Layout.DEPTHWISE_WEIGHTS, 6, 1, 3, 3);
    program.add(new Instruction.Pack(d, depthwise, 1));
    int y = program.blocked(1, 6, 6, 6);
    program.add(new Instruction.DepthwiseConv(middle, depthwise, -1, -1, y, window, List.of(RELU)));
    program.output("y", program.reorder(y, program.plain(1, 6, 6, 6)));

    float[] mid = convolve(x, new int[] {1, 4, 6, 6}, given, filter, 1, new float[0]);
    float[] expected = new float[6 * 36];
    for (int c = 0; c < 6; c++) {
      float[] channel = java.util.Arrays.copyOfRange(mid, c * 36, c * 36 + 36);
      float[] taps = java.util.Arrays.copyOfRange(byChannel, c * 9, c * 9 + 9);
      float[] plane =
          convolve(channel, new int[] {1, 1, 6, 6}, taps, new int[] {1, 1, 3, 3}, 1, new float[0]);
      System.arraycopy(plane, 0, expected, c * 36, 36);
    }
    assertRuns(
        program.build(),
        Map.of(
            "x", Tensor.of(x, 1, 4, 6, 6),
            "w", Tensor.of(given, filter),
            "d", Tensor.of(byChannel, 6, 1, 3, 3)),
        Tensor.of(expected, 1, 6, 6, 6));
  }

  /// A constant picture that a convolution reads with padding gets its zeros when it is bound.
  @Test
  void constantsCanBeConvolved() {
    int[] filter = {3, 5, 3, 3};
    float[] picture = values(5 * 16, 22);
    float[] weights = values(3 * 5 * 9, 23);
    var program = new ProgramBuilder(4);
    int x = program.input("x", program.plain(1, 3, 4, 4));
    int blocked = program.reorder(x, program.blocked(1, 3, 4, 4));
    int constant =
        program.constant(program.blocked(1, 5, 4, 4), Packing.blocked(picture, 1, 5, 16, 4));
    int y = program.conv(constant, weights, filter, 1, blocked, program.blocked(1, 3, 4, 4));
    program.output("y", program.reorder(y, program.plain(1, 3, 4, 4)));

    float[] values = values(48, 24);
    assertRuns(
        program.build(),
        Map.of("x", Tensor.of(values, 1, 3, 4, 4)),
        Tensor.of(
            convolve(picture, new int[] {1, 5, 4, 4}, weights, filter, 1, values), 1, 3, 4, 4));
  }

  /// Runs on scalar and on the best kernels, on one and two threads, twice each, and compares the
  /// output `y`.
  private static List<Map<String, Tensor>> assertRuns(
      Program program, Map<String, Tensor> inputs, Tensor expected) {
    List<Map<String, Tensor>> runs = new ArrayList<>();
    Plan plan = Plan.of(program);
    for (KernelChoice kernels : List.of(KernelChoice.SCALAR, KernelChoice.AUTO)) {
      for (int threads = 1; threads <= 2; threads++) {
        var options = SessionOptions.defaults().withKernels(kernels).withThreads(threads);
        try (Session session = plan.newSession(options)) {
          for (int run = 0; run < 2; run++) {
            Map<String, Tensor> outputs = session.run(inputs);
            assertThat(outputs.get("y").shape()).isEqualTo(expected.shape());
            assertClose(outputs.get("y").floats(), expected.floats());
            runs.add(outputs);
          }
        }
      }
    }
    return runs;
  }

  private static void assertClose(float[] got, float[] expected) {
    float most = 0;
    for (float value : expected) {
      most = Math.max(most, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(got[i]).as("element %d", i).isCloseTo(expected[i], within(2e-5f * most + 1e-6f));
    }
  }
}
