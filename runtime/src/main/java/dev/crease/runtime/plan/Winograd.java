package dev.crease.runtime.plan;

/// Winograd's convolutions F(m x m, 3 x 3): a tile of `m` by `m` outputs from `(m + 2)` by `(m +
/// 2)` inputs with `(m + 2)^2` products per channel instead of `9 m^2`,
///
/// ```
/// Y = A^T [ sum over c of (G W_c G^T) * (B^T X_c B) ] A
/// ```
///
/// where `*` goes element by element (Lavin and Gray, arXiv 1509.09308, section 4). The matrices
/// are those of the method of Toom and Cook for the points 0, +-p, ... and infinity.
///
/// The points of F(4 x 4) are 0, +-3/4, +-3/2 and infinity: the errors of rounding are a quarter of
/// those for the usual 0, +-1, +-2, since powers and differences of the points stay nearer to 1
/// (Barabasz et al., arXiv 1803.10986, on the choice of points), and all entries of `A` and `B` are
/// exact in float32. A number among the inputs that is not finite makes all outputs of its tiles
/// so.
public enum Winograd {
  /// F(2 x 2, 3 x 3): 2.25 times fewer products.
  F2(2, 1),

  /// F(4 x 4, 3 x 3): 4 times fewer products.
  F4(4, 0.75, 1.5);

  /// Output channels are a multiple of this, the most lanes there are, so that no block of channels
  /// holds those of two products.
  public static final int MAPS = 16;

  private static final int TAPS = 3;

  private final int outputs;
  private final double[] points;

  /// `G`, see [#weightMatrix].
  private final double[][] g;

  /// @param magnitudes the points between 0 and infinity, each of which is there with either sign
  Winograd(int outputs, double... magnitudes) {
    this.outputs = outputs;
    points = new double[1 + 2 * magnitudes.length];
    for (int i = 0; i < magnitudes.length; i++) {
      points[2 * i + 1] = magnitudes[i];
      points[2 * i + 2] = -magnitudes[i];
    }
    g = weightMatrix();
  }

  /// Outputs of a tile along each axis, `m`.
  public int outputs() {
    return outputs;
  }

  /// Inputs of a tile along each axis, `m + 2`.
  public final int inputs() {
    return outputs + TAPS - 1;
  }

  /// Products of a tile per channel, `(m + 2)^2`.
  public int products() {
    return inputs() * inputs();
  }

  /// `A^T`, `m` by `m + 2`: each point's powers, and infinity in the last row.
  public double[][] outputMatrix() {
    double[][] matrix = new double[outputs][inputs()];
    for (int power = 0; power < outputs; power++) {
      for (int i = 0; i < points.length; i++) {
        matrix[power][i] = Math.pow(points[i], power);
      }
    }
    matrix[outputs - 1][points.length] = 1;
    return matrix;
  }

  /// `G`, `m + 2` by 3: each point's powers, divided by its distances from the others.
  public final double[][] weightMatrix() {
    double[][] matrix = new double[inputs()][TAPS];
    for (int i = 0; i < points.length; i++) {
      double distances = 1;
      for (int j = 0; j < points.length; j++) {
        distances *= i == j ? 1 : points[i] - points[j];
      }
      for (int power = 0; power < TAPS; power++) {
        matrix[i][power] = Math.pow(points[i], power) / distances;
      }
    }
    matrix[points.length][TAPS - 1] = 1;
    return matrix;
  }

  /// `B^T`, `m + 2` by `m + 2`: for each point the coefficients of the product of `x - q` over all
  /// other points `q`; in the last row over all points.
  public double[][] inputMatrix() {
    double[][] matrix = new double[inputs()][];
    for (int i = 0; i < inputs(); i++) {
      double[] product = new double[inputs()];
      product[0] = 1;
      for (int j = 0; j < points.length; j++) {
        if (i != j) {
          multiply(product, points[j]);
        }
      }
      matrix[i] = product;
    }
    return matrix;
  }

  /// Multiplies a polynomial, lowest coefficient first, by `x - point`.
  private static void multiply(double[] polynomial, double point) {
    for (int k = polynomial.length - 1; k > 0; k--) {
      polynomial[k] = polynomial[k - 1] - point * polynomial[k];
    }
    polynomial[0] = -point * polynomial[0];
  }

  /// `G w G^T` for one kernel of 3 by 3 weights.
  ///
  /// @param into `(m + 2)^2` elements, row by row
  public void transformWeights(double[] w, int from, double[] into) {
    for (int i = 0; i < g.length; i++) {
      double column0 = g[i][0] * w[from] + g[i][1] * w[from + 3] + g[i][2] * w[from + 6];
      double column1 = g[i][0] * w[from + 1] + g[i][1] * w[from + 4] + g[i][2] * w[from + 7];
      double column2 = g[i][0] * w[from + 2] + g[i][1] * w[from + 5] + g[i][2] * w[from + 8];
      for (int j = 0; j < g.length; j++) {
        into[i * g.length + j] = column0 * g[j][0] + column1 * g[j][1] + column2 * g[j][2];
      }
    }
  }
}
