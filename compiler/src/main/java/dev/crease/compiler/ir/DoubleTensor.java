package dev.crease.compiler.ir;

import dev.crease.runtime.Absence;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import dev.crease.runtime.Sequence;
import dev.crease.runtime.Tensor;
import dev.crease.runtime.Value;
import java.util.Arrays;
import java.util.List;

/// A tensor of the double interpreter: the element type it stands for, its shape, and its elements
/// in row-major order as doubles. Booleans are 0 and 1. Integers beyond 2^53 are refused unless a
/// double holds them; 2^63 and 2^64 stand for the largest integer of their type, one less.
///
/// Floating-point results are not rounded to the element type between nodes: the interpreter judges
/// what the model means, not how one machine rounds it.
///
/// Or a sequence or an optional of such tensors, which has the shape of an empty vector, and no
/// elements of its own.
///
/// @param items the tensors of a sequence; what an optional holds, or nothing; empty for a tensor
public record DoubleTensor(
    ElementType type, int[] shape, double[] data, Holder holder, List<DoubleTensor> items) {
  public DoubleTensor {
    items = List.copyOf(items);
    if (count(shape) != data.length) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " does not hold " + data.length + " elements");
    }
  }

  /// A tensor.
  public DoubleTensor(ElementType type, int[] shape, double[] data) {
    this(type, shape, data, Holder.TENSOR, List.of());
  }

  private DoubleTensor(ElementType type, Holder holder, List<DoubleTensor> items) {
    this(type, new int[] {0}, new double[0], holder, items);
  }

  /// @throws InvalidOperandException if an item is no tensor of the type
  public static DoubleTensor sequence(ElementType type, List<DoubleTensor> items) {
    for (DoubleTensor item : items) {
      if (!item.isTensor() || item.type() != type) {
        throw new InvalidOperandException("a sequence of " + type + " cannot hold " + item);
      }
    }
    return new DoubleTensor(type, Holder.SEQUENCE, items);
  }

  /// An optional that holds this, a tensor or a sequence.
  public DoubleTensor optional() {
    return new DoubleTensor(type, holder.optional(), List.of(this));
  }

  /// An optional that holds nothing.
  ///
  /// @param held what it could hold
  public static DoubleTensor nothing(Holder held, ElementType type) {
    return new DoubleTensor(type, held.optional(), List.of());
  }

  /// @param as tells an optional from what it holds
  /// @throws IllegalArgumentException if the value is none of these
  public static DoubleTensor of(Value value, Holder as, ElementType type) {
    if (!as.holds(value, type)) {
      throw new IllegalArgumentException(
          "it should be %s, but is %s".formatted(as.text(type), value));
    }
    DoubleTensor held =
        switch (value) {
          case Tensor tensor -> of(tensor);
          case Sequence(var element, var tensors) ->
              sequence(element, tensors.stream().map(DoubleTensor::of).toList());
          case Absence _ -> nothing(as.held(), type);
        };
    return as.isOptional() && !held.holder().isOptional() ? held.optional() : held;
  }

  /// The elements rounded to the element type.
  public Value toValue() {
    if (isTensor()) {
      return toTensor();
    }
    if (holder == Holder.SEQUENCE) {
      return new Sequence(type, items.stream().map(DoubleTensor::toTensor).toList());
    }
    return items.isEmpty() ? Absence.NOTHING : items.getFirst().toValue();
  }

  public boolean isTensor() {
    return holder == Holder.TENSOR;
  }

  public static DoubleTensor zeros(ElementType type, int... shape) {
    return new DoubleTensor(type, shape, new double[count(shape)]);
  }

  /// @throws InvalidOperandException if doubles do not [hold][#holds] the integers in it, or for
  ///   strings
  public static DoubleTensor of(Tensor tensor) {
    return of(tensor.type(), tensor.shape(), tensor.array());
  }

  static DoubleTensor of(ElementType type, int[] shape, Object array) {
    if (type == ElementType.STRING) {
      throw new InvalidOperandException(
          "the double interpreter has no texts; a plan computes them");
    }
    DoubleTensor tensor = new DoubleTensor(type, shape, Elements.toDoubles(type, array));
    if (!Elements.areHeld(type, array)) {
      throw new InexactIntegerException(tensor + " holds an integer that a double does not hold");
    }
    return tensor;
  }

  /// Whether doubles hold all elements: integers up to 2^53, beyond it only some.
  public static boolean holds(Tensor tensor) {
    return Elements.areHeld(tensor.type(), tensor.array());
  }

  /// The elements rounded to the element type.
  ///
  /// @throws IllegalStateException if this is no tensor
  public Tensor toTensor() {
    if (!isTensor()) {
      throw new IllegalStateException(this + " is no tensor");
    }
    return Tensor.of(type, Elements.fromDoubles(type, data), shape);
  }

  public int rank() {
    return shape.length;
  }

  public int dim(int axis) {
    return shape[axis];
  }

  private static int count(int[] shape) {
    int count = 1;
    for (int dim : shape) {
      count = Math.multiplyExact(count, dim);
    }
    return count;
  }

  @Override
  public String toString() {
    return isTensor() ? type + Arrays.toString(shape) : holder.text(type) + items;
  }
}
