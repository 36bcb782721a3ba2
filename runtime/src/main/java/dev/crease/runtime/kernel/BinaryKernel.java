package dev.crease.runtime.kernel;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.InvalidDataException;
import dev.crease.runtime.plan.Activation;
import dev.crease.runtime.plan.BinaryFunction;
import dev.crease.runtime.plan.UnaryFunction;

/// `y = activation(function(a, b))` element by element on plain tensors; operands broadcast to `y`
/// as in ONNX. All three are of one type: float32, float64 or an integer.
///
/// Division of an integer by zero throws [InvalidDataException].
public final class BinaryKernel implements Kernel {
  private final Microkernels microkernels;
  private final ElementType type;
  private final BinaryFunction function;
  private final Object a;
  private final Object b;
  private final Object y;
  private final Activation activation;
  private final Spans spans;

  /// @throws IllegalArgumentException if the type does not know the activation, or an operand does
  ///   not broadcast to `y`
  public BinaryKernel(
      Microkernels microkernels,
      ElementType type,
      BinaryFunction function,
      Strided a,
      Strided b,
      Strided y,
      Activation activation) {
    UnaryKernel.requireKnown(type, activation.function());
    this.microkernels = microkernels;
    this.type = type;
    this.function = function;
    this.a = a.array();
    this.b = b.array();
    this.y = y.array();
    this.activation = activation;
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
      int count = spans.count(unit);
      if (a instanceof float[] p && b instanceof float[] q && y instanceof float[] to) {
        floats(p, left, q, right, to, out, count);
      } else if (a instanceof double[] p && b instanceof double[] q && y instanceof double[] to) {
        doubles(p, left, q, right, to, out, count);
      } else {
        integers(left, right, out, count);
      }
    }
  }

  private void floats(float[] p, int left, float[] q, int right, float[] to, int out, int count) {
    if (spans.step(2) != 1 || !isOneOf01(spans.step(0)) || !isOneOf01(spans.step(1))) {
      stridedFloats(p, left, q, right, to, out, count);
      return;
    }
    if (spans.step(1) == 0) {
      microkernels.binaryScalar(
          function, false, p, left, q, right, to, out, spans.step(0) == 0 ? 1 : count);
      spread(to, out, count);
    } else if (spans.step(0) == 0) {
      microkernels.binaryScalar(function, true, q, right, p, left, to, out, count);
    } else {
      microkernels.binary(function, p, left, q, right, to, out, count);
    }
    if (activation.function() != UnaryFunction.IDENTITY) {
      microkernels.unary(
          activation.function(), activation.alpha(), activation.beta(), to, out, to, out, count);
    }
  }

  private static boolean isOneOf01(int step) {
    return step == 0 || step == 1;
  }

  /// Where both operands stand still, the one result goes everywhere.
  private void spread(float[] to, int out, int count) {
    if (spans.step(0) == 0) {
      java.util.Arrays.fill(to, out, out + count, to[out]);
    }
  }

  private void stridedFloats(
      float[] p, int left, float[] q, int right, float[] to, int out, int count) {
    for (int i = 0; i < count; i++) {
      float value =
          ScalarFunctions.binary(
              function, p[left + i * spans.step(0)], q[right + i * spans.step(1)]);
      to[out + i * spans.step(2)] =
          (float)
              ScalarFunctions.unary(
                  activation.function(), activation.alpha(), activation.beta(), value);
    }
  }

  private void doubles(
      double[] p, int left, double[] q, int right, double[] to, int out, int count) {
    for (int i = 0; i < count; i++) {
      double value =
          ScalarFunctions.binary(
              function, p[left + i * spans.step(0)], q[right + i * spans.step(1)]);
      to[out + i * spans.step(2)] =
          ScalarFunctions.unary(
              activation.function(), activation.alpha(), activation.beta(), value);
    }
  }

  private void integers(int left, int right, int out, int count) {
    for (int i = 0; i < count; i++) {
      long p = Elements.integer(type, a, left + i * spans.step(0));
      long q = Elements.integer(type, b, right + i * spans.step(1));
      long value = IntegerFunctions.binary(function, type, p, q);
      long result =
          IntegerFunctions.unary(
              activation.function(), type, activation.alpha(), activation.beta(), value);
      Elements.setInteger(type, y, out + i * spans.step(2), result);
    }
  }
}
