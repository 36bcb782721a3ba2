package dev.crease.compiler.op.nn;

import dev.crease.compiler.op.nn.MatrixProduct.Matrix;
import dev.crease.compiler.op.nn.MatrixProduct.Rows;
import java.util.Arrays;

/// The reference convolution. In one to three dimensions it is the weights as a matrix, times the
/// matrix whose rows are what each tap sees; in more, a sum for each output.
///
/// @param channels input channels of one group
/// @param maps output channels of one group
record Convolution(WindowGeometry window, int batch, int group, int channels, int maps) {
  private static final int TILE_POSITIONS = 256;

  /// Adds the convolution of `x` `(batch, group * channels, spatial...)` with `weights` `(group *
  /// maps, channels, kernel...)` to `y`.
  void addTo(double[] y, double[] x, double[] weights) {
    if (y.length == 0) {
      return;
    }
    if (window.rank() > 3) {
      addEach(y, x, weights);
      return;
    }
    Polyphase picture = new Polyphase(window, channels);
    int[] taps = picture.taps();
    int positions = picture.positions();
    double[] sums = new double[maps * TILE_POSITIONS];
    for (int task = 0; task < batch * group; task++) {
      picture.fill(x, task * channels * window.inputs());
      Matrix factor = new Matrix(weights, task % group * maps * taps.length, taps.length);
      for (int at = 0; at < positions; at += TILE_POSITIONS) {
        int count = Math.min(TILE_POSITIONS, positions - at);
        Arrays.fill(sums, 0, maps * count, 0);
        Rows columns = new Rows(picture.planes(), at, taps);
        MatrixProduct.addTo(new Matrix(sums, 0, count), factor, columns, maps, count);
        for (int map = 0; map < maps; map++) {
          int to = (task * maps + map) * window.outputs();
          picture.addOutputs(y, to, sums, map * count, at, count);
        }
      }
    }
  }

  private void addEach(double[] y, double[] x, double[] weights) {
    int taps = window.taps();
    for (int i = 0; i < y.length; i++) {
      int[] sources = window.sources(i % window.outputs());
      int map = i / window.outputs();
      int first = map / maps * channels;
      for (int at = 0; at < channels * taps; at++) {
        int source = sources[at % taps];
        double weight = weights[map % (group * maps) * channels * taps + at];
        y[i] += source < 0 ? 0 : weight * x[(first + at / taps) * window.inputs() + source];
      }
    }
  }
}
