package dev.crease.runtime.kernel;

/// Copies a plain tensor of any storage into another of the same storage, element by element of
/// `y`'s shape; `x` broadcasts to it.
///
/// Transposing, slicing (also backwards, with negative strides), expanding and joining are all
/// copies between suitable views.
public final class CopyKernel implements FedKernel {
  private Object x;
  private final Object y;
  private final Spans spans;

  /// @throws IllegalArgumentException if `x` does not broadcast to `y`
  public CopyKernel(Strided x, Strided y) {
    this.x = x.array();
    this.y = y.array();
    this.spans = Spans.of(y.shape(), x, y);
  }

  @Override
  public void feed(Object array) {
    x = array;
  }

  @Override
  public int tasks() {
    return spans.tasks();
  }

  @Override
  public long operationsPerTask() {
    return spans.elementsPerTask();
  }

  @Override
  public void run(int begin, int end) {
    int last = spans.endUnit(end);
    for (int unit = spans.firstUnit(begin); unit < last; unit++) {
      Copies.copy(
          x,
          spans.offset(0, unit),
          spans.step(0),
          y,
          spans.offset(1, unit),
          spans.step(1),
          spans.count(unit));
    }
  }
}
