package dev.crease.runtime.kernel;

import dev.crease.runtime.kernel.Arguments.Tensor;

/// Triangles over the bins of a spectrum, one for each mel band: 0 at the band's lower edge, 1 at
/// its centre, 0 at its upper edge. Edges are equally far apart on the scale `2595 log10(1 + f /
/// 700)` and rounded down to bins; what lies beyond the spectrum is left out.
final class MelWeightsKernel implements Kernel {
  private final Tensor length;
  private final Tensor rate;
  private final Tensor lower;
  private final Tensor upper;
  private final Tensor y;

  /// Operands `dft_length`, `sample_rate`, `lower_edge_hertz`, `upper_edge_hertz`, of one element
  /// each; results `y` (bins, bands).
  MelWeightsKernel(Arguments arguments) {
    length = arguments.x(0);
    rate = arguments.x(1);
    lower = arguments.x(2);
    upper = arguments.x(3);
    y = arguments.y(0);
    for (int i = 0; i < 4; i++) {
      Arguments.require(arguments.x(i).elements() == 1, arguments.x(i) + " is not a scalar");
    }
    Arguments.require(y.rank() == 2, y + " is not a matrix");
  }

  @Override
  public int tasks() {
    return 1;
  }

  @Override
  public long operationsPerTask() {
    return 4L * y.elements();
  }

  @Override
  public void run(int begin, int end) {
    for (int i = 0; i < y.elements(); i++) {
      y.setNumber(i, 0);
    }
    long[] edges = edges();
    for (int band = 0; band < y.shape()[1]; band++) {
      long left = edges[band];
      long center = edges[band + 1];
      long right = edges[band + 2];
      for (long bin = left; bin < center; bin++) {
        set(bin, band, (double) (bin - left) / (center - left));
      }
      set(center, band, 1);
      for (long bin = center + 1; bin < right; bin++) {
        set(bin, band, (double) (right - bin) / (right - center));
      }
    }
  }

  /// The specification divides by the number of edges, not of the steps between them.
  private long[] edges() {
    long[] edges = new long[y.shape()[1] + 2];
    double low = mel(lower.number(0));
    double step = (mel(upper.number(0)) - low) / edges.length;
    for (int i = 0; i < edges.length; i++) {
      double frequency = 700 * (Math.pow(10, (low + i * step) / 2595) - 1);
      edges[i] = (long) Math.floor((length.number(0) + 1) * frequency / rate.number(0));
    }
    return edges;
  }

  private static double mel(double frequency) {
    return 2595 * Math.log10(1 + frequency / 700);
  }

  private void set(long bin, int band, double weight) {
    if (bin >= 0 && bin < y.shape()[0]) {
      y.setNumber((int) bin * y.shape()[1] + band, weight);
    }
  }
}
