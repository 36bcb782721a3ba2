package dev.crease.compiler.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/// What is known of the tensors in a sequence or an optional before anything runs. Where a file
/// declares it, it is taken at its word, and a run checks what is taken out.
public sealed interface Items {
  /// Nothing is known.
  record Unknown() implements Items {}

  /// There are none.
  record None() implements Items {}

  /// Each has these dimensions; a size is there where all have the same.
  record Shaped(List<OptionalLong> sizes) implements Items {
    public Shaped {
      sizes = List.copyOf(sizes);
    }
  }

  static Items unknown() {
    return new Unknown();
  }

  static Items none() {
    return new None();
  }

  static Items of(TensorType tensor) {
    return new Shaped(tensor.dims().stream().map(Dim::known).toList());
  }

  /// What there is in a value, or the value itself if it is a tensor.
  static Items of(DoubleTensor value) {
    if (!value.isTensor()) {
      return value.items().stream().map(Items::of).reduce(none(), Items::or);
    }
    return new Shaped(Arrays.stream(value.shape()).mapToObj(OptionalLong::of).toList());
  }

  /// Tensors of these or of others.
  default Items or(Items other) {
    if (this instanceof None) {
      return other;
    }
    if (other instanceof None) {
      return this;
    }
    if (!(this instanceof Shaped(var a) && other instanceof Shaped(var b))
        || a.size() != b.size()) {
      return unknown();
    }
    List<OptionalLong> sizes = new ArrayList<>();
    for (int axis = 0; axis < a.size(); axis++) {
      sizes.add(a.get(axis).equals(b.get(axis)) ? a.get(axis) : OptionalLong.empty());
    }
    return new Shaped(sizes);
  }
}
