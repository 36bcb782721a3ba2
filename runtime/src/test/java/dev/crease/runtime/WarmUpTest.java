package dev.crease.runtime;

import static dev.crease.runtime.ProgramBuilder.RELU;
import static dev.crease.runtime.ProgramBuilder.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Packing;
import dev.crease.runtime.plan.PoolKind;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.UnaryFunction;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// First runs on plain loops, and the thread that ends them.
@Timeout(120)
class WarmUpTest {
  private static final String THREAD = "crease-warm-up";
  private static final int SIZE = 20;

  /// Two convolutions, the second with what the first gave as its residual, a maximum, a product, a
  /// sigmoid, a tangent that is not exact, a softmax: with constants enough to be warmed.
  private static Program program(Object rows) {
    var program = new ProgramBuilder(8);
    int x = program.input("x", program.plain(1, 16, rows, SIZE));
    int blocked = program.reorder(x, program.blocked(1, 16, rows, SIZE));
    int[] first = {48, 16, 3, 3};
    int[] second = {48, 48, 3, 3};
    int a =
        program.conv(
            blocked, values(48 * 16 * 9, 2), first, 1, -1, program.blocked(1, 48, rows, SIZE));
    int b =
        program.conv(a, values(48 * 48 * 9, 3), second, 1, a, program.blocked(1, 48, rows, SIZE));
    int pooled = program.blocked(1, 48, rows, SIZE);
    program.add(
        new Instruction.Pool(
            PoolKind.MAX,
            b,
            pooled,
            ProgramBuilder.window(new int[] {1, 1, 1, 1}, 0),
            List.of(RELU)));
    int plain = program.reorder(pooled, program.plain(1, 48, rows, SIZE));
    int matrix =
        program.constant(
            program.slot(ElementType.FLOAT32, Layout.GEMM_WEIGHTS, SIZE, 400),
            Packing.gemm(values(SIZE * 400, 4), 1, SIZE, 400, 8));
    int y = program.plain(1, 48, rows, 400);
    program.add(new Instruction.Gemm(plain, matrix, Instruction.ABSENT, y, RELU));
    int z = program.plain(1, 48, rows, 400);
    program.unary(y, z, new Activation(UnaryFunction.SIGMOID, 0, 0));
    int w = program.plain(1, 48, rows, 400);
    program.unary(y, w, new Activation(UnaryFunction.TANH, 0, 0));
    int v = program.plain(1, 48, rows, 400);
    program.add(new Instruction.Softmax(y, v, 3, false));
    program.output("y", y);
    program.output("z", z);
    program.output("w", w);
    program.output("v", v);
    return program.build();
  }

  private static Map<String, Tensor> inputs(int rows) {
    float[] x = values(16 * rows * SIZE, 5);
    x[0] = -0f;
    x[1] = Float.POSITIVE_INFINITY;
    x[2] = 1e-40f;
    return Map.of("x", Tensor.of(x, 1, 16, rows, SIZE));
  }

