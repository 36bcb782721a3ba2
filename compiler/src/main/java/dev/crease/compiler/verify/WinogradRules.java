package dev.crease.compiler.verify;

import dev.crease.compiler.ir.DoubleTensor;
import dev.crease.compiler.ir.TensorType;
import dev.crease.compiler.op.nn.Conv;
import java.util.Arrays;
import java.util.List;

/// Radii of convolutions that a plan computes in tiles, by Winograd's forms F(2 x 2, 3 x 3) and F(4
/// x 4, 3 x 3) (Lavin and Gray, arXiv 1509.09308) on the points 0, +-1, infinity, and 0, +-p, +-q,
/// infinity.
///
/// Every value of `A^T [sum of (G w G^T) * (B^T x B)] A` is a sum of products, and each of its
/// operations rounds once. So what the roundings come to is at most `gamma(n)` times the same
/// expression on magnitudes, for `n` roundings between an operand and the result: those of the two
/// passes of both transforms, of the transformed weight, and of the sum over channels. (N. Higham,
/// Accuracy and Stability of Numerical Algorithms, 2nd edition, section 3.1.)
final class WinogradRules {
  /// Of the inputs and of the sums, in two passes of at most four roundings each; of the weights,
  /// the bias, and the products.
  private static final int OTHER_STEPS = 2 * 4 + 2 * 4 + 4;

  private static final int TAPS = 9;

  private static final double P = 0.75;
  private static final double Q = 1.5;

  /// Magnitudes of `B^T`, `G` and `A^T`.
  record Matrices(double[][] input, double[][] weights, double[][] output) {}

