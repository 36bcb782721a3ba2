package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.kernel.Arguments.Tensor;
import java.util.Optional;

/// The `k` largest or smallest elements of each line of `x` along an axis, the most extreme first
/// and of equal ones the first, and where they stand. What is no number is above all numbers.
///
/// A heap of the `k` best so far, the least of them on top, meets each element once.
final class TopKKernel extends LineKernel {
  private final Tensor x;
  private final Optional<Tensor> values;
  private final Optional<Tensor> indices;
  private final Lines from;
  private final Lines to;
  private final boolean largest;

  /// Operands `x`; results `[values]`, `[indices]` of int64, with `k` elements along the axis;
  /// integers: the axis, `k`, whether the largest are meant.
  TopKKernel(Arguments arguments) {
    super(Lines.of(arguments.x(0), arguments.axis(0, arguments.x(0))));
    x = arguments.x(0);
    values = arguments.hasResult(0) ? Optional.of(arguments.y(0)) : Optional.empty();
    indices = arguments.hasResult(1) ? Optional.of(arguments.y(1)) : Optional.empty();
    from = Lines.of(x, arguments.axis(0, x));
    long k = arguments.integer(1);
    if (k < 0 || k > from.length()) {
      throw new InvalidDataException(
          "%d elements are asked for along an axis of %d".formatted(k, from.length()));
    }
    to = from.ofLength((int) k);
    largest = arguments.flag(2);
    boolean fits =
        values.map(y -> y.type() == x.type() && y.elements() == to.elements()).orElse(true)
            && indices
                .map(y -> y.type() == ElementType.INT64 && y.elements() == to.elements())
                .orElse(true);
    Arguments.require(fits, "results do not hold %d elements a line of %s".formatted(k, x));
  }

  @Override
  public long operationsPerTask() {
    return 8L * from.length();
  }

  @Override
  void line(int line) {
    if (to.length() == 0) {
      return;
    }
    Heap heap = new Heap(to.length());
    int start = from.start(line);
    for (int i = 0; i < from.length(); i++) {
      long key = SortKeys.of(x, start + i * from.step());
      heap.offer(largest ? key : ~key, i);
    }
    int target = to.start(line);
    for (int rank = to.length() - 1; rank >= 0; rank--) {
      int place = heap.poll();
      int element = target + rank * to.step();
      values.ifPresent(y -> y.copy(element, x, start + place * from.step(), 1));
      indices.ifPresent(y -> y.setInteger(element, place));
    }
  }

  /// The largest keys so far with their places, the least on top; of equal keys the later place is
  /// less.
  private static final class Heap {
    private final long[] keys;
    private final int[] places;
    private int size;

    Heap(int capacity) {
      keys = new long[capacity];
      places = new int[capacity];
    }

    void offer(long key, int place) {
      if (size < keys.length) {
        keys[size] = key;
        places[size] = place;
        rise(size++);
      } else if (key > keys[0]) {
        keys[0] = key;
        places[0] = place;
        sink();
      }
    }

    int poll() {
      int place = places[0];
      size--;
      keys[0] = keys[size];
      places[0] = places[size];
      sink();
      return place;
    }

    private boolean less(int a, int b) {
      return keys[a] < keys[b] || keys[a] == keys[b] && places[a] > places[b];
    }

    private void rise(int from) {
      int child = from;
      while (child > 0 && less(child, (child - 1) / 2)) {
        exchange(child, (child - 1) / 2);
        child = (child - 1) / 2;
      }
    }

    private void sink() {
      int parent = 0;
      while (2 * parent + 1 < size) {
        int child = 2 * parent + 1;
        if (child + 1 < size && less(child + 1, child)) {
          child++;
        }
        if (!less(child, parent)) {
          return;
        }
        exchange(parent, child);
        parent = child;
      }
    }

    private void exchange(int a, int b) {
      long key = keys[a];
      keys[a] = keys[b];
      keys[b] = key;
      int place = places[a];
      places[a] = places[b];
      places[b] = place;
    }
  }
}
