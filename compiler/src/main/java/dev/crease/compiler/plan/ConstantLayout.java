package dev.crease.compiler.plan;

import dev.crease.compiler.ir.Constant;
import dev.crease.runtime.plan.ConvPacking;
import dev.crease.runtime.plan.Layout;
import dev.crease.runtime.plan.Packing;
import java.util.Arrays;

/// Constants in the layouts of the plan: what [dev.crease.runtime.plan.Weights] supply.
final class ConstantLayout {
  private ConstantLayout() {}

  /// The elements of `constant` in `layout`, as an array of the element type's storage.
  ///
  /// @param group groups of the convolution that CONV_WEIGHTS are for, else 1
  static Object elements(Constant constant, Layout layout, int group, int lanes) {
    int[] dims = Arrays.stream(constant.dims()).mapToInt(Math::toIntExact).toArray();
    Object plain = constant.array();
    return switch (layout) {
      case PLAIN -> plain;
      case BLOCKED -> Packing.blocked((float[]) plain, dims[0], dims[1], product(dims, 2), lanes);
      case CONV_WEIGHTS ->
          new ConvPacking(dims[0], dims[1] * group, group, product(dims, 2), lanes)
              .pack((float[]) plain);
      case DEPTHWISE_WEIGHTS ->
          Packing.depthwise((float[]) plain, dims[0], product(dims, 2), lanes);
      case GEMM_WEIGHTS -> {
        int depth = dims[dims.length - 2];
        int columns = dims[dims.length - 1];
        int batch = 1;
        for (int i = 0; i < dims.length - 2; i++) {
          batch = Math.multiplyExact(batch, dims[i]);
        }
        yield Packing.gemm((float[]) plain, batch, depth, columns, lanes);
      }
    };
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
