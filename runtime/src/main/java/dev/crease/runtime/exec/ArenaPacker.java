package dev.crease.runtime.exec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Gives intervals of time places in an arena such that no two that live at once overlap: the
/// largest first, each into the smallest gap that holds it.
final class ArenaPacker {
  /// A piece of memory that is needed from position `begin` to position `end`, both included.
  record Interval(long length, int begin, int end) {
    boolean meets(Interval other) {
      return begin <= other.end && other.begin <= end;
    }
  }

  private final List<Interval> intervals;
  private final int alignment;
  private final long[] offsets;
  private long length;

  /// @param alignment every offset is a multiple of it
  ArenaPacker(List<Interval> intervals, int alignment) {
    this.intervals = intervals;
    this.alignment = alignment;
    this.offsets = new long[intervals.size()];
    List<Integer> placed = new ArrayList<>();
    for (int index : largestFirst()) {
      offsets[index] = bestFit(intervals.get(index), placed);
      length = Math.max(length, endOf(index));
      placed.add(index);
    }
  }

  private List<Integer> largestFirst() {
    return IntStream.range(0, intervals.size())
        .boxed()
        .sorted(
            Comparator.comparingLong((Integer index) -> -intervals.get(index).length())
                .thenComparing(index -> intervals.get(index).begin()))
        .toList();
  }

  private long bestFit(Interval wanted, List<Integer> placed) {
    List<Integer> inTheWay =
        placed.stream()
            .filter(index -> intervals.get(index).meets(wanted))
            .sorted(Comparator.comparingLong(index -> offsets[index]))
            .toList();
    long best = -1;
    long bestGap = Long.MAX_VALUE;
    long free = 0;
    for (int index : inTheWay) {
      long gap = offsets[index] - free;
      if (gap >= wanted.length() && gap < bestGap) {
        best = free;
        bestGap = gap;
      }
      free = Math.max(free, endOf(index));
    }
    return best >= 0 ? best : free;
  }

  private long endOf(int index) {
    return Math.ceilDiv(offsets[index] + intervals.get(index).length(), alignment) * alignment;
  }

  long offset(int index) {
    return offsets[index];
  }

  /// How long the arena must be.
  long length() {
    return length;
  }

  /// The most that lives at one position: no arena can be shorter.
  static long lowerBound(List<Interval> intervals, int positions) {
    long[] changes = new long[positions + 3];
    for (Interval interval : intervals) {
      changes[interval.begin() + 1] += interval.length();
      changes[interval.end() + 2] -= interval.length();
    }
    long live = 0;
    long most = 0;
    for (long change : changes) {
      live += change;
      most = Math.max(most, live);
    }
    return most;
  }
}
