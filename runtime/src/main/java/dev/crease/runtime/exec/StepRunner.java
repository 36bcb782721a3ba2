package dev.crease.runtime.exec;

import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.StepListener;
import dev.crease.runtime.plan.Nullable;
import java.util.List;

/// Runs steps one after the other, their kernels split by workers, and tells a listener.
final class StepRunner {
  private final Workers workers;
  private final @Nullable StepListener listener;

  StepRunner(Workers workers, @Nullable StepListener listener) {
    this.workers = workers;
    this.listener = listener;
  }

  /// @throws InvalidDataException naming the result that cannot be computed of these values
  void run(List<Step> steps) {
    for (int i = 0; i < steps.size(); i++) {
      switch (steps.get(i)) {
        case Step.Compute compute -> run(compute);
        case Step.Branch branch -> run(branch.taken());
      }
    }
  }

  private void run(Step.Compute step) {
    if (listener == null) {
      compute(step);
      return;
    }
    listener.before(step.info());
    long begin = System.nanoTime();
    compute(step);
    listener.step(step.info(), System.nanoTime() - begin);
  }

  private void compute(Step.Compute step) {
    try {
      workers.run(step.kernel());
    } catch (InvalidDataException e) {
      throw new InvalidDataException(
          "computing %s%s: %s".formatted(step.info().label(), step.info().shape(), e.getMessage()),
          e);
    }
  }
}
