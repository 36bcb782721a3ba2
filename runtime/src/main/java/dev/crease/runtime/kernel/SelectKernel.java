package dev.crease.runtime.kernel;

/// `y = condition ? a : b`, element by element on plain tensors of any storage; operands broadcast
/// to `y` as in ONNX.
public final class SelectKernel implements Kernel {
  private final byte[] condition;
  private final Object a;
  private final Object b;
  private final Object y;
  private final Spans spans;

  /// @param condition of booleans
  /// @throws IllegalArgumentException if an operand does not broadcast to `y`
  public SelectKernel(Strided condition, Strided a, Strided b, Strided y) {
    this.condition = (byte[]) condition.array();
    this.a = a.array();
    this.b = b.array();
    this.y = y.array();
    this.spans = Spans.of(y.shape(), condition, a, b, y);
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
      select(unit);
    }
  }

  /// Copies runs of elements whose condition is the same.
  private void select(int unit) {
    int flag = spans.offset(0, unit);
    int count = spans.count(unit);
    int i = 0;
    while (i < count) {
      boolean first = condition[flag + i * spans.step(0)] != 0;
      int from = i;
      do {
        i++;
      } while (i < count && condition[flag + i * spans.step(0)] != 0 == first);
      int operand = first ? 1 : 2;
      Copies.copy(
          first ? a : b,
          spans.offset(operand, unit) + from * spans.step(operand),
          spans.step(operand),
          y,
          spans.offset(3, unit) + from * spans.step(3),
          spans.step(3),
          i - from);
    }
  }
}
