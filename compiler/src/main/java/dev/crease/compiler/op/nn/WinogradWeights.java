package dev.crease.compiler.op.nn;

import dev.crease.compiler.ir.Constant;
import dev.crease.compiler.ir.Dim;
import dev.crease.compiler.ir.Graph;
import dev.crease.compiler.ir.Stretches;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.ir.Value;
import dev.crease.runtime.ElementType;
import dev.crease.runtime.plan.Winograd;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The constant weights `(M, C, 3, 3)` of a convolution as those of a form of Winograd's, `(P M, C,
/// 1, 1)`: computed in double, rounded once.
public record WinogradWeights(Constant weights, Winograd form) {
  private static final int TAPS = 9;

  /// Weights that are looked at together.
  private static final int STRETCH = 1 << 12;

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
    TensorType type = TensorType.of(weights.element(), dims);
    return mayFit(conv, type) && dims[0] > 0 && dims[1] > 0;
  }

  /// Whether the forms compute such a convolution, if its weights are constant and what is not
  /// known of their sizes fits.
  public static boolean mayFit(Conv conv, TensorType w) {
    boolean kernel = w.rank() == 4 && mayBe(w.dim(2), 3) && mayBe(w.dim(3), 3);
    return kernel
        && w.element() == ElementType.FLOAT32
        && w.dim(0).known().orElse(0) % Winograd.MAPS == 0
        && conv.group() == 1
        && allOnes(conv.window().strides())
        && allOnes(conv.window().dilations());
  }

  private static boolean mayBe(Dim dim, long size) {
    return !dim.isKnown() || dim.is(size);
  }

  /// Whether all of constant weights stay finite in a form.
  public static boolean areFinite(Constant weights, Winograd form) {
    double gain = 0;
    for (double[] row : form.weightMatrix()) {
      gain = Math.max(gain, Arrays.stream(row).map(Math::abs).sum());
    }
    Stretches given = weights.stretches();
    int count = Math.toIntExact(Arrays.stream(weights.dims()).reduce(1, (m, n) -> m * n));
    double[] part = new double[Math.min(count, STRETCH)];
    boolean finite = true;
    for (int from = 0; finite && from < count; from += part.length) {
      int length = Math.min(part.length, count - from);
      given.read(from, length, part);
      for (int i = 0; i < length; i++) {
        finite &= Math.abs(part[i]) * gain * gain <= Float.MAX_VALUE;
      }
    }
    return finite;
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
    int maps = maps();
    int channels = channels();
    int matrix = maps * channels;
    float[] all = new float[Math.multiplyExact(form.products(), matrix)];
    Stretches given = weights.stretches();
    double[] map = new double[channels * TAPS];
    double[] kernel = new double[form.products()];
    for (int m = 0; m < maps; m++) {
      given.read(m * map.length, map.length, map);
      for (int c = 0; c < channels; c++) {
        form.transformWeights(map, c * TAPS, kernel);
        for (int product = 0; product < kernel.length; product++) {
          all[product * matrix + m * channels + c] = (float) kernel[product];
        }
      }
    }
    return all;
  }
}
