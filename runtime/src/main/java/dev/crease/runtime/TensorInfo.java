package dev.crease.runtime;

import dev.crease.runtime.plan.Port;
import dev.crease.runtime.plan.Program;
import dev.crease.runtime.plan.Slot;
import java.util.List;

/// An input or output of a plan.
///
/// @param type of the elements
/// @param dimensions a number where the dimension is fixed, else the name of what the inputs bind;
///   empty for what is no tensor
/// @param optional whether an input has a value when the caller gives none
/// @param holder what it is, of tensors of this type
public record TensorInfo(
    String name, ElementType type, List<String> dimensions, boolean optional, Holder holder) {
  public TensorInfo {
    dimensions = List.copyOf(dimensions);
  }

  /// A tensor.
  public TensorInfo(String name, ElementType type, List<String> dimensions, boolean optional) {
    this(name, type, dimensions, optional, Holder.TENSOR);
  }

  /// @param optional whether it has a value when the caller gives none
  static TensorInfo of(Port port, Program program, boolean optional) {
    Slot slot = program.slots().get(port.slot());
    return new TensorInfo(
        port.name(), slot.type(), port.dimensions(), optional, slot.layout().holder());
  }

  public boolean isTensor() {
    return holder == Holder.TENSOR;
  }

  /// As in `data: f32[N, 3, 224, 224]`, `boxes: seq(f32)`.
  @Override
  public String toString() {
    return name + ": " + (isTensor() ? type.text() + dimensions : holder.text(type));
  }
}
