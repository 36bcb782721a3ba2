package dev.crease.runtime;

import static dev.crease.runtime.ProgramBuilder.RELU;
import static dev.crease.runtime.ProgramBuilder.convolve;
import static dev.crease.runtime.ProgramBuilder.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.Extent;
import dev.crease.runtime.plan.Instruction;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.PlanWriter;
import dev.crease.runtime.plan.PostOp;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.Window;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the public face promises beside results: names, errors, memory, threads.
class SessionContractTest {
  private static final int[] FILTER = {16, 8, 3, 3};

  /// `y = relu(conv(x, w))` with a dynamic batch and height.
  private static Program convolution() {
    var program = new ProgramBuilder(8);
    int x = program.input("x", program.plain("N", 8, "H", 12));
    int blocked = program.reorder(x, program.blocked("N", 8, "H", 12));
    float[] weights = values(16 * 8 * 9, 1);
    int y = program.conv(blocked, weights, FILTER, 1, -1, program.blocked("N", 16, "H", 12));
    program.output("y", program.reorder(y, program.plain("N", 16, "H", 12)));
    return program.build();
  }

  private static Tensor picture(int batch, int height) {
    return Tensor.of(values(batch * 8 * height * 12, batch), batch, 8, height, 12);
  }

  private static void assertConvolved(Map<String, Tensor> outputs, Tensor x) {
    float[] expected =
        convolve(x.floats(), x.shape(), values(16 * 8 * 9, 1), FILTER, 1, new float[0]);
    assertThat(outputs.get("y").shape()).containsExactly(x.dim(0), 16, x.dim(2), 12);
    float[] got = outputs.get("y").floats();
    for (int i = 0; i < expected.length; i++) {
      assertThat(got[i]).isCloseTo(expected[i], within(1e-4f));
    }
  }

  @Test
  void plansLoadFromEverywhere(@TempDir Path folder) throws IOException {
    var bytes = new ByteArrayOutputStream();
    PlanWriter.write(convolution(), bytes);
    Path path = folder.resolve("conv.plan");
    Files.write(path, bytes.toByteArray());
    for (Plan plan :
        List.of(
            Plan.load(path),
            Plan.load(new ByteArrayInputStream(bytes.toByteArray())),
            Plan.load(ByteBuffer.wrap(bytes.toByteArray())),
            Plan.of(convolution()))) {
      assertThat(plan.inputs().toString()).isEqualTo("[x: f32[N, 8, H, 12]]");
      assertThat(plan.outputs().getFirst().name()).isEqualTo("y");
      try (Session session = plan.newSession()) {
        assertConvolved(session.run(Map.of("x", picture(2, 5))), picture(2, 5));
      }
    }
  }

  @Test
  void shapesMayChangeFromRunToRun() {
    try (Session session = Plan.of(convolution()).newSession()) {
      for (int round = 0; round < 3; round++) {
        for (int size = 1; size < 14; size += 3) {
          Tensor x = picture(size % 4 + 1, size);
          assertConvolved(session.run(Map.of("x", x)), x);
        }
        assertConvolved(session.run(Map.of("x", picture(0, 3))), picture(0, 3));
        assertThatThrownBy(() -> session.run(Map.of("x", picture(2, 0))))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("a window spans 3 pixels");
      }
    }
  }

  @Test
  void plansForOtherLanesAreRepacked() {
    for (int lanes : new int[] {4, 8, 16}) {
      var program = new ProgramBuilder(lanes);
      int x = program.input("x", program.plain(1, 8, 12, 12));
      int blocked = program.reorder(x, program.blocked(1, 8, 12, 12));
      float[] weights = values(16 * 8 * 9, 1);
      int y = program.conv(blocked, weights, FILTER, 1, -1, program.blocked(1, 16, 12, 12));
      program.output("y", program.reorder(y, program.plain(1, 16, 12, 12)));
      try (Session session = Plan.of(program.build()).newSession()) {
        assertConvolved(session.run(Map.of("x", picture(1, 12))), picture(1, 12));
      }
    }
  }

