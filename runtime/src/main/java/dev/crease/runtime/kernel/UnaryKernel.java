package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.UnaryFunction;

/// `y = function(x)` element by element on plain tensors, where `x` may broadcast to `y`.
///
/// float32, float64 and integers know every function.
public final class UnaryKernel implements Kernel {
  private final Microkernels microkernels;
  private final ElementType type;
  private final Object x;
  private final Object y;
  private final Activation activation;
  private final Spans spans;

  /// @throws IllegalArgumentException if there are no functions of the type, or `x` does not
  ///   broadcast to `y`
  public UnaryKernel(
      Microkernels microkernels, ElementType type, Strided x, Strided y, Activation activation) {
    requireKnown(type, activation.function());
    this.microkernels = microkernels;
    this.type = type;
    this.x = x.array();
    this.y = y.array();
    this.activation = activation;
    this.spans = Spans.of(y.shape(), x, y);
  }

  static void requireKnown(ElementType type, UnaryFunction function) {
    boolean known = type == ElementType.FLOAT32 || type == ElementType.FLOAT64 || type.isInteger();
    if (!known) {
      throw new IllegalArgumentException(function + " is not there for " + type);
    }
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
      int in = spans.offset(0, unit);
      int out = spans.offset(1, unit);
      int count = spans.count(unit);
      if (x instanceof float[] from && y instanceof float[] to) {
        floats(from, in, to, out, count);
      } else if (x instanceof double[] from && y instanceof double[] to) {
        doubles(from, in, to, out, count);
      } else {
        integers(in, out, count);
      }
    }
  }

  private void floats(float[] from, int in, float[] to, int out, int count) {
    UnaryFunction function = activation.function();
    if (spans.step(0) == 1 && spans.step(1) == 1) {
      microkernels.unary(function, activation.alpha(), activation.beta(), from, in, to, out, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      double value = from[in + i * spans.step(0)];
      to[out + i * spans.step(1)] =
          (float) ScalarFunctions.unary(function, activation.alpha(), activation.beta(), value);
    }
  }

  private void doubles(double[] from, int in, double[] to, int out, int count) {
    for (int i = 0; i < count; i++) {
      to[out + i * spans.step(1)] =
          ScalarFunctions.unary(
              activation.function(),
              activation.alpha(),
              activation.beta(),
              from[in + i * spans.step(0)]);
    }
  }

  private void integers(int in, int out, int count) {
    for (int i = 0; i < count; i++) {
      long value = Elements.integer(type, x, in + i * spans.step(0));
      long result =
          IntegerFunctions.unary(
              activation.function(), type, activation.alpha(), activation.beta(), value);
      Elements.setInteger(type, y, out + i * spans.step(1), result);
    }
  }
}