  static final Matrices TWO =
      new Matrices(
          new double[][] {{1, 0, 1, 0}, {0, 1, 1, 0}, {0, 1, 1, 0}, {0, 1, 0, 1}},
          new double[][] {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, 0.5, 0.5}, {0, 0, 1}},
          new double[][] {{1, 1, 1, 0}, {0, 1, 1, 1}});

  static final Matrices FOUR =
      new Matrices(
          new double[][] {
            {P * P * Q * Q, 0, P * P + Q * Q, 0, 1, 0},
            {0, P * Q * Q, Q * Q, P, 1, 0},
            {0, P * Q * Q, Q * Q, P, 1, 0},
            {0, P * P * Q, P * P, Q, 1, 0},
            {0, P * P * Q, P * P, Q, 1, 0},
            {0, P * P * Q * Q, 0, P * P + Q * Q, 0, 1}
          },
          new double[][] {
            {1 / (P * P * Q * Q), 0, 0},
            weightsOf(P, Q),
            weightsOf(P, Q),
            weightsOf(Q, P),
            weightsOf(Q, P),
            {0, 0, 1}
          },
          new double[][] {
            {1, 1, 1, 1, 1, 0},
            {0, P, P, Q, Q, 0},
            {0, P * P, P * P, Q * Q, Q * Q, 0},
            {0, P * P * P, P * P * P, Q * Q * Q, Q * Q * Q, 1}
          });

  private WinogradRules() {}

  /// Powers of the point `p` divided by its distances from `0`, `-p`, `q` and `-q`.
  private static double[] weightsOf(double p, double q) {
    double distances = 2 * p * p * Math.abs(p * p - q * q);
    return new double[] {1 / distances, p / distances, p * p / distances};
  }

  static Approximation convolution(Conv conv, Application a) {
    int channels = a.operand(1).tensor().dim(1);
    double gamma = a.rounding().gamma(channels + OTHER_STEPS);
    // Weights that are given at run time are multiplied directly.
    double[] radius =
        LinearRules.radius(a, a.rounding().gamma(TAPS * (long) channels + OTHER_STEPS));
    DoubleTensor x = a.operand(0).reach();
    DoubleTensor w = a.operand(1).reach();
    List<Long> pads = conv.pads(type(x), type(w)).orElseThrow();
    new Magnitudes(a.rounding().tile() == 2 ? TWO : FOUR, x, w, pads.get(2), pads.get(3), a.y())
        .addTo(radius, gamma);
    return a.within(radius);
  }

  private static TensorType type(DoubleTensor tensor) {
    return TensorType.of(tensor.type(), Arrays.stream(tensor.shape()).asLongStream().toArray());
  }

  /// The expression on magnitudes, tile by tile.
  private static final class Magnitudes {
    private final Matrices matrices;

    /// Rows of a tile's inputs and outputs, and its products.
    private final int wide;

    private final int size;
    private final int products;
    private final DoubleTensor x;
    private final DoubleTensor y;
    private final int top;
    private final int left;
    private final int channels;
    private final int maps;

    /// `|G| |w| |G^T|`, by map, channel and product.
    private final double[] weights;

    Magnitudes(
        Matrices matrices, DoubleTensor x, DoubleTensor w, long top, long left, DoubleTensor y) {
      this.matrices = matrices;
      this.wide = matrices.input().length;
      this.size = matrices.output().length;
      this.products = wide * wide;
      this.x = x;
      this.y = y;
      this.top = Math.toIntExact(top);
      this.left = Math.toIntExact(left);
      maps = w.dim(0);
      channels = w.dim(1);
      weights = new double[maps * channels * products];
      for (int k = 0; k < maps * channels; k++) {
        sandwich(matrices.weights(), w.data(), k * TAPS, 3, weights, k * products);
      }
    }

    /// `into = F z F^T` for a square `z` of `size` rows.
    private static void sandwich(
        double[][] f, double[] z, int from, int size, double[] into, int to) {
      for (int i = 0; i < f.length; i++) {
        for (int j = 0; j < f.length; j++) {
          double sum = 0;
          for (int r = 0; r < size; r++) {
            for (int c = 0; c < size; c++) {
              sum += f[i][r] * z[from + r * size + c] * f[j][c];
            }
          }
          into[to + i * f.length + j] = sum;
        }
      }
    }

    void addTo(double[] radius, double gamma) {
      for (int image = 0; image < y.dim(0); image++) {
        for (int row = 0; row < y.dim(2); row += size) {
          for (int column = 0; column < y.dim(3); column += size) {
            tile(image, row, column, radius, gamma);
          }
        }
      }
    }

    private void tile(int image, int row, int column, double[] radius, double gamma) {
      double[] inputs = new double[channels * products];
      double[] patch = new double[products];
      for (int c = 0; c < channels; c++) {
        patch(image * channels + c, row - top, column - left, patch);
        sandwich(matrices.input(), patch, 0, wide, inputs, c * products);
      }
      double[] sums = new double[products];
      double[] outputs = new double[size * size];
      for (int map = 0; map < maps; map++) {
        Arrays.fill(sums, 0);
        for (int from = 0; from < inputs.length; from += products) {
          for (int product = 0; product < products; product++) {
            sums[product] += weights[map * inputs.length + from + product] * inputs[from + product];
          }
        }
        sandwich(matrices.output(), sums, 0, wide, outputs, 0);
        add(image * maps + map, row, column, outputs, radius, gamma);
      }
    }

    /// The inputs of a tile; zeros around the picture.
    private void patch(int plane, int row, int column, double[] into) {
      int height = x.dim(2);
      int width = x.dim(3);
      for (int i = 0; i < into.length; i++) {
        int r = row + i / wide;
        int c = column + i % wide;
        boolean inside = 0 <= r && r < height && 0 <= c && c < width;
        into[i] = inside ? x.data()[(plane * height + r) * width + c] : 0;
      }
    }

    private void add(
        int plane, int row, int column, double[] outputs, double[] radius, double gamma) {
      int height = y.dim(2);
      int width = y.dim(3);
      for (int i = 0; i < outputs.length; i++) {
        int r = row + i / size;
        int c = column + i % size;
        if (r < height && c < width) {
          radius[(plane * height + r) * width + c] += gamma * outputs[i];
        }
      }
    }
  }
}
