package dev.crease.runtime.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.crease.runtime.SessionOptions;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import dev.crease.runtime.kernel.MicrokernelSelection;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the planner lets two slots share must never be seen in a result.
class RandomProgramTest {
  @Test
  void sharingMemoryChangesNoResult() {
    for (long seed = 0; seed < 400; seed++) {
      check(seed, MicrokernelSelection.scalar(4), 1);
    }
  }

  @Test
  void norDoKernelsAndThreads() {
    for (long seed = 0; seed < 100; seed++) {
      check(seed, MicrokernelSelection.best(), 2);
    }
  }

  private static void check(long seed, MicrokernelSelection kernels, int threads) {
    var program = new RandomProgram(seed, kernels.microkernels().lanes());
    var loaded = new LoadedProgram(program.build(), kernels);
    try (var runner = new ProgramRunner(loaded, SessionOptions.defaults().withThreads(threads))) {
      for (int run = 0; run < 2; run++) {
        Map<String, Value> outputs = runner.run(program.inputs());
        for (String name : program.expected().keySet()) {
          float[] expected = program.expected().get(name);
          assertClose(
              ((Tensor) outputs.get(name)).floats(), expected, "seed " + seed + ", " + name);
        }
      }
    }
  }

  private static void assertClose(float[] got, float[] expected, String where) {
    assertThat(got).as("%s", where).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      float bound = 1e-4f * (1 + Math.abs(expected[i]));
      assertThat(Math.abs(got[i] - expected[i]))
          .as("%s, element %d: %s for %s", where, i, got[i], expected[i])
          .isLessThanOrEqualTo(bound);
    }
  }
}
