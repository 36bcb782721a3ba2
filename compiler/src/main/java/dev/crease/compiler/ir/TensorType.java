package dev.crease.compiler.ir;

import dev.crease.runtime.ElementType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Element type and shape of a tensor; a scalar has no dimensions.
public record TensorType(ElementType element, List<Dim> dims) {
  public TensorType {
    dims = List.copyOf(dims);
  }

  public static TensorType of(ElementType element, long... dims) {
    return new TensorType(element, java.util.Arrays.stream(dims).mapToObj(Dim::of).toList());
  }

  public int rank() {
    return dims.size();
  }

  /// The dimension at `axis`; a negative axis counts from the end.
  public Dim dim(int axis) {
    return dims.get(axis < 0 ? axis + dims.size() : axis);
  }

  public TensorType withDims(List<Dim> newDims) {
    return new TensorType(element, newDims);
  }

  public TensorType withElement(ElementType newElement) {
    return new TensorType(newElement, dims);
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

  /// Whether both can be the type of one value: the same element type and rank, and no dimension
  /// that certainly differs.
  public boolean agreesWith(TensorType other) {
    if (element != other.element || rank() != other.rank()) {
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

  /// The type in the text form: `f32[N, 3, 224, 224]`.
  @Override
  public String toString() {
    return element.text() + dims;
  }
}
