package dev.crease.runtime.kernel;

/// Views of plain tensors `(N, C, spatial...)` as `(N, C, D, H, W)`.
final class Pictures {
  private Pictures() {}

  /// @throws IllegalArgumentException unless the rank is 2 to 5
  static Strided fiveDimensional(Strided x) {
    int rank = x.rank();
    if (rank < 2 || rank > 5) {
      throw new IllegalArgumentException(
          "blocked layout has a batch, channels, and up to 3 spatial dimensions; got rank " + rank);
    }
    int[] shape = {1, 1, 1, 1, 1};
    int[] strides = new int[5];
    for (int axis = 0; axis < rank; axis++) {
      int to = axis < 2 ? axis : axis + 5 - rank;
      shape[to] = x.shape()[axis];
      strides[to] = x.strides()[axis];
    }
    return new Strided(x.array(), x.offset(), shape, strides);
  }

  /// Index of the first element of a row.
  static int index(Strided view, int image, int channel, int plane, int row) {
    int[] strides = view.strides();
    return view.offset()
        + image * strides[0]
        + channel * strides[1]
        + plane * strides[2]
        + row * strides[3];
  }
}
