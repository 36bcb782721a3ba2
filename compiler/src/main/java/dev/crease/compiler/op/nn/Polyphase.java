package dev.crease.compiler.op.nn;

/// A picture, padded with zeros and split by a window's strides, so that every tap of the window
/// reads consecutive pixels whatever the stride is.
///
/// Phase `p` along an axis holds every `stride`-th pixel, the first of them `p` pixels into the
/// padded picture. Tap `t` sees at output `i` pixel `i + t * dilation / stride` of phase `t *
/// dilation % stride`. The planes lie as `(channels, phases..., size...)`.
final class Polyphase {
  private final WindowGeometry window;
  private final int channels;
  private final int[] phases = new int[3];
  private final int[] size = new int[3];
  private final double[] planes;

  Polyphase(WindowGeometry window, int channels) {
    this.window = window;
    this.channels = channels;
    int count = channels;
    for (int axis = 0; axis < 3; axis++) {
      int reach = (window.kernel()[axis] - 1) * window.dilations()[axis];
      phases[axis] = Math.min(window.strides()[axis], reach + 1);
      size[axis] = window.output()[axis] + reach / window.strides()[axis];
      count = Math.multiplyExact(count, Math.multiplyExact(phases[axis], size[axis]));
    }
    planes = new double[count];
  }

  double[] planes() {
    return planes;
  }

  /// How many consecutive pixels every tap sees, between the first output and the last one. Some
  /// are at the ends of lines, where no output is.
  int positions() {
    return position(window.output()[0] - 1, window.output()[1] - 1, window.output()[2]);
  }

  private int position(int d, int h, int w) {
    return (d * size[1] + h) * size[2] + w;
  }

  /// Adds the sums of positions `first` to `first + count - 1` that are outputs to the picture of
  /// outputs that starts at `to`.
  void addOutputs(double[] y, int to, double[] sums, int from, int first, int count) {
    int height = window.output()[1];
    int width = window.output()[2];
    int next;
    for (int at = first; at < first + count; at = next) {
      int column = at % size[2];
      int h = at / size[2] % size[1];
      int line = at / size[2] / size[1] * height + h;
      next = Math.min(first + count, at - column + size[2]);
      int outputs = h < height ? Math.min(next - at, width - column) : 0;
      for (int i = 0; i < outputs; i++) {
        y[to + line * width + column + i] += sums[from + at - first + i];
      }
    }
  }

  /// Where each channel's taps see output 0, in the order of a convolution's weights.
  int[] taps() {
    int[] kernel = window.kernel();
    int[] starts = new int[channels * window.taps()];
    for (int i = 0; i < starts.length; i++) {
      int kd = i / (kernel[1] * kernel[2]) % kernel[0] * window.dilations()[0];
      int kh = i / kernel[2] % kernel[1] * window.dilations()[1];
      int kw = i % kernel[2] * window.dilations()[2];
      int[] strides = window.strides();
      int plane = i / window.taps() * phases[0] + kd % strides[0];
      plane = plane * phases[1] + kh % strides[1];
      plane = plane * phases[2] + kw % strides[2];
      starts[i] = plane * planeSize() + position(kd / strides[0], kh / strides[1], kw / strides[2]);
    }
    return starts;
  }

  private int planeSize() {
    return size[0] * size[1] * size[2];
  }

  /// Takes the place of the last picture.
  ///
  /// @param from where the first channel starts in `x`
  void fill(double[] x, int from) {
    int split = phases[0] * phases[1] * phases[2];
    for (int plane = 0; plane < channels * split; plane++) {
      int pd = plane / (phases[1] * phases[2]) % phases[0];
      int ph = plane / phases[2] % phases[1];
      int channel = from + plane / split * window.inputs();
      fillPlane(plane * planeSize(), x, channel, pd, ph, plane % phases[2]);
    }
  }

  private void fillPlane(int plane, double[] x, int channel, int pd, int ph, int pw) {
    int[] input = window.input();
    int[] strides = window.strides();
    int low = inside(2, pw, 0);
    int count = inside(2, pw, input[2]) - low;
    int column = low * strides[2] + pw - window.begin()[2];
    for (int d = inside(0, pd, 0); d < inside(0, pd, input[0]); d++) {
      int slice = d * strides[0] + pd - window.begin()[0];
      for (int h = inside(1, ph, 0); h < inside(1, ph, input[1]); h++) {
        int line = slice * input[1] + h * strides[1] + ph - window.begin()[1];
        int to = plane + position(d, h, low);
        copy(x, channel + line * input[2] + column, strides[2], planes, to, count);
      }
    }
  }

  /// The first pixel of a phase that is at input position `at` or beyond.
  private int inside(int axis, int phase, int at) {
    int first = Math.ceilDiv(at + window.begin()[axis] - phase, window.strides()[axis]);
    return Math.clamp(first, 0, size[axis]);
  }

  private static void copy(double[] x, int from, int stride, double[] y, int to, int count) {
    if (stride == 1) {
      System.arraycopy(x, from, y, to, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      y[to + i] = x[from + i * stride];
    }
  }
}
