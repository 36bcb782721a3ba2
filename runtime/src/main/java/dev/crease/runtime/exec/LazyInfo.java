package dev.crease.runtime.exec;

import dev.crease.runtime.StepInfo;
import dev.crease.runtime.plan.Nullable;
import java.util.function.IntFunction;

/// What a step is, made when it is first asked for: few runs are listened to, and to tell of a step
/// takes about as long as to bind it.
final class LazyInfo {
  private final int index;
  private final IntFunction<StepInfo> source;
  private @Nullable StepInfo info;

  /// @param source makes it from the index
  LazyInfo(int index, IntFunction<StepInfo> source) {
    this.index = index;
    this.source = source;
  }

  int index() {
    return index;
  }

  /// The same object each time.
  StepInfo get() {
    StepInfo known = info;
    if (known == null) {
      known = source.apply(index);
      info = known;
    }
    return known;
  }
}
