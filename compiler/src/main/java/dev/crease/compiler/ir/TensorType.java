package dev.crease.compiler.ir;

import dev.crease.runtime.ElementType;
import dev.crease.runtime.Holder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Element type and shape of a tensor; a scalar has no dimensions. Or the type of a sequence or an
/// optional: what its tensors' elements are, which may have any shape, so that it has no dimensions
/// and they say nothing.
///
/// @param holder what holds tensors of this element type
public record TensorType(ElementType element, List<Dim> dims, Holder holder) {
  public TensorType {
    dims = List.copyOf(dims);
    if (holder != Holder.TENSOR && !dims.isEmpty()) {
      throw new IllegalArgumentException(holder.text(element) + " has no dimensions: " + dims);
    }
  }

  /// A tensor.
  public TensorType(ElementType element, List<Dim> dims) {
    this(element, dims, Holder.TENSOR);
  }

  public static TensorType of(Holder holder, ElementType element) {
    return new TensorType(element, List.of(), holder);
  }

  public static TensorType of(ElementType element, long... dims) {
    return new TensorType(element, java.util.Arrays.stream(dims).mapToObj(Dim::of).toList());
  }

  public boolean isTensor() {
    return holder == Holder.TENSOR;
  }

  public int rank() {
    return dims.size();
  }

  /// The dimension at `axis`; a negative axis counts from the end.
  public Dim dim(int axis) {
    return dims.get(axis < 0 ? axis + dims.size() : axis);
  }

  public TensorType withDims(List<Dim> newDims) {
    return new TensorType(element, newDims, holder);
  }

  public TensorType withElement(ElementType newElement) {
    return new TensorType(newElement, dims, holder);
  }

  /// The number of elements.
  public Dim elements() {
    return dims.stream().reduce(Dim.ONE, Dim::times);
  }

  /// The dimensions as numbers, if all are known.
  public Optional<long[]> knownDims() {
    return dims.stream().allMatch(Dim::isKnown)
        ? Optional.of(dims.stream().mapToLong(dim -> dim.known().getAsLong()).toArray())
        : Optional.empty();
  }

  /// Whether both can be the type of one value: the same element type, holder and rank, and no
  /// dimension that certainly differs.
  public boolean agreesWith(TensorType other) {
    if (element != other.element || holder != other.holder || rank() != other.rank()) {
      return false;
    }
    for (int i = 0; i < rank(); i++) {
      OptionalLong difference = dims.get(i).minus(other.dims.get(i)).known();
      if (difference.isPresent() && difference.getAsLong() != 0) {
        return false;
      }
    }
    return true;
  }

  /// The type in the text form: `f32[N, 3, 224, 224]`, `seq(f32)`.
  @Override
  public String toString() {
    return isTensor() ? element.text() + dims : holder.text(element);
  }
}
