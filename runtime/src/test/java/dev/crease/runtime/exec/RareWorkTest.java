package dev.crease.runtime.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.StepInfo;
import dev.crease.runtime.kernel.Kernel;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RareWorkTest {
  private record Work(int tasks, long operationsPerTask) implements Kernel {
    @Override
    public void run(int begin, int end) {}
  }

  private static Step step(String name, int tasks, long operations) {
    IntFunction<StepInfo> info =
        at -> new StepInfo(at, 0, name, "Work", "vector", List.of(), OptionalLong.empty(), 0);
    return new Step.Compute(new LazyInfo(0, info), new Work(tasks, operations), true);
  }

  /// The same steps on both kinds of kernels, told apart by their names.
  private static List<Step> steps(String kind, long... operations) {
    return Stream.iterate(0, i -> i < operations.length, i -> i + 1)
        .map(i -> step(kind + i, 2, operations[i]))
        .toList();
  }

  private static List<String> names(List<Step> steps) {
    return steps.stream().map(step -> ((Step.Compute) step).info().name()).toList();
  }

  @Test
  void theLeastStepsRunOnPlainLoopsWhileTheirSumIsRare() {
    long[] operations = {1_000_000, 40, 100, 300, 2_000};
    List<Step> chosen = RareWork.choose(steps("vector", operations), steps("plain", operations));
    // Of 2,004,880 operations 501 are rare: 80 and 200 are within that, 600 more are not.
    assertThat(names(chosen)).containsExactly("vector0", "plain1", "plain2", "vector3", "vector4");
  }

  /// However much the others do.
  @Test
  void whatTakesThousandsOfElementsEachRunIsNotRare() {
    long[] operations = {1_000_000_000, 4_000, 4_100};
    List<Step> chosen = RareWork.choose(steps("vector", operations), steps("plain", operations));
    assertThat(names(chosen)).containsExactly("vector0", "plain1", "vector2");
  }

  @Test
  void allStepsOfSmallWorkRunOnVectors() {
    long[] operations = {100, 200, 300};
    List<Step> chosen = RareWork.choose(steps("vector", operations), steps("plain", operations));
    assertThat(names(chosen)).containsExactly("vector0", "vector1", "vector2");
  }

  @Test
  void branchesAreLookedInto() {
    byte[] condition = {1};
    List<Step> vector =
        List.of(
            step("big", 1, 10_000_000),
            new Step.Branch(condition, 0, steps("vector", 5), steps("vector", 9_000_000)));
    List<Step> plain =
        List.of(
            step("other", 1, 10_000_000),
            new Step.Branch(condition, 0, steps("plain", 5), steps("plain", 9_000_000)));
    List<Step> chosen = RareWork.choose(vector, plain);
    Step.Branch branch = (Step.Branch) chosen.get(1);
    assertThat(names(branch.then())).containsExactly("plain0");
    assertThat(names(branch.otherwise())).containsExactly("vector0");
  }
}
