package dev.crease.compiler.cli;

import dev.crease.runtime.StepInfo;
import dev.crease.runtime.roofline.Roofline;
import java.util.OptionalLong;

/// What one step or several cost in a run.
///
/// @param operations of those that are counted; empty if none is
/// @param least nanoseconds that the machine's roofline allows
/// @param byBytes how many of those are for bytes, the others for operations
record StepCost(
    int steps,
    long nanoseconds,
    OptionalLong operations,
    long bytes,
    double least,
    double byBytes) {
  static final StepCost NONE = new StepCost(0, 0, OptionalLong.empty(), 0, 0, 0);

  static StepCost of(Profile.Entry entry, Roofline roofline) {
    StepInfo step = entry.step();
    int calls = entry.calls();
    long operations = step.operations().orElse(0);
    double least = roofline.nanoseconds(operations, step.bytes()) * calls;
    return new StepCost(
        1,
        entry.median(),
        step.operations().isEmpty() ? step.operations() : OptionalLong.of(operations * calls),
        step.bytes() * calls,
        least,
        roofline.isBoundByBytes(operations, step.bytes()) ? least : 0);
  }

  StepCost plus(StepCost other) {
    return new StepCost(
        steps + other.steps,
        nanoseconds + other.nanoseconds,
        operations.isEmpty() && other.operations.isEmpty()
            ? operations
            : OptionalLong.of(operations.orElse(0) + other.operations.orElse(0)),
        bytes + other.bytes,
        least + other.least,
        byBytes + other.byBytes);
  }

  /// Operations a nanosecond; not finite if no time passed.
  double gigaflops() {
    return (double) operations.orElse(0) / nanoseconds;
  }

  /// Bytes a nanosecond; not finite if no time passed.
  double gigabytes() {
    return (double) bytes / nanoseconds;
  }

  /// The part of the time taken that the roofline allows; not finite if no time passed.
  double ofRoof() {
    return least / nanoseconds;
  }

  /// What most of the least time is for.
  String bound() {
    return 2 * byBytes >= least ? "memory" : "compute";
  }
}
