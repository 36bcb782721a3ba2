package dev.crease.runtime;

/// Is told how long each step of a run took. It is called on the thread that runs the session, once
/// per step, so it should be quick.
@FunctionalInterface
public interface StepListener {
  /// @param index of the step, the same in every run with the same input shapes
  /// @param name the instruction, what it writes and the shape of that
  void step(int index, String name, long nanoseconds);
}