  private static int[] bits(Tensor tensor) {
    float[] values = tensor.floats();
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToIntBits(values[i]));
    return bits;
  }

  private static boolean isWarmingUp() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals(THREAD));
  }

  private static void awaitEnd() throws InterruptedException {
    while (isWarmingUp()) {
      Thread.sleep(5);
    }
  }

  private static void assumeVectors(Plan plan) {
    try (Session session = plan.newSession(options().withKernels(KernelChoice.VECTOR))) {
      session.bind(Map.of("x", new int[] {1, 16, 20, SIZE}));
    } catch (IllegalStateException e) {
      assumeTrue(false, "there are no vector kernels to warm up");
    }
  }

  private static SessionOptions options() {
    return SessionOptions.defaults().withThreads(2);
  }

  @Test
  void noBitDependsOnWhatIsWarm() throws InterruptedException {
    Plan plan = Plan.of(program(20));
    assumeVectors(plan);
    Map<String, Tensor> inputs = inputs(20);
    Map<String, Tensor> expected;
    try (Session session = plan.newSession(options().withWarmUp(false))) {
      expected = session.run(inputs);
    }
    assertThat(isWarmingUp()).isFalse();
    int runsWhileWarmingUp = 0;
    try (Session session = plan.newSession(options())) {
      boolean goesOn = true;
      while (goesOn) {
        goesOn = isWarmingUp();
        runsWhileWarmingUp += goesOn ? 1 : 0;
        Map<String, Tensor> outputs = session.run(inputs);
        for (String name : expected.keySet()) {
          assertThat(bits(outputs.get(name))).as(name).isEqualTo(bits(expected.get(name)));
        }
      }
    }
    assertThat(runsWhileWarmingUp).isPositive();
    try (Session session = plan.newSession(options())) {
      assertThat(bits(session.run(inputs).get("y"))).isEqualTo(bits(expected.get("y")));
      assertThat(isWarmingUp()).as("again, although all is warm").isFalse();
    }
  }

  @Test
  void theLastSessionToCloseEndsIt() throws InterruptedException {
    Plan plan = Plan.of(program(20));
    assumeVectors(plan);
    awaitEnd();
    Session first = plan.newSession(options());
    Session second = plan.newSession(options());
    first.close();
    second.close();
    long start = System.nanoTime();
    awaitEnd();
    assertThat(System.nanoTime() - start).isLessThan(500_000_000L);
    try (Session third = plan.newSession(options())) {
      assertThat(third.run(inputs(20))).containsKey("y");
    }
  }

  @Test
  void sessionsThatAreSoonClosedLeaveNothingBehind() throws InterruptedException {
    Plan plan = Plan.of(program(20));
    assumeVectors(plan);
    awaitEnd();
    for (int i = 0; i < 100; i++) {
      plan.newSession(options()).close();
    }
    long start = System.nanoTime();
    awaitEnd();
    assertThat(System.nanoTime() - start).isLessThan(500_000_000L);
  }

  /// A softmax along channels has no vector code; nor has it to be waited for.
  @Test
  void whatHasNoVectorCodeIsGivenUp() {
    var program = new ProgramBuilder(8);
    int x = program.input("x", program.plain(1, 64, 64, 64));
    int y = program.plain(1, 64, 64, 64);
    program.add(new Instruction.Softmax(x, y, 1, false));
    int blocked = program.reorder(y, program.blocked(1, 64, 64, 64));
    int[] filter = {64, 64, 3, 3};
    float[] weights = values(64 * 64 * 9, 1);
    int z = program.conv(blocked, weights, filter, 1, -1, program.blocked(1, 64, 64, 64));
    program.output("z", program.reorder(z, program.plain(1, 64, 64, 64)));
    try (Session session = Plan.of(program.build()).newSession(options())) {
      long start = System.nanoTime();
      session.warmUp();
      assertThat(System.nanoTime() - start).isLessThan(9_000_000_000L);
    }
  }

  @Test
  void warmingUpOnDemandChangesNoResult() throws InterruptedException {
    Plan plan = Plan.of(program("H"));
    awaitEnd();
    Map<String, Tensor> expected;
    try (Session session = plan.newSession(options().withWarmUp(false))) {
      expected = session.run(inputs(20));
    }
    try (Session session = plan.newSession(options())) {
      assertThatThrownBy(session::warmUp)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("bind the session");
      session.bind(Map.of("x", new int[] {1, 16, 20, SIZE}));
      session.warmUp();
      assertThat(isWarmingUp()).isFalse();
      assertThat(bits(session.run(inputs(20)).get("y"))).isEqualTo(bits(expected.get("y")));
      // Other shapes, for which nothing is rehearsed.
      assertThat(session.run(inputs(7)).get("y").shape()).containsExactly(1, 48, 7, 400);
    }
    Session closed = plan.newSession(options());
    closed.close();
    assertThatThrownBy(closed::warmUp).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void smallPlansAndAskedForKernelsAreNotWarmed() throws InterruptedException {
    awaitEnd();
    Plan plan = Plan.of(program(20));
    var scalar = options().withKernels(KernelChoice.SCALAR);
    try (Session session = plan.newSession(scalar)) {
      session.warmUp();
      assertThat(isWarmingUp()).isFalse();
    }
    var small = new ProgramBuilder(8);
    int x = small.input("x", small.plain(4));
    small.output("y", small.unary(x, small.plain(4), RELU));
    try (Session session = Plan.of(small.build()).newSession()) {
      assertThat(isWarmingUp()).isFalse();
      session.warmUp();
    }
  }
}
