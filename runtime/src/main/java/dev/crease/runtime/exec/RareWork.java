package dev.crease.runtime.exec;

import java.util.ArrayList;
import java.util.List;

/// Which steps of a bound program run on plain loops although there are vector kernels: those that
/// together take so little of its work that the virtual machine would be long in compiling them.
/// Until then vector code allocates, and is slower than plain loops.
final class RareWork {
  /// Of the work, one in this many. In plain loops it takes at worst fifty times as long as on
  /// vectors, about a hundredth of the whole.
  private static final long SHARE = 4_000;

  /// What a rare step does at most. More is five hundred vectors in each run, which compiles the
  /// loop within the first hundred of them.
  private static final long MOST = 1 << 13;

  private final long limit;

  private RareWork(long limit) {
    this.limit = limit;
  }

  /// @param vector the steps
  /// @param plain the same steps on plain loops
  static List<Step> choose(List<Step> vector, List<Step> plain) {
    List<Long> works = new ArrayList<>();
    collect(vector, works);
    works.sort(null);
    long budget = works.stream().mapToLong(Long::longValue).sum() / SHARE;
    long limit = -1;
    for (long work : works) {
      budget -= work;
      if (budget < 0 || work > MOST) {
        break;
      }
      limit = work;
    }
    return new RareWork(limit).merge(vector, plain);
  }

  private static void collect(List<Step> steps, List<Long> works) {
    for (Step step : steps) {
      switch (step) {
        case Step.Compute compute -> works.add(work(compute));
        case Step.Branch branch -> {
          collect(branch.then(), works);
          collect(branch.otherwise(), works);
        }
      }
    }
  }

  private static long work(Step.Compute step) {
    return step.kernel().tasks() * step.kernel().operationsPerTask();
  }

  private List<Step> merge(List<Step> vector, List<Step> plain) {
    List<Step> merged = new ArrayList<>();
    for (int i = 0; i < vector.size(); i++) {
      merged.add(merge(vector.get(i), plain.get(i)));
    }
    return List.copyOf(merged);
  }

  private Step merge(Step vector, Step plain) {
    return switch (vector) {
      case Step.Compute compute -> work(compute) <= limit ? plain : vector;
      case Step.Branch(var condition, int offset, var then, var otherwise) -> {
        Step.Branch other = (Step.Branch) plain;
        yield new Step.Branch(
            condition, offset, merge(then, other.then()), merge(otherwise, other.otherwise()));
      }
    };
  }
}
