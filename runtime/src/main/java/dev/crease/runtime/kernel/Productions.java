package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Production;

/// The function of each [Production].
public final class Productions {
  private Productions() {}

  public static DataDependent of(Production production, long[] integers, double[] numbers) {
    return switch (production) {
      case NON_ZERO -> new NonZeros();
    };
  }
}