  @Test
  void nullIsRefusedWithWhatToGive() {
    try (Session session = Plan.of(convolution()).newSession()) {
      List<ThrowingCallable> calls =
          List.of(
              () -> session.run(nothing()),
              () -> session.evaluate(nothing()),
              () -> session.bind(nothing()),
              () -> session.run(Map.of(), nothing()));
      for (ThrowingCallable call : calls) {
        assertThatThrownBy(call)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("are null; give a map of them by name");
      }
      assertConvolved(session.run(Map.of("x", picture(1, 5))), picture(1, 5));
    }
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // As careless callers do.
  private static <T> T nothing() {
    return null;
  }

  @Test
  void wrongInputsAreNamed() {
    try (Session session = Plan.of(convolution()).newSession()) {
      assertThatThrownBy(() -> session.run(Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("input 'x' is missing: give f32[N, 8, H, 12]");
      assertThatThrownBy(() -> session.run(Map.of("X", picture(1, 3))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no input 'X'; the inputs are [x]");
      assertThatThrownBy(() -> session.bind(Map.of("X", new int[] {1, 8, 3, 12})))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no input 'X'; the inputs are [x]");
      assertThatThrownBy(() -> session.bind(Map.of("x", new int[] {-1, 8, 3, 12})))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("dimension 0 of input 'x' is negative");
      assertThatThrownBy(() -> session.run(Map.of("x", picture(1, 3), "z", picture(1, 3))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no input 'z'; the inputs are [x]");
      assertThatThrownBy(
              () -> session.run(Map.of("x", Tensor.zeros(ElementType.INT32, 1, 8, 3, 12))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("should be of type f32, but is i32");
      assertThatThrownBy(
              () -> session.run(Map.of("x", Tensor.zeros(ElementType.FLOAT32, 8, 3, 12))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("should have 4 dimensions");
      assertThatThrownBy(
              () -> session.run(Map.of("x", Tensor.zeros(ElementType.FLOAT32, 1, 8, 3, 11))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("dimension 3 of input 'x' should be 12");
      assertThatThrownBy(() -> session.run(Map.of("x", picture(1, 3)), Map.of("y", picture(1, 3))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("output 'y' should be f32[1, 16, 3, 12]");
      assertThatThrownBy(() -> session.run(Map.of("x", picture(1, 3)), Map.of("z", picture(1, 3))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no output 'z'; the outputs are [y]");
      assertConvolved(session.run(Map.of("x", picture(1, 3))), picture(1, 3));
    }
  }

  @Test
  void tensorsHoldWhatTheirShapesSay() {
    assertThatThrownBy(() -> Tensor.of(new float[3], 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("shape [2, 2] holds 4 elements, but the array has 3");
    assertThatThrownBy(() -> Tensor.of(new float[3], -1, -3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("negative dimension");
    assertThatThrownBy(() -> Tensor.of(new float[0], 1 << 30, 1 << 30, 1 << 30, 1 << 30))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more elements than an array");
    assertThat(Tensor.of(new float[0], 1 << 30, 0, 1 << 30).dim(2)).isEqualTo(1 << 30);
  }

  @Test
  void inputsMustAgree() {
    var program = new ProgramBuilder(4);
    int a = program.input("a", program.plain("N", 2));
    int b = program.input("b", program.plain("N", 2));
    int y = program.plain("N", 2);
    program.add(new Instruction.Binary(BinaryFunction.ADD, a, b, y, List.of()));
    program.output("y", y);
    try (Session session = Plan.of(program.build()).newSession()) {
      Tensor two = Tensor.zeros(ElementType.FLOAT32, 2, 2);
      Tensor three = Tensor.zeros(ElementType.FLOAT32, 3, 2);
      assertThatThrownBy(() -> session.run(Map.of("a", two, "b", three)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("dimension 0 of input 'b' should be 2 (N)");
    }
  }

  @Test
  void inputsWithDefaultsMayBeLeftOut() {
    var program = new ProgramBuilder(4);
    int x = program.input("x", program.plain(2));
    int scale = program.input("scale", program.plain(2));
    program.constant(scale, new float[] {3, 5});
    int y = program.plain(2);
    program.add(new Instruction.Binary(BinaryFunction.MUL, x, scale, y, List.of()));
    program.output("y", y);
    Plan plan = Plan.of(program.build());
    assertThat(plan.inputs().get(1).optional()).isTrue();
    try (Session session = plan.newSession()) {
      Tensor values = Tensor.of(new float[] {1, 2}, 2);
      Tensor given = Tensor.of(new float[] {-1, 7}, 2);
      for (int round = 0; round < 2; round++) {
        assertThat(session.run(Map.of("x", values)).get("y").floats()).containsExactly(3, 10);
        assertThat(session.run(Map.of("x", values, "scale", given)).get("y").floats())
            .containsExactly(-1, 14);
      }
    }
  }

  @Test
  void memoryIsPlanned() {
    var program = new ProgramBuilder(16);
    int at =
        program.reorder(
            program.input("x", program.plain(1, 16, 32, 32)), program.blocked(1, 16, 32, 32));
    for (int layer = 0; layer < 6; layer++) {
      int y = program.blocked(1, 16, 32, 32);
      at = program.conv(at, values(16 * 16 * 9, 1), new int[] {16, 16, 3, 3}, 1, -1, y);
    }
    program.output("y", program.reorder(at, program.plain(1, 16, 32, 32)));
    Plan plan = Plan.of(program.build());
    try (Session session = plan.newSession()) {
      MemoryUse memory = session.bind(Map.of("x", new int[] {1, 16, 32, 32}));
      assertThat(memory.lowerBoundBytes()).isEqualTo(2L * 16 * 34 * 34 * 4);
      assertThat(memory.arenaBytes()).isEqualTo(memory.lowerBoundBytes());
      assertThat(memory.constantBytes()).isEqualTo(6L * 16 * 16 * 9 * 4);
      assertThat(memory.heapBytes()).isGreaterThan(memory.arenaBytes() + memory.constantBytes());
    }
  }

  @Test
  void shapesThatNeedTooMuchMemoryAreRefused() {
    var program = new ProgramBuilder(4);
    int x = program.input("x", program.plain("N"));
    Extent n = program.symbol("N");
    int y = program.plain(new Extent.Product(n, Extent.of(1 << 20)), 1024);
    int one = program.constant(program.plain(), new float[] {1});
    program.add(new Instruction.Fill(one, y));
    program.output("y", y);
    program.output("x", x);
    try (Session session = Plan.of(program.build()).newSession()) {
      assertThatThrownBy(() -> session.bind(Map.of("x", new int[] {4})))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("more than 2^31 elements");
    }
  }

  @Test
  void zerosAroundAPictureAreCountedBeforeTheyAreMade() {
    var program = new ProgramBuilder(4);
    int x = program.input("x", program.plain(1, 4, "H", "W"));
    int blocked = program.reorder(x, program.blocked(1, 4, "H", "W"));
    int pad = 1 << 28;
    List<Extent> pads = List.of(Extent.of(pad), Extent.of(pad));
    var window = new Window(List.of(1, 1), List.of(pad, pad), List.of(1, 1), pads, pads);
    int weights =
        program.constant(
            program.slot(ElementType.FLOAT32, Layout.CONV_WEIGHTS, 4, 4, 1, 1), new float[16]);
    int y = program.blocked(1, 4, 3, 3);
    program.add(
        new Instruction.Conv(
            blocked, weights, Instruction.ABSENT, Instruction.ABSENT, y, window, 1, List.of()));
    program.output("y", program.reorder(y, program.plain(1, 4, 3, 3)));
    try (Session session = Plan.of(program.build()).newSession()) {
      assertThatThrownBy(() -> session.bind(Map.of("x", new int[] {1, 4, 1, 1})))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("with the padding around it has more elements than an array holds");
    }
  }

  /// A sum reads `a` as a whole before it normalizes with it, block by block.
  @Test
  void whatPostOpsReadIsNotOverwritten() {
    var program = new ProgramBuilder(4);
    int x = program.input("x", program.plain(1, 6));
    int a = program.reorder(x, program.blocked(1, 6));
    int b = program.reorder(program.unary(x, program.plain(1, 6), RELU), program.blocked(1, 6));
    int y = program.blocked(1, 6);
    var normalize = new PostOp.Normalize(a, a, b);
    program.add(new Instruction.Binary(BinaryFunction.ADD, a, b, y, List.of(normalize)));
    program.output("y", program.reorder(y, program.plain(1, 6)));
    float[] given = {1, -2, 3, -4, 5, -6};
    float[] expected = new float[6];
    for (int i = 0; i < 6; i++) {
      float relu = Math.max(0, given[i]);
      expected[i] = Math.fma(given[i] + relu - given[i], given[i], relu);
    }
    try (Session session = Plan.of(program.build()).newSession()) {
      assertThat(session.run(Map.of("x", Tensor.of(given, 1, 6))).get("y").floats())
          .isEqualTo(expected);
    }
  }

  /// Chains of slots in one place are walked once, not at every question.
  @Test
  @Timeout(60)
  void longChainsAreBoundQuickly() {
    var program = new ProgramBuilder(4);
    int x = program.input("x", program.plain("N"));
    for (int i = 0; i < 30_000; i++) {
      x = program.unary(x, program.plain("N"), RELU);
    }
    program.output("y", x);
    try (Session session = Plan.of(program.build()).newSession()) {
      assertThat(session.run(Map.of("x", Tensor.of(new float[] {-1, 2}, 2))).get("y").floats())
          .containsExactly(0, 2);
    }
  }

  @Test
  void aSessionServesOneCallerAtATime() throws InterruptedException {
    var inside = new CountDownLatch(1);
    var leave = new CountDownLatch(1);
    StepListener waiting =
        (step, nanoseconds) -> {
          inside.countDown();
          try {
            leave.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    var options = SessionOptions.defaults().withListener(waiting);
    try (Session session = Plan.of(convolution()).newSession(options)) {
      Thread first = new Thread(() -> session.run(Map.of("x", picture(1, 3))));
      first.start();
      inside.await();
      assertThatThrownBy(() -> session.run(Map.of("x", picture(1, 3))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("in use");
      assertThatThrownBy(session::close).isInstanceOf(IllegalStateException.class);
      leave.countDown();
      first.join();
      assertConvolved(session.run(Map.of("x", picture(1, 3))), picture(1, 3));
    }
  }

  @Test
  void aClosedSessionSaysSo() {
    Session session = Plan.of(convolution()).newSession();
    session.run(Map.of("x", picture(1, 3)));
    session.close();
    session.close();
    assertThatThrownBy(() -> session.run(Map.of("x", picture(1, 3))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void stepsAreTimed() {
    List<String> names = new ArrayList<>();
    var options =
        SessionOptions.defaults()
            .withListener((step, nanoseconds) -> names.add(step.index() + " " + step));
    try (Session session = Plan.of(convolution()).newSession(options)) {
      session.run(Map.of("x", picture(1, 3)));
    }
    assertThat(names).hasSize(4);
    assertThat(names.get(2)).isEqualTo("2 Conv %2[1, 16, 3, 12]");
  }

  /// An input that is only reordered is read where the caller has it.
  @Test
  void readsTheArrayOfEachRun() {
    try (Session session = Plan.of(convolution()).newSession()) {
      Tensor large = picture(2, 9);
      assertConvolved(session.run(Map.of("x", large)), large);
      Tensor small = picture(1, 3);
      float[] before = small.floats().clone();
      assertConvolved(session.run(Map.of("x", small)), small);
      assertThat(small.floats()).isEqualTo(before);
      small.floats()[7] += 1;
      assertConvolved(session.run(Map.of("x", small)), small);
      assertConvolved(session.run(Map.of("x", large)), large);
    }
  }

  @Test
  void runsAllocateNothingOnceBound() {
    for (int threads = 1; threads <= 2; threads++) {
      assertAllocatesNothing(SessionOptions.defaults().withThreads(threads));
    }
  }

  @Test
  void listeningAllocatesNothing() {
    long[] times = new long[4];
    StepListener listener = (step, nanoseconds) -> times[step.index()] += nanoseconds;
    assertAllocatesNothing(SessionOptions.defaults().withThreads(1).withListener(listener));
    assertThat(times).doesNotContain(0);
  }

  private static void assertAllocatesNothing(SessionOptions options) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int count = options.threads();
    try (Session session = Plan.of(convolution()).newSession(options)) {
      List<Map<String, Tensor>> inputs =
          List.of(Map.of("x", picture(1, 40)), Map.of("x", picture(2, 9)));
      List<Map<String, Tensor>> outputs =
          List.of(
              Map.of("y", Tensor.zeros(ElementType.FLOAT32, 1, 16, 40, 12)),
              Map.of("y", Tensor.zeros(ElementType.FLOAT32, 2, 16, 9, 12)));
      for (int run = 0; run < 3000; run++) {
        session.run(inputs.get(run & 1), outputs.get(run & 1));
      }
      long[] workers = workers();
      assertThat(workers).hasSizeGreaterThanOrEqualTo(count - 1);
      // Compiled code does not allocate; how soon the virtual machine compiles is its own matter.
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 300 && least > 0; round++) {
        long before = allocated(threads, workers);
        for (int run = 0; run < 100; run++) {
          session.run(inputs.get(run & 1), outputs.get(run & 1));
        }
        least = Math.min(least, allocated(threads, workers) - before);
      }
      assertThat(least).as("bytes in 100 runs on %d threads", count).isZero();
      assertConvolved(outputs.get(1), picture(2, 9));
    }
  }

  private static long[] workers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("crease-worker"))
        .mapToLong(Thread::threadId)
        .toArray();
  }

  private static long allocated(ThreadMXBean threads, long[] workers) {
    long sum = threads.getCurrentThreadAllocatedBytes();
    for (long worker : workers) {
      sum += threads.getThreadAllocatedBytes(worker);
    }
    return sum;
  }
}
