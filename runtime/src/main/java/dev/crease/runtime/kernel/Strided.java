package dev.crease.runtime.kernel;

/// A tensor of any element type as an array, an offset, and a dimension and a stride (both in
/// elements) per axis. A stride of 0 repeats an element: broadcasting.
public record Strided(Object array, int offset, int[] shape, int[] strides) {
  public int rank() {
    return shape.length;
  }

  public int elements() {
    int elements = 1;
    for (int dim : shape) {
      elements *= dim;
    }
    return elements;
  }
}
