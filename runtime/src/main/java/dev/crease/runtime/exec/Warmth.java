package dev.crease.runtime.exec;

import dev.crease.runtime.plan.Nullable;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// Which steps of a program have vector code that is compiled, as far as is known, and the
/// [Rehearsal] that brings it about. What is compiled is the process's, so all sessions of a
/// program share this.
///
/// Steps are known by their indices, which other shapes may give to other steps: then vectors are
/// used too early or too late, which costs time and changes no result.
final class Warmth {
  private final AtomicIntegerArray warm;
  private volatile boolean ran;
  private volatile boolean all;
  private @Nullable Rehearsal rehearsal;
  private int sessions;

  /// @param steps as many as there may be
  Warmth(int steps) {
    warm = new AtomicIntegerArray(steps);
  }

  boolean isWarm(int step) {
    return all || step < warm.length() && warm.get(step) != 0;
  }

  void setWarm(int step) {
    if (step < warm.length()) {
      warm.set(step, 1);
    }
  }

  /// Says that no rehearsal is of use any more.
  void setAllWarm() {
    all = true;
  }

  boolean areAllWarm() {
    return all;
  }

  /// Says that a run has ended.
  void setRun() {
    if (!ran) {
      ran = true;
      begin();
    }
  }

  private synchronized void begin() {
    if (rehearsal != null) {
      rehearsal.begin();
    }
  }

  /// Whether a run has ended.
  boolean hasRun() {
    return ran;
  }

  synchronized void open() {
    sessions++;
  }

  /// The last session to close ends the rehearsal; what is warm by then stays so.
  synchronized void close() {
    sessions--;
    if (sessions == 0 && rehearsal != null) {
      rehearsal.stop();
      rehearsal = null;
    }
  }

  /// Starts a rehearsal in the background, unless all is warm or one is under way.
  ///
  /// @param symbols the value of each
  synchronized @Nullable Rehearsal rehearse(LoadedProgram loaded, long[] symbols) {
    if (!all && rehearsal == null) {
      rehearsal = Rehearsal.start(loaded, symbols);
    }
    return rehearsal;
  }
}
