package dev.crease.compiler.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.StepInfo;
import dev.crease.runtime.roofline.Roofline;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// From the times of steps to medians, rates, and tables.
class StepTimesTest {
  /// 100 operations and 10 bytes a nanosecond.
  private static final Roofline ROOF =
      new Roofline(1e11, List.of(new Roofline.Bandwidth(1 << 16, 1e10)));

  private static StepInfo step(int index, String operation, long operations, long bytes) {
    OptionalLong counted = operations < 0 ? OptionalLong.empty() : OptionalLong.of(operations);
    List<Integer> shape = List.of(1, 2);
    return new StepInfo(index, index, "v" + index, operation, "vector", shape, counted, bytes);
  }

  private final StepInfo conv = step(0, "Conv", 40_000, 1_000);
  private final StepInfo copy = step(1, "Reorder", 0, 3_000);
  private final StepInfo routine = step(2, "Call TOP_K", -1, 100);
  private final StepTimes times = new StepTimes();

  /// Runs of which each step takes so long, and as much more between them.
  private Profile profile(long... nanoseconds) {
    for (long each : nanoseconds) {
      times.step(conv, each);
      times.step(copy, 2 * each);
      times.step(routine, each / 2);
      times.step(routine, each / 2);
      times.endRun(5 * each);
    }
    return times.profile();
  }

  @Test
  void medians() {
    times.step(conv, 1);
    times.clear();
    Profile profile = profile(500, 1_000_000, 1_000, 400, 1_200);
    assertThat(profile.runs()).isEqualTo(5);
    assertThat(profile.median()).isEqualTo(5_000);
    assertThat(profile.fastest()).isEqualTo(2_000);
    assertThat(profile.outside()).isEqualTo(1_000);
    assertThat(profile.inSteps()).isEqualTo(4_000);
    assertThat(profile.entries())
        .containsExactly(
            new Profile.Entry(conv, 1, 1_000, 400),
            new Profile.Entry(copy, 1, 2_000, 800),
            new Profile.Entry(routine, 2, 1_000, 400));
  }

  @Test
  void manyRunsAreKept() {
    long[] each = new long[1001];
    for (int i = 0; i < each.length; i++) {
      each[i] = i;
    }
    assertThat(profile(each).entries().getFirst()).isEqualTo(new Profile.Entry(conv, 1, 500, 0));
  }

  /// A branch that most runs do not take.
  @Test
  void stepsThatDidNotRunTookNoTime() {
    times.endRun(10);
    times.step(conv, 7);
    times.endRun(10);
    times.endRun(10);
    assertThat(times.profile().entries()).containsExactly(new Profile.Entry(conv, 1, 0, 0));
  }

  @Test
  void costs() {
    List<Profile.Entry> entries = profile(1_000).entries();
    StepCost cost = StepCost.of(entries.get(0), ROOF);
    assertThat(cost.gigaflops()).isEqualTo(40);
    assertThat(cost.gigabytes()).isEqualTo(1);
    assertThat(cost.ofRoof()).isEqualTo(0.4);
    assertThat(cost.bound()).isEqualTo("compute");
    StepCost moved = StepCost.of(entries.get(1), ROOF);
    assertThat(moved.gigaflops()).isZero();
    assertThat(moved.ofRoof()).isEqualTo(0.15);
    assertThat(moved.bound()).isEqualTo("memory");
    StepCost uncounted = StepCost.of(entries.get(2), ROOF);
    assertThat(uncounted.operations()).isEmpty();
    assertThat(uncounted.bytes()).as("of both calls").isEqualTo(200);
    StepCost sum = cost.plus(moved).plus(uncounted);
    assertThat(sum.steps()).isEqualTo(3);
    assertThat(sum.operations()).hasValue(40_000);
    assertThat(sum.bytes()).isEqualTo(4_200);
    assertThat(sum.ofRoof()).isEqualTo((400 + 300 + 20) / 4_000.0);
    assertThat(sum.bound()).isEqualTo("compute");
  }

  @Test
  void table() {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    new ProfileTable(profile(1_000), ROOF).print(out, ProfileTable.Sorting.TIME, 2);
    out.flush();
    assertThat(text.toString().replace(System.lineSeparator(), "\n"))
        .isEqualTo(
            """
            roofline: 100.0 GFLOP/s; reads 10.0 GB/s over 64.0 KiB

            time us  share  GFLOP/s  GB/s  of roof  step  bound    operation  kernel  result  name
                2.0  50.0%        -   1.5    15.0%     1  memory   Reorder    vector  [1, 2]  v1
                1.0  25.0%     40.0   1.0    40.0%     0  compute  Conv       vector  [1, 2]  v0
            and 1 step more, 25.0% of the time

            time us   share  GFLOP/s  GB/s  of roof  steps  operation
                2.0   50.0%        -   1.5    15.0%      1  Reorder
                1.0   25.0%     40.0   1.0    40.0%      1  Conv
                1.0   25.0%        -   0.2     2.0%      1  Call TOP_K
                4.0  100.0%     10.0   1.1    18.0%      3  all

            steps    4.0 us in 3 steps: 40000 FLOP, 4.1 KiB
            outside  1.0 us
            run      median 5.0 us, fastest 5.0 us
            """);
  }
}
