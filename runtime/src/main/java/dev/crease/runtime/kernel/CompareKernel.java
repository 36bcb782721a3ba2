package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.ComparisonFunction;

/// `y = a < b` and other relations, element by element on plain tensors of any type; operands
/// broadcast to `y` as in ONNX.
public final class CompareKernel implements Kernel {
  private final ElementType type;
  private final ComparisonFunction function;
  private final Object a;
  private final Object b;
  private final byte[] y;
  private final Spans spans;

  /// @param type of both operands; strings know only EQUAL
  /// @param y of booleans
  /// @throws IllegalArgumentException if an operand does not broadcast to `y`
  public CompareKernel(
      ElementType type, ComparisonFunction function, Strided a, Strided b, Strided y) {
    this.type = type;
    this.function = function;
    this.a = a.array();
    this.b = b.array();
    this.y = (byte[]) y.array();
    this.spans = Spans.of(y.shape(), a, b, y);
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
      int left = spans.offset(0, unit);
      int right = spans.offset(1, unit);
      int out = spans.offset(2, unit);
      for (int i = 0; i < spans.count(unit); i++) {
        boolean holds = holds(left + i * spans.step(0), right + i * spans.step(1));
        y[out + i * spans.step(2)] = (byte) (holds ? 1 : 0);
      }
    }
  }

  private boolean holds(int left, int right) {
    if (type == ElementType.STRING) {
      return ((Object[]) a)[left].equals(((Object[]) b)[right]);
    }
    if (type.isFloating()) {
      double p = Elements.floating(type, a, left);
      double q = Elements.floating(type, b, right);
      return switch (function) {
        case EQUAL -> p == q;
        case LESS -> p < q;
        case LESS_OR_EQUAL -> p <= q;
      };
    }
    long p = Elements.integer(type, a, left);
    long q = Elements.integer(type, b, right);
    int order = type == ElementType.UINT64 ? Long.compareUnsigned(p, q) : Long.compare(p, q);
    return switch (function) {
      case EQUAL -> order == 0;
      case LESS -> order < 0;
      case LESS_OR_EQUAL -> order <= 0;
    };
  }
}
