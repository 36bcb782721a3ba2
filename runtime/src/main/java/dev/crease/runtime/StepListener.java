package dev.crease.runtime;

/// Is told of each step of a run and how long it took. It is called on the thread that runs the
/// session, so it should be quick.
///
/// A run gives the same [StepInfo] objects each time as long as the session keeps what it prepared
/// for these input shapes.
@FunctionalInterface
public interface StepListener {
  /// A step is about to run; this is not part of its time.
  default void before(StepInfo step) {}

  /// A step has run. One that fails is not told.
  void step(StepInfo step, long nanoseconds);
}
