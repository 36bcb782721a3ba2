package dev.crease.compiler.cli;

import dev.crease.runtime.StepInfo;
import java.util.List;

/// How long runs of a plan took, and each of their steps; all times are nanoseconds.
///
/// @param median of whole runs, likewise `fastest`
/// @param outside the median of what a run takes beside its steps: inputs and outputs are copied,
///   and in a plan that decides by data, so is what crosses from one section to the next
/// @param entries in the order in which the steps run
record Profile(int runs, long median, long fastest, long outside, List<Entry> entries) {
  Profile {
    entries = List.copyOf(entries);
  }

  /// @param calls how often the step runs in one run
  /// @param median of what all of them take together, likewise `fastest`
  record Entry(StepInfo step, int calls, long median, long fastest) {}

  /// The sum of the medians of all steps.
  long inSteps() {
    return entries.stream().mapToLong(Entry::median).sum();
  }
}
