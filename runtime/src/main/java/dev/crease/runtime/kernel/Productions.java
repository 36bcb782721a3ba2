package dev.crease.runtime.kernel;

import dev.crease.runtime.plan.Production;
import java.util.OptionalInt;

/// The function of each [Production].
public final class Productions {
  private Productions() {}

  public static DataDependent of(Production production, long[] integers, double[] numbers) {
    return switch (production) {
      case COMPRESS -> new Compression(axis(integers));
      case NON_MAX_SUPPRESSION -> new BoxSelection(integers[0] != 0);
      case NON_ZERO -> new NonZeros();
      case UNIQUE -> new UniqueElements(axis(integers), integers[2] != 0);
    };
  }

  private static OptionalInt axis(long[] integers) {
    return integers[0] == 0 ? OptionalInt.empty() : OptionalInt.of((int) integers[1]);
  }
}
