package dev.crease.compiler.plan;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Stretches;
import dev.crease.runtime.plan.ConvPacking;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Packing;
import java.util.Arrays;

/// Constants in the layouts of the plan: what [dev.crease.runtime.plan.Weights] supply.
final class ConstantLayout {
  private static final int STRETCH = 1 << 13;

  private ConstantLayout() {}

  /// The elements of `constant` in `layout`, as an array of the element type's storage. Large ones
  /// are packed stretch by stretch.
  ///
  /// @param group groups of the convolution that CONV_WEIGHTS are for, else 1
  static Object elements(Constant constant, Layout layout, int group, int lanes) {
    int[] dims = dims(constant);
    return switch (layout) {
      case PLAIN, PLANES -> constant.array();
      case BLOCKED ->
          Packing.blocked((float[]) constant.array(), dims[0], dims[1], product(dims, 2), lanes);
      case CONV_WEIGHTS ->
          convolution(
              constant, new ConvPacking(dims[0], dims[1] * group, group, product(dims, 2), lanes));
      case DEPTHWISE_WEIGHTS ->
          Packing.depthwise((float[]) constant.array(), dims[0], product(dims, 2), lanes);
      case GEMM_WEIGHTS -> gemm(constant, lanes);
      case SEQUENCE, OPTIONAL, OPTIONAL_SEQUENCE ->
          throw new IllegalArgumentException("a constant is a tensor");
    };
  }

  private static float[] convolution(Constant constant, ConvPacking packing) {
    float[] packed = new float[packing.size()];
    int[] starts = packing.starts();
    Stretches all = constant.stretches();
    for (int slice = 0; slice + 1 < starts.length; slice++) {
      int begin = starts[slice];
      int end = starts[slice + 1];
      float[] weights = floats(all, begin * packing.rows(), (end - begin) * packing.rows());
      int to = slice * packing.sliceSize();
      packing.packSlice(weights, -begin * packing.rows(), begin, end, packed, to);
    }
    return packed;
  }

  private static float[] gemm(Constant constant, int lanes) {
    int[] dims = dims(constant);
    int depth = dims[dims.length - 2];
    int columns = dims[dims.length - 1];
    int rows = Math.multiplyExact(product(Arrays.copyOf(dims, dims.length - 2), 0), depth);
    float[] packed =
        new float[Packing.gemmSize(depth == 0 ? 0 : rows / depth, depth, columns, lanes)];
    Stretches all = constant.stretches();
    int together = Math.max(1, STRETCH / Math.max(1, columns));
    for (int first = 0; first < rows; first += together) {
      int count = Math.min(together, rows - first);
      float[] b = floats(all, first * columns, count * columns);
      for (int i = 0; i < count; i++) {
        Packing.gemmRow(b, i * columns, first + i, depth, columns, lanes, packed);
      }
    }
    return packed;
  }

  /// As GEMM_WEIGHTS, of the transpose of a matrix `(N, K)`: the columns of a panel are rows, one
  /// after the other.
  static float[] transposed(Constant matrix, int lanes) {
    int[] dims = dims(matrix);
    return convolution(matrix, new ConvPacking(dims[0], dims[1], 1, 1, lanes));
  }

  private static float[] floats(Stretches all, int from, int count) {
    double[] values = new double[count];
    all.read(from, count, values);
    float[] rounded = new float[count];
    for (int i = 0; i < count; i++) {
      rounded[i] = (float) values[i];
    }
    return rounded;
  }

  private static int[] dims(Constant constant) {
    return Arrays.stream(constant.dims()).mapToInt(Math::toIntExact).toArray();
  }

  /// The elements of a vector, of whatever shape, as BLOCKED `(1, C)`.
  static Object vector(Constant constant, int lanes) {
    return Packing.vector((float[]) constant.array(), lanes);
  }

  private static int product(int[] dims, int from) {
    int product = 1;
    for (int i = from; i < dims.length; i++) {
      product = Math.multiplyExact(product, dims[i]);
    }
    return product;
  }
}
