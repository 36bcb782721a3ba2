package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Stretches;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Winograd;
import java.util.List;
import java.util.Optional;

/// The constant weights `(M, C, 3, 3)` of a convolution as those of a form of Winograd's, `(P M, C,
/// 1, 1)`: computed in double, rounded once.
public record WinogradWeights(Constant weights, Winograd form) {
  private static final int TAPS = 9;

  /// Whether the forms compute such a convolution: of one group, over pictures of two dimensions,
  /// with constant weights of 3 by 3 and stride 1; its maps must fill blocks of any width.
  public static boolean fit(Conv conv, Value w, Graph graph) {
    return graph.constant(w).filter(weights -> fits(conv, weights)).isPresent();
  }

  /// Empty unless the forms [fit][#fit].
  static Optional<WinogradWeights> of(Conv conv, Value w, Winograd form, Graph graph) {
    return graph
        .constant(w)
        .filter(weights -> fits(conv, weights))
        .map(weights -> new WinogradWeights(weights, form));
  }

  private static boolean fits(Conv conv, Constant weights) {
    long[] dims = weights.dims();
    boolean kernel = dims.length == 4 && dims[2] == 3 && dims[3] == 3;
    return kernel
        && weights.element() == ElementType.FLOAT32
        && conv.group() == 1
        && allOnes(conv.window().strides())
        && allOnes(conv.window().dilations())
        && dims[0] > 0
        && dims[0] % Winograd.MAPS == 0
        && dims[1] > 0;
  }

  private static boolean allOnes(List<Long> sizes) {
    return sizes.stream().allMatch(size -> size == 1);
  }

  private int maps() {
    return (int) weights.dims()[0];
  }

  private int channels() {
    return (int) weights.dims()[1];
  }

  /// The transformed weights.
  Constant constant() {
    long[] dims = {(long) form.products() * maps(), channels(), 1, 1};
    return Constant.streamed(
        ElementType.FLOAT32,
        dims,
        () -> {
          float[] all = transformed();
          return (from, count, into) -> {
            for (int i = 0; i < count; i++) {
              into[i] = all[from + i];
            }
          };
        });
  }

  /// Product by product, in each map by map.
  private float[] transformed() {
    int matrix = maps() * channels();
    float[] all = new float[Math.multiplyExact(form.products(), matrix)];
    Stretches given = weights.stretches();
    double[] map = new double[channels() * TAPS];
    double[] kernel = new double[form.products()];
    for (int m = 0; m < maps(); m++) {
      given.read(m * map.length, map.length, map);
      for (int c = 0; c < channels(); c++) {
        form.transformWeights(map, c * TAPS, kernel);
        for (int product = 0; product < kernel.length; product++) {
          all[product * matrix + m * channels() + c] = (float) kernel[product];
        }
      }
    }
    return all;
  }
}
